import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { openPools } from '../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase } from '../support/database.js';
import { sealedHouse } from '../support/sealed-log.js';

/** Under a lock that nobody gives up. */
async function isAwayUnder(mode: 'EXCLUSIVE' | 'ACCESS EXCLUSIVE'): Promise<void> {
  const house = await sealedHouse();
  const { vault } = await house.process();
  const owner = randomUUID();
  await connected(house.url, async (client) => {
    await client.query(`BEGIN; LOCK TABLE vault.key IN ${mode} MODE`);
    await expect(vault.keyFor(owner, 'life')).rejects.toThrow(StoreUnavailable);
    await client.query('ROLLBACK');
  });
  expect(await vault.keyFor(owner, 'life')).toMatchObject({ state: 'active' });
  await house.close();
}

describe('A database that does not answer', () => {
  it('because its machine is gone is noticed by the system, on every connection', async () => {
    const database = await freshDatabase();
    const asked = jest.spyOn(Socket.prototype, 'setKeepAlive');
    const pools = openPools(database.url);
    await pools.pool('mes_reader').query('SELECT 1');
    expect(asked).toHaveBeenCalledWith(true, 10_000);
    await pools.close();
    asked.mockRestore();
    await database.drop();
  });

  it('is away for who needs a key, found or made', async () => {
    await Promise.all([isAwayUnder('ACCESS EXCLUSIVE'), isAwayUnder('EXCLUSIVE')]);
  });
});
