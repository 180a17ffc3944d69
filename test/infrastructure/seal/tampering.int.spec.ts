import { Client } from 'pg';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { Monitor, type CheckResult } from '../../../src/infrastructure/seal/monitor.js';
import { signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { StreamRevisions } from '../../../src/infrastructure/seal/stream-revisions.js';
import { Dice } from '../../attacks/dice.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { appendSealable, fill, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards, slipIn, tamperings, type Trace } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { trustFigures } from '../../support/trust/figures.js';

const TRIALS = 200;
const traces = ({ findings }: CheckResult): Trace[] => findings.map(({ kind, index, stream, rev }) => ({ kind, index, stream, rev }));
const byIndex = (found: readonly Trace[]): Trace[] => found.toSorted((a, b) => (a.index ?? -1) - (b.index ?? -1));

describe('Log and seal are compared', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  let monitor: Monitor;
  let log: readonly StoredEvent[];
  let owner: Client;

  beforeAll(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    await fill(store, 190);
    seal.sealer.start();
    await sealed(seal, store);
    await seal.sealer.stop();
    log = await allOf(store, 0n);
    monitor = new Monitor(store, seal.tree, [signer]);
    owner = new Client({ connectionString: database.url });
    await owner.connect();
    await silenceGuards(owner);
    await asOwnerOfTheServer(async (db) => {
      await db.query('CREATE TABLE log.kept AS SELECT * FROM log.event; CREATE TABLE log.kept_head AS SELECT * FROM log.head');
    });
  });
  afterAll(async () => {
    await owner.end();
    await seal.close();
    await store.close();
    await database.drop();
  });

  /** A superuser, who has silenced every guard of log and seal. */
  const asOwnerOfTheServer = async <T>(work: (db: Client) => Promise<T>): Promise<T> => {
    await owner.query('BEGIN');
    const result = await work(owner);
    await owner.query('COMMIT');
    return result;
  };
  const restored = (): Promise<void> =>
    asOwnerOfTheServer(async (db) => {
      await db.query('DELETE FROM log.event; INSERT INTO log.event SELECT * FROM log.kept');
      await db.query('UPDATE log.head SET position = (SELECT position FROM log.kept_head)');
    });

  it('and nothing is found in a log that nobody touched, whatever was appended behind', async () => {
    const steps: number[] = [];
    const result = await monitor.check({}, (done) => void steps.push(done));
    const began = expect.stringMatching(/^2.*Z$/) as string;
    expect(result).toEqual({
      began,
      whole: true,
      size: log.length,
      from: 0,
      to: log.length,
      purged: 0,
      left: [],
      settles: true,
      count: 0,
      findings: [],
    });
    expect(steps.at(-1)).toBe(log.length);
    expect(log.length).toBeGreaterThan(400);
  });

  const names = Object.keys(tamperings);
  const trials = Array.from({ length: TRIALS }, (_, n) => [n + 1, names[n % names.length] ?? ''] as const);

  it(`finds ${TRIALS} of ${TRIALS} alterations by the owner of the database, each with its exact index, stream and revision`, async () => {
    const missed: unknown[] = [];
    for (const [seed, name] of trials) {
      const expected = await asOwnerOfTheServer((db) => tamperings[name]!(db, log, new Dice(seed)));
      const found = traces(await monitor.check());
      if (JSON.stringify(byIndex(found)) !== JSON.stringify(byIndex(expected))) missed.push({ seed, name, expected, found });
      await restored();
    }
    trustFigures('tampering', { alterations: TRIALS, found: TRIALS - missed.length, ways: names.length, events: log.length });
    expect(missed).toEqual([]);
    expect((await monitor.check()).count).toBe(0);
  }, 240_000);

  it('finds many alterations of all kinds at once, and in a part of the log those of that part', async () => {
    const [first, second] = await asOwnerOfTheServer(async (db) => [
      await tamperings['a bit of a body']!(db, log.slice(0, 100), new Dice(1)),
      (await tamperings['two events exchanged']!(db, log.slice(300, 380), new Dice(2))).map((one) => ({
        ...one,
        index: (one.index ?? 0) + 300,
      })),
    ]);
    const both = byIndex([...first, ...second]);
    expect(traces(await monitor.check())).toEqual(both);
    expect(traces(await monitor.check({ from: 0, to: 250 }))).toEqual(first);
    expect(traces(await monitor.check({ from: 280 }))).toEqual(second);
    expect(traces(await monitor.check({ from: 110, to: 290 }))).toEqual([]);
    await restored();
    await expect(monitor.check({ from: 5, to: 4 })).rejects.toThrow(RangeError);
    await expect(monitor.check({ to: log.length + 1 })).rejects.toThrow(RangeError);
  });

  describe('and however few leaves may wait and findings be listed', () => {
    const narrow = () => new Monitor(store, seal.tree, [signer], { limits: { waiting: 10, listed: 3 } });
    const kinds = ({ findings }: CheckResult) => findings.map(({ kind }) => kind);
    const cutOff = async (db: Client, index: number): Promise<void> => {
      await db.query('DELETE FROM log.event WHERE position >= $1', [log[index]!.position]);
      await db.query('UPDATE log.head SET position = $1', [log[index - 1]!.position]);
    };

    it('one event taken out is named, also where all behind it were moved up', async () => {
      const { position, stream, rev } = log[100]!;
      await asOwnerOfTheServer(async (db) => {
        await db.query('DELETE FROM log.event WHERE position = $1', [position]);
        await db.query('UPDATE log.event SET position = -position WHERE position > $1', [position]);
        await db.query('UPDATE log.event SET position = -position - 1 WHERE position < 0');
        await db.query('UPDATE log.head SET position = position - 1');
      });
      const result = await narrow().check();
      expect(result.count).toBe(log.length - 100);
      expect(traces(result)).toContainEqual({ kind: 'deleted', index: 100, stream, rev });
      expect(kinds(result)).toEqual(['deleted', 'moved', 'moved', 'moved']);
      await restored();
    });

    it('an end that was cut off is one, and what was taken out in front of it is not', async () => {
      await asOwnerOfTheServer((db) => cutOff(db, 300));
      const result = await narrow().check();
      expect([result.count, kinds(result)]).toEqual([log.length - 300, ['truncated', 'truncated', 'truncated']]);
      await restored();
      await asOwnerOfTheServer((db) => db.query('DELETE FROM log.event WHERE position < $1', [log[50]!.position]));
      const other = await narrow().check();
      expect([other.count, kinds(other)]).toEqual([50, ['deleted', 'deleted', 'deleted']]);
      expect(kinds(await narrow().check({ from: 45, to: 50 }))).toEqual(['deleted', 'deleted', 'deleted']);
      await restored();
    });

    it('many events that were slipped in are counted, and hide none that was altered', async () => {
      await asOwnerOfTheServer(async (db) => {
        for (let n = 0; n < 30; n += 1) await tamperings['an event slipped in']!(db, log, new Dice(n));
        await tamperings['a bit of a body']!(db, log, new Dice(99));
      });
      const result = await narrow().check();
      expect(result.count).toBe(31);
      expect(kinds(result).sort()).toEqual(['altered', 'inserted', 'inserted', 'inserted']);
      await restored();
    });

    it('a copy of an event is one too many, and a second copy another one', async () => {
      const { position, header, body } = log[0]!;
      const copy = (db: Client) => slipIn(db, position, () => ({ header, body }));
      const streams = await asOwnerOfTheServer(async (db) => [await copy(db), await copy(db)].sort());
      const found = traces(await narrow().check());
      expect(found.toSorted((a, b) => (a.stream! < b.stream! ? -1 : 1))).toEqual(
        streams.map((stream) => ({ kind: 'inserted', index: 0, stream, rev: 0 })),
      );
      await restored();
    });
  });

  describe('and an altered seal is found as well', () => {
    const flipped = (column: string) => `set_byte(${column}, 5, get_byte(${column}, 5) # 1)`;
    const forger = signerOf(ORIGIN, Buffer.alloc(32, 9));

    it.each([
      ['a leaf of a full tile', `UPDATE seal.tile SET hashes = ${flipped('hashes')} WHERE level = 0 AND index = 0`, [0, 0]],
      ['a leaf of the last tile', `UPDATE seal.tile SET hashes = ${flipped('hashes')} WHERE level = 0 AND index = 1`, [null, 256]],
      ['the tile above', `UPDATE seal.tile SET hashes = ${flipped('hashes')} WHERE level = 1 AND index = 0`, [null, 0]],
      ['the signed root', `UPDATE seal.checkpoint SET root = ${flipped('root')}`, [null, null]],
      ['the size in the note', `UPDATE seal.checkpoint SET note = replace(note, E'\\n', E'\\n1')`, [null]],
      ['the newest head taken away', 'DELETE FROM seal.checkpoint WHERE size = (SELECT max(size) FROM seal.checkpoint)', [null]],
      ['all heads taken away', 'DELETE FROM seal.checkpoint', [null]],
      ['a tile taken away', 'DELETE FROM seal.tile WHERE level = 0 AND index = 0', [0]],
      ['a roll cut', 'UPDATE seal.roll SET entries = substr(entries, 1, length(entries) - 1) WHERE tile = 0', undefined],
      ['a roll under another position', 'UPDATE seal.roll SET first = first + 1 WHERE tile = 1', [256]],
      ['a roll taken away', 'DELETE FROM seal.roll WHERE tile = 0', undefined],
      [
        'the names of two tiles exchanged',
        'UPDATE seal.roll SET entries = (SELECT entries FROM seal.roll WHERE tile = 1) WHERE tile = 0',
        undefined,
      ],
    ])('%s', async (_, statement, indexes) => {
      await asOwnerOfTheServer(async (db) => {
        await db.query('CREATE TABLE seal.kept_tile AS SELECT * FROM seal.tile; CREATE TABLE seal.kept_roll AS SELECT * FROM seal.roll');
        await db.query('CREATE TABLE seal.kept_checkpoint AS SELECT * FROM seal.checkpoint');
        await db.query(statement);
      });
      const { findings, size, whole } = await monitor.check();
      expect(findings.map(({ kind }) => kind)).toContain('seal');
      expect(whole).toBe(size === log.length);
      if (indexes !== undefined) expect(findings.map(({ index }) => index).slice(0, indexes.length)).toEqual(indexes);
      await asOwnerOfTheServer(async (db) => {
        for (const table of ['tile', 'roll', 'checkpoint'])
          await db.query(
            `DELETE FROM seal.${table}; INSERT INTO seal.${table} SELECT * FROM seal.kept_${table}; DROP TABLE seal.kept_${table}`,
          );
      });
      expect((await monitor.check()).count).toBe(0);
    });

    describe('in what it says of each stream, where the whole log is compared', () => {
      const whole = () => new Monitor(store, seal.tree, [signer], { revisions: new StreamRevisions(seal.pools.pool('mes_sealer')) });
      // The stream of the most events: it has some at the beginning and some at the end.
      const one = `key = (SELECT key FROM seal.stream ORDER BY rev DESC, key LIMIT 1)`;
      it.each([
        ['raised', `UPDATE seal.stream SET rev = rev + 2 WHERE ${one}`, 0],
        ['slipped in', 'INSERT INTO seal.stream VALUES (gen_random_uuid(), 0)', 0],
        ['lowered', `UPDATE seal.stream SET rev = rev - 1 WHERE ${one}`, 1],
        ['taken away', `DELETE FROM seal.stream WHERE ${one}`, 1],
      ])('%s', async (_, statement, named) => {
        expect(await whole().check()).toMatchObject({ count: 0 });
        await asOwnerOfTheServer((db) => db.query(`CREATE TABLE seal.kept_stream AS SELECT * FROM seal.stream; ${statement}`));
        const { findings } = await whole().check();
        expect(findings.map(({ kind }) => kind)).toEqual(Array(1 + named).fill('seal'));
        expect(findings[0]?.detail).toMatch(/^the table of streams says \d+ events, and \d+ are sealed$/);
        for (const { index, stream, rev } of findings.slice(1)) expect(log[index!]).toMatchObject({ stream, rev });
        expect((await whole().check({ from: 1 })).count).toBe(0);
        await asOwnerOfTheServer((db) =>
          db.query('DELETE FROM seal.stream; INSERT INTO seal.stream SELECT * FROM seal.kept_stream; DROP TABLE seal.kept_stream'),
        );
      });
    });

    it('a head signed by somebody else', async () => {
      const signed = await seal.tree.signed();
      const note = signCheckpoint({ origin: ORIGIN, size: signed!.size, root: signed!.root }, [forger]);
      await asOwnerOfTheServer((db) => db.query('UPDATE seal.checkpoint SET note = $1 WHERE size = $2', [note, signed!.size]));
      expect(traces(await monitor.check())).toEqual([{ kind: 'seal', index: null, stream: null, rev: null }]);
      await asOwnerOfTheServer((db) => db.query('UPDATE seal.checkpoint SET note = $1 WHERE size = $2', [signed!.note, signed!.size]));
    });
  });

  it('and what was appended behind the seal is no finding', async () => {
    await appendSealable(store, 'space-later', -1, 3);
    expect(await monitor.check()).toMatchObject({ size: log.length, count: 0 });
  });
});
