import { eventStoreContract } from './event-store.contract.js';
import { openPostgresStore, openStoreOn, storeOn } from './event-store/postgres.js';
import { appendOf, newStream, written } from './event-store/samples.js';
import { connected, freshDatabase, type TestDatabase } from '../support/database.js';
import { silenceGuards } from '../support/tampering.js';
import { NO_STREAM, StoreUnavailable } from '../../src/application/shared/ports.js';
import type { StreamName } from '../../src/domain/shared/fact.js';

/** Long enough for a loaded machine, short enough to wait for. */
const PATIENCE_MS = 1_200;

eventStoreContract('PostgreSQL', { open: openPostgresStore, openOwn: openPostgresStore });

describe('A server of PostgreSQL that falls silent', () => {
  it('is away for whoever asks, whatever it was about to say: to a login, to what is asked first of a connection, to a question', async () => {
    const database = await freshDatabase();
    const asked = Array.from({ length: 60 }, async (_, n) => {
      const { store, network, close } = await openStoreOn(database, PATIENCE_MS);
      void network.after(1 + 20 * n, 'silence');
      const head = await store.head().catch((error: unknown) => error);
      await close();
      return head;
    });
    const heads = await Promise.all(asked);
    for (const head of heads) if (head !== 0n) expect(head).toBeInstanceOf(StoreUnavailable);
    // The places reach from the first word to behind the answer.
    expect([heads.at(0), heads.at(-1)]).toEqual([expect.any(StoreUnavailable), 0n]);
    await database.drop();
  }, 30_000);
});

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
