import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { epochOf, instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { DestructionRows } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

const DAY_MS = 86_400_000;
const CENTURY_MS = 100 * 366 * DAY_MS;
const later = (ms: number): Instant => instantOf(Date.now() + ms);

describe('The legal day of a destruction', () => {
  let database: TestDatabase;
  let pools: Pools;
  let vault: Pool;
  beforeEach(async () => {
    database = await freshDatabase();
    pools = openPools(database.url);
    vault = pools.pool('mes_vault');
  });
  afterEach(async () => {
    await pools.close();
    await database.drop();
  });

  const waiting = async (rows: DestructionRows, notBefore: Instant): Promise<string> => {
    const space = randomUUID();
    await rows.ask(space, 'ERASURE', { TRACE: notBefore });
    return space;
  };
  const done = async () => ({ step: 'DONE' }) as const;

  it.each([
    ['has come when both clocks say so', -DAY_MS, 0, true],
    ['has come within the two seconds that an append may be off', 1_000, 1_000, true],
    ['has not come by a clock that runs ahead of the database', DAY_MS, CENTURY_MS, false],
    ['has not come by a clock that is behind the database', -DAY_MS, -2 * DAY_MS, false],
  ])('%s', async (_, day, clock, isTaken) => {
    const rows = new DestructionRows(vault);
    const space = await waiting(rows, later(day));
    expect([await rows.advance(later(clock), null, done), await rows.advance(later(clock), space, done)]).toEqual([isTaken, false]);
    expect(await rows.stepOf(space, 'TRACE')).toBe(isTaken ? 'DONE' : 'COLLECT');
  });

  it('comes with the clock of a demonstration, not before it', async () => {
    let ahead = 0;
    const rows = new DestructionRows(vault, () => ahead);
    const day = later(3_652 * DAY_MS);
    const space = await waiting(rows, day);
    ahead = epochOf(day) - Date.now() - DAY_MS;
    expect(await rows.advance(later(ahead), space, done)).toBe(false);
    ahead += DAY_MS;
    expect(await rows.advance(later(ahead), space, done)).toBe(true);
  });
});
