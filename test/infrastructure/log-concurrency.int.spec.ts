import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import type { Append, AppendOutcome } from '../../src/application/shared/event-store.js';
import { pause } from '../../src/application/shared/pause.js';
import { NO_STREAM, StoreUnavailable } from '../../src/application/shared/ports.js';
import type { PostgresEventStore } from '../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { connected, freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/read-side.js';
import { breakConnections, storeOn, writerPool } from './event-store/postgres.js';
import { allOf, appendOf, bodies, Collector, identity, newStream, writeWhile, written } from './event-store/samples.js';

/** Appends inside a transaction of the test, which can then delay its commit. */
const appendOn = (client: Pick<Client, 'query'>, { stream, expected, at, events }: Append): Promise<unknown> =>
  client.query('SELECT * FROM log.append($1, $2, $3, $4, $5, $6)', [
    [stream],
    [expected],
    [events.length],
    [at],
    events.map(({ header }) => header),
    events.map(({ body }) => body),
  ]);

const dense = (count: number): bigint[] => Array.from({ length: count }, (_, n) => BigInt(n + 1));

describe('The log in PostgreSQL under concurrency', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('never shows a reader a later event before an earlier one that commits late', async () => {
    const seen = new Collector();
    const subscription = store.subscribe(0n, [], seen.handle);
    const late = appendOf(newStream(), NO_STREAM, bodies(2));
    const others: Promise<unknown>[] = [];
    await connected(database.url, async (client) => {
      await client.query('BEGIN');
      await appendOn(client, late);
      others.push(...Array.from({ length: 20 }, () => written(store, appendOf(newStream(), NO_STREAM))));
      await untilSomebodyWaitsForALock(database.url);
      expect(await allOf(store, 0n)).toEqual([]);
      expect(seen.events).toEqual([]);
      await client.query('COMMIT');
    });
    await Promise.all(others);
    await seen.reached(22n);
    await subscription.stop();
    expect(seen.events.map(({ position }) => position)).toEqual(dense(22));
    expect(seen.events.slice(0, 2).map(({ stream }) => stream)).toEqual([late.stream, late.stream]);
  });

  it('leaves no gap behind an append that is rolled back', async () => {
    await connected(database.url, async (client) => {
      await client.query('BEGIN');
      await appendOn(client, appendOf(newStream(), NO_STREAM, bodies(5)));
      await client.query('ROLLBACK');
    });
    expect(await written(store, appendOf(newStream(), NO_STREAM))).toMatchObject({ position: 1n });
  });

  it('loses and doubles nothing under 32 writers whose commits are delayed at random', async () => {
    const seen = new Collector();
    const subscription = store.subscribe(0n, [], seen.handle);
    const pool = writerPool(database.url, 32);
    const write = async (): Promise<void> => {
      for (let n = 0; n < 15; n += 1) {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await appendOn(client, appendOf(newStream(), NO_STREAM, bodies(2)));
          await client.query('SELECT pg_sleep($1)', [randomInt(4) / 1000]);
          await client.query('COMMIT');
        } finally {
          client.release();
        }
      }
    };
    await Promise.all(Array.from({ length: 32 }, write));
    await pool.end();
    await seen.reached(960n);
    await subscription.stop();
    expect(seen.events.map(({ position }) => position)).toEqual(dense(960));
    expect(new Set(seen.events.map(identity)).size).toBe(960);
  });

  it('keeps every acknowledged append when the server kills its connections again and again', async () => {
    const acknowledged: Append[] = [];
    const sent: Append[] = [];
    let killing = true;
    const write = async (): Promise<void> => {
      while (killing) {
        const append = appendOf(newStream(), NO_STREAM, bodies(2));
        sent.push(append);
        try {
          await written(store, append);
          acknowledged.push(append);
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error;
        }
      }
    };
    const writers = Array.from({ length: 16 }, write);
    try {
      for (let round = 0; round < 15; round += 1) {
        const before = acknowledged.length;
        await breakConnections(database.url);
        // However busy the machine is: each time some come through before the next are cut off.
        await eventually(async () => expect(acknowledged.length).toBeGreaterThan(before));
      }
    } finally {
      killing = false;
    }
    await Promise.all(writers);
    const stored = new Set((await allOf(store, 0n)).map(identity));
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { stream } of acknowledged) expect([stored.has(`${stream}@0`), stored.has(`${stream}@1`)]).toEqual([true, true]);
    const known = new Set(sent.flatMap(({ stream }) => [`${stream}@0`, `${stream}@1`]));
    expect([...stored].filter((one) => !known.has(one))).toEqual([]);
    expect(BigInt(stored.size)).toBe(await store.head());
  });

  it('gives several stores that append together one dense order', async () => {
    const others = [storeOn(database), storeOn(database, { lanes: 2 }), storeOn(database, { maxEventsPerCommit: 4 })];
    const until = Date.now() + 500;
    const streams = await Promise.all([store, ...others].map((one) => writeWhile(one, 8, () => Date.now() < until)));
    const contested = newStream();
    const outcomes = await Promise.all([store, ...others].map((one) => one.append(appendOf(contested, NO_STREAM))));
    const events = await allOf(store, 0n);
    expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
    expect(events.map(({ position }) => position)).toEqual(dense(streams.flat().length * 2 + 1));
    await Promise.all(others.map((other) => other.close()));
  });

  it('judges an append that comes alone as it judges it among others', async () => {
    const [there, now] = [appendOf(newStream(), NO_STREAM, bodies(3)), Date.now()];
    await written(store, there);
    const cases: readonly Append[] = [
      there,
      { ...there, events: there.events.slice(0, 2) },
      appendOf(there.stream, NO_STREAM),
      appendOf(there.stream, 7),
      appendOf(newStream(), 0),
      appendOf(newStream(), NO_STREAM, bodies(2), now - 60_000),
      appendOf(there.stream, 2, bodies(2), there.at - 2_500),
    ];
    const company = (): Append => appendOf(newStream(), NO_STREAM);
    const kinds = ['written', 'written', 'conflict', 'conflict', 'conflict', 'clock', 'clock'];
    for (const [index, one] of cases.entries()) {
      const alone = await store.append(one);
      const [, among] = await store.appendMany([company(), one, company()]);
      const rough = (outcome?: AppendOutcome | StoreUnavailable): unknown =>
        outcome && 'outcome' in outcome && outcome.outcome === 'clock' ? { outcome: 'clock' } : outcome;
      expect([alone.outcome, rough(among)]).toEqual([kinds[index], rough(alone)]);
    }
    expect((await store.read(there.stream)).length).toBe(3);
  });

  it('takes nothing that was judged before the head was had for what lies there once it is', async () => {
    const [contested, beginning, company] = [newStream(), newStream(), appendOf(newStream(), NO_STREAM)];
    await written(store, appendOf(contested, NO_STREAM));
    const outcomes = await connected(database.url, async (client) => {
      await client.query('BEGIN');
      await appendOn(client, appendOf(contested, 0));
      await appendOn(client, appendOf(beginning, NO_STREAM));
      // All of the first group fits while it is judged, and only the key says otherwise; the second does not fit yet.
      const late = store.appendMany([company, appendOf(contested, 0)]);
      await untilSomebodyWaitsForALock(database.url);
      const early = store.appendMany([appendOf(beginning, 0), appendOf(newStream(), NO_STREAM)]);
      await client.query('COMMIT');
      return [...(await late), ...(await early)];
    });
    expect(outcomes).toMatchObject([{ revision: 0 }, { outcome: 'conflict', actual: 1 }, { revision: 1 }, { revision: 0 }]);
    expect((await allOf(store, 0n)).map(({ position }) => position)).toEqual(dense(6));
  });

  it('says that it is unavailable, and promises nothing, when the database only reads', async () => {
    await connected(database.url, async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
      await client.query(`ALTER DATABASE ${rows[0]!.name} SET default_transaction_read_only = on`);
    });
    const append = appendOf(newStream(), NO_STREAM);
    await expect(store.append(append)).rejects.toThrow(StoreUnavailable);
    expect(await store.read(append.stream)).toEqual([]);
  });

  it('judges a clock by when the append came, however long it waits for its turn', async () => {
    const [stream, now] = [newStream(), Date.now()];
    const outcomes = await connected(database.url, async (client) => {
      await client.query('BEGIN; SELECT FROM log.head FOR UPDATE');
      const waiting = Promise.all([
        store.append(appendOf(stream, NO_STREAM, bodies(1), now)),
        // Not even sent before the one in front of it has its outcome.
        store.append(appendOf(stream, 0, bodies(1), now)),
        store.append(appendOf(newStream(), NO_STREAM, bodies(1), now - 3_000)),
        store.append(appendOf(newStream(), NO_STREAM, bodies(1), now + 3_000)),
      ]);
      await untilSomebodyWaitsForALock(database.url, 3);
      await client.query('COMMIT');
      return waiting;
    });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['written', 'written', 'clock', 'clock']);
    const alone = await connected(database.url, async (client) => {
      await client.query('BEGIN; SELECT FROM log.head FOR UPDATE');
      const waiting = store.append(appendOf(newStream(), NO_STREAM));
      await untilSomebodyWaitsForALock(database.url, 3);
      await client.query('COMMIT');
      return waiting;
    });
    expect(alone).toMatchObject({ outcome: 'written' });
  });

  it('believes nobody that an append has waited for longer than half a minute', async () => {
    const verdictOf = (ago: number): Promise<unknown> =>
      connected(database.url, async (client) => {
        const { stream, expected, events } = appendOf(newStream(), NO_STREAM);
        const { rows } = await client.query<{ verdict: string }>('SELECT verdict FROM log.append($1, $2, $3, $4, $5, $6, $7)', [
          ...[[stream], [expected], [1], [Date.now() - ago], [ago]],
          ...[events.map(({ header }) => header), events.map(({ body }) => body)],
        ]);
        return rows[0]?.verdict;
      });
    expect(await verdictOf(25_000)).toBe('written');
    expect(await verdictOf(40_000)).toBe('clock');
  });

  it('judges instants by the simulated clock once there is one', async () => {
    const sixWeeks = 42 * 86_400_000;
    await connected(database.url, (client) => client.query('UPDATE log.clock SET offset_ms = $1', [sixWeeks]));
    expect(await store.append(appendOf(newStream(), NO_STREAM))).toMatchObject({ outcome: 'clock' });
    await written(store, appendOf(newStream(), NO_STREAM, bodies(1), Date.now() + sixWeeks));
  });
});

/**
 * Until somebody has waited for a lock for so many seconds. On a connection of its own: a transaction sees one picture of the activity for as long as it
 * lasts.
 */
const untilSomebodyWaitsForALock = (url: string, seconds = 0): Promise<void> =>
  connected(url, async (client) => {
    for (let look = 0; look < 5_000; look += 1) {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            AND clock_timestamp() - query_start >= make_interval(secs => $1)`,
        [seconds],
      );
      if (rowCount !== 0) return;
      await pause(5);
    }
    throw new Error('nobody waits for the lock of the head');
  });
