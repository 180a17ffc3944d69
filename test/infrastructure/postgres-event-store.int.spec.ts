import { eventStoreContract } from './event-store.contract.js';
import { openPostgresStore, storeOn } from './event-store/postgres.js';
import { appendOf, newStream, written } from './event-store/samples.js';
import { connected, freshDatabase, type TestDatabase } from '../support/database.js';
import { silenceGuards } from '../support/tampering.js';
import { NO_STREAM } from '../../src/application/shared/ports.js';
import type { StreamName } from '../../src/domain/shared/fact.js';

eventStoreContract('PostgreSQL', openPostgresStore);

/** Puts the last event of the log into its stream once more, with the next revision, at another position: as the owner of the tables can. */
const slipIn = (database: TestDatabase, position: bigint): Promise<void> =>
  connected(database.url, async (db) => {
    await silenceGuards(db);
    const { rowCount } = await db.query(
      `INSERT INTO log.event (position, at, rev, stream, header, body)
         SELECT $1, at, rev + 1, stream, header, body FROM log.event WHERE position = (SELECT position FROM log.head)`,
      [position],
    );
    expect(rowCount).toBe(1);
  });

describe('A row that was slipped in where the log has no place', () => {
  it.each([
    ['in front of its beginning', -1n],
    ['at the position that means nothing', 0n],
    ['behind its head', 1_000_000n],
  ])('%s is shown to nobody, whichever way he reads', async (_, position) => {
    const database = await freshDatabase();
    const store = storeOn(database);
    const stream: StreamName = newStream();
    const before = await written(store, appendOf(stream, NO_STREAM));
    await slipIn(database, position);

    expect((await store.read(stream)).map(({ rev }) => rev)).toEqual([0]);
    expect((await store.readMany([stream])).get(stream)).toHaveLength(1);
    expect(await store.at(position)).toBeNull();
    expect(await store.at(before.position)).not.toBeNull();
    const all: bigint[] = [];
    for await (const { events } of store.readAll(0n)) all.push(...events.map((event) => event.position));
    expect(all).toEqual([before.position]);

    await store.close();
    await database.drop();
  });
});
