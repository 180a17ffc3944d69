import { createHash } from 'node:crypto';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { dayAfter, instantOf, parisDay, type Instant } from '../../../src/domain/shared/time.js';
import { HeadMap } from '../../../src/infrastructure/seal/heads/head-map.js';
import { HeadPublisher } from '../../../src/infrastructure/seal/heads/head-publisher.js';
import { RootOnDemand } from '../../../src/infrastructure/seal/heads/root-on-demand.js';
import { keyOf, recordBytes } from '../../../src/infrastructure/seal/heads/map-node.js';
import { faultInRows } from '../../../src/infrastructure/seal/heads/row-check.js';
import { StreamHeads } from '../../../src/infrastructure/seal/heads/stream-heads.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { keep } from '../../../src/infrastructure/seal/seal-desk.js';
import { CryptoThreads } from '../../../src/infrastructure/threads/crypto-threads.js';
import { knownFacts } from '../../../src/infrastructure/system/known-facts.js';
import { naiveClimb, naiveHeadLeaf, naiveKey, naiveMapRoot, type NaiveHead } from '../../support/naive-map.js';
import { eventually } from '../../support/read-side.js';
import { connected } from '../../support/database.js';
import { flip } from '../../support/lying-log.js';
import { appendSealable, fill, leafByHand, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';
import { silenceGuards } from '../../support/tampering.js';
import { allOf } from '../event-store/samples.js';

/** What the map must say of a log, by hand. */
async function headsByHand(log: SealedLog, size: number): Promise<readonly NaiveHead[]> {
  const heads = new Map<string, NaiveHead>();
  for (const event of (await allOf(log.store, 0n)).slice(0, size))
    heads.set(event.stream, { stream: event.stream, rev: event.rev, count: event.rev + 1, leaf: leafByHand(event) });
  return [...heads.values()];
}

describe('At the end of a day the heads of all streams are in a map whose root is in the log', () => {
  let house: Awaited<ReturnType<typeof sealedHouse>>;
  let log: SealedLog;
  let seal: Seal;
  let map: HeadMap;
  let heads: StreamHeads;
  let publisher: HeadPublisher;
  let days = 0;
  const threads = new CryptoThreads(1);
  const clock = { now: (): Instant => instantOf(Date.now()) };

  beforeAll(async () => {
    house = await sealedHouse();
    log = await house.process(knownFacts);
    seal = sealOn(house.url, log.store);
    map = new HeadMap(seal.pools.pool('mes_sealer'));
    heads = new StreamHeads(new HeadMap(seal.pools.pool('mes_reader')), seal.tree, log.store);
    await fill(log.store, 150);
    seal.sealer.start();
    await sealed(seal, log.store);
    begin();
  });
  afterAll(async () => {
    await publisher.stop();
    await threads.close();
    await seal.close();
    await house.close();
  });
  const headsOf = (streams: readonly StreamName[]) => heads.still(async (still) => still!.of(streams));
  /** A process that closes days. */
  const begin = (): void => {
    const { tree, leases, alarms } = seal;
    const today = () => dayAfter(parisDay(clock.now()), { days });
    const alarm = (reason: string): void => void alarms.push(reason);
    publisher = new HeadPublisher({
      journal: log.journal,
      secrets: log.secrets,
      clock,
      today,
      tree,
      map,
      heads,
      threads,
      leases,
      every: 5,
      alarm,
    });
    publisher.start();
  };
  const closed = async (day: number) => {
    days = day;
    await eventually(async () => expect(await map.last()).toMatchObject({ fact: { rev: day - 1 } }));
    await sealed(seal, log.store);
    return (await map.last())!;
  };

  it('none before the first day is over', async () => {
    await eventually(async () => expect((await house.rows('SELECT since FROM seal.map'))[0]?.['since']).not.toBeNull());
    expect(await map.last()).toBeNull();
    expect(await heads.still(async (still) => still)).toBeNull();
  });

  it('the root is that of the definition over what was sealed, and stands in a public fact', async () => {
    const published = await closed(1);
    const byHand = await headsByHand(log, published.size);
    expect(Buffer.from(published.root)).toEqual(naiveMapRoot(byHand));
    expect(published.streams).toBe(byHand.length);
    const fact = await heads.still(async (still) => (await still!.fact())!);
    const body = Buffer.from(fact.body, 'base64url');
    expect(createHash('sha256').update(body).digest('base64url')).toBe(fact.c);
    expect(body[0]).toBe(0);
    const heads64 = Buffer.from(published.root).toString('base64');
    expect(JSON.parse(body.subarray(1).toString())).toMatchObject({
      t: 'SealHeadPublished',
      d: { size: published.size, streams: byHand.length, heads: heads64 },
    });
    const { h, index } = fact;
    expect(h).toMatchObject({ type: 'SealHeadPublished' });
    const event = (await allOf(log.store, 0n))[index]!;
    expect(JSON.parse(Buffer.from(event.header).toString())).toEqual(h);
  });

  it('each stream has its head proved, also one that is not there', async () => {
    const published = (await map.last())!;
    const byHand = await headsByHand(log, published.size);
    const proofs = await headsOf([...byHand.map(({ stream }) => stream as StreamName), 'passage-nobody']);
    const root = Buffer.from(published.root);
    for (const [n, head] of byHand.entries()) {
      const { stream, rev, count, leaf, proof } = proofs[n]!;
      expect({ stream, rev, count, leaf }).toEqual({ ...head, leaf: Buffer.from(head.leaf).toString('base64') });
      const end = naiveHeadLeaf(naiveKey(stream), head);
      expect(
        naiveClimb(
          stream,
          end,
          proof.map((one) => Buffer.from(one, 'base64')),
        ),
      ).toEqual(root);
    }
    expect(proofs.at(-1)).toMatchObject({ stream: 'passage-nobody', rev: null, leaf: null });
  });

  it('the next day takes in what came, and goes on after a stop', async () => {
    await publisher.stop();
    const { stream } = (await headsByHand(log, 1))[0]!;
    const last = (await log.store.read(stream as StreamName)).length - 1;
    await appendSealable(log.store, stream as StreamName, last, 3);
    for (let n = 0; n < 40; n += 1) await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM, 2);
    await sealed(seal, log.store);
    begin();
    const published = await closed(2);
    expect(Buffer.from(published.root)).toEqual(naiveMapRoot(await headsByHand(log, published.size)));
    const proofs = await headsOf([stream as StreamName]);
    expect(proofs[0]).toMatchObject({ rev: last + 3, count: last + 4 });
  });

  /** Made beside the process that closes days. */
  const onDemand = (patience = 20_000): RootOnDemand => {
    const today = () => dayAfter(parisDay(clock.now()), { days });
    return new RootOnDemand({ journal: log.journal, secrets: log.secrets, clock, today, tree: seal.tree, map, heads, threads, patience });
  };
  const newest = async (): Promise<bigint> => (await allOf(log.store, 0n)).at(-1)!.position;
  const never = new AbortController().signal;

  it('a root is made at once for who needs one, takes in what was just written, and the day is closed all the same', async () => {
    const stream: StreamName = `passage-${crypto.randomUUID()}`;
    await appendSealable(log.store, stream, NO_STREAM, 2);
    expect(await onDemand().covering(await newest(), never)).toBe(true);
    await sealed(seal, log.store);
    const made = (await map.last())!;
    expect(made.day).toBe(dayAfter(parisDay(clock.now()), { days: days - 1 }));
    expect((await headsOf([stream]))[0]).toMatchObject({ rev: 1, count: 2 });
    expect(Buffer.from(made.root)).toEqual(naiveMapRoot(await headsByHand(log, made.size)));
    days += 1;
    await eventually(async () => expect(await map.last()).toMatchObject({ day: dayAfter(made.day, { days: 1 }), fact: { rev: 3 } }));
    await sealed(seal, log.store);
  });

  it('the proofs somebody reads are those of one root, whatever is published meanwhile', async () => {
    const { stream } = (await headsByHand(log, 1))[0]!;
    const [before, after] = await heads.still(async (still) => {
      const first = await still!.of([stream as StreamName]);
      await onDemand().covering(await newest(), never);
      return [first, await still!.of([stream as StreamName])] as const;
    });
    expect(after).toEqual(before);
    await sealed(seal, log.store);
  });

  it('none is made while the seal stands still: its fact would not be proved, and the proofs there are would be lost', async () => {
    const before = await map.last();
    await seal.sealer.stop();
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    expect(await onDemand(50).covering(await newest(), never)).toBe(false);
    await seal.pools.pool('mes_sealer').query(`UPDATE seal.head SET trouble = 'essai'`);
    expect(await onDemand().covering(0n, never)).toBe(false);
    expect(await map.last()).toEqual(before);
    seal.sealer.start();
    await sealed(seal, log.store);
  });

  it('rows that somebody altered are never taken over into a new root', async () => {
    await publisher.stop();
    const [owner, before] = [seal.pools.pool('mes_sealer'), await map.last()];
    const alter = (sql: string) => owner.query(`UPDATE seal.map_row SET content = ${sql} WHERE NOT branch`);
    await alter('set_byte(content, 39, get_byte(content, 39) # 1)');
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    expect(await onDemand().covering(await newest(), never)).toBe(false);
    expect(await map.last()).toEqual(before);
    await alter('set_byte(content, 39, get_byte(content, 39) # 1)');
    expect(await onDemand().covering(await newest(), never)).toBe(true);
    await sealed(seal, log.store);
    begin();
  });

  it('a stretch of the seal that somebody took away is not passed over in a new root', async () => {
    await publisher.stop();
    const before = await map.last();
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    await sealed(seal, log.store);
    const asOwner = (sql: string) => connected(house.url, async (db) => (await silenceGuards(db), await db.query(sql)));
    await asOwner('CREATE TABLE kept_roll AS SELECT * FROM seal.roll; DELETE FROM seal.roll');
    expect(await onDemand().covering(0n, never)).toBe(false);
    expect(await map.last()).toEqual(before);
    await asOwner('INSERT INTO seal.roll SELECT * FROM kept_roll; DROP TABLE kept_roll');
    begin();
  });

  it('a map that was made anew without a stream, up to its root, is not the one that is in the log', async () => {
    await publisher.stop();
    const before = (await map.last())!;
    const check = () => new Monitor(log.store, seal.tree, [signer], { heads }).check();
    expect(await check()).toMatchObject({ count: 0 });
    for (const table of ['map', 'map_row', 'published_map']) await house.rows(`CREATE TABLE kept_${table} AS SELECT * FROM seal.${table}`);
    await house.rows('DELETE FROM seal.map_row');
    await house.rows(`UPDATE seal.map SET size = 0, root = decode(repeat('00', 32), 'hex'), streams = 0`);
    const [, ...others] = await headsByHand(log, before.size);
    const records = others.map(({ stream, rev, count, leaf }) => recordBytes({ key: keyOf(stream as StreamName), rev, count, leaf }));
    const all = (async function* () {
      yield Buffer.concat(records);
    })();
    await map.advance({ from: 0, to: before.size }, all, { leases: [], threads, signal: never });
    const found = (detail: RegExp) => ({ count: 1, findings: [{ kind: 'seal', index: null, detail: expect.stringMatching(detail) }] });
    expect(await check()).toMatchObject(found(/map of heads does not give the root that was written/));
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    const written = await newest();
    // Nor does anybody who needs a root write one over it.
    expect(await onDemand().covering(written, never)).toBe(false);
    await house.rows('UPDATE seal.published_map p SET root = m.root, streams = m.streams FROM seal.map m WHERE p.size = m.size');
    expect(await check()).toMatchObject(found(/root that is kept .* is not the one that was written/));
    expect(await onDemand().covering(written, never)).toBe(false);
    await house.rows('UPDATE seal.map SET size = size - 1');
    expect(await check()).toMatchObject(found(/lies behind the root/));
    await house.rows(
      `UPDATE seal.published_map SET stream = 'passage-x', rev = 0 WHERE stream IS NOT NULL; UPDATE seal.map SET size = size + 1`,
    );
    expect(await check()).toMatchObject(found(/not in the log as it was written|there is another/));
    for (const table of ['map', 'map_row', 'published_map'])
      await house.rows(`DELETE FROM seal.${table}; INSERT INTO seal.${table} SELECT * FROM kept_${table}; DROP TABLE kept_${table}`);
    expect(await check()).toMatchObject({ count: 0 });
    begin();
  });

  /** The rows of the map by their digits. */
  const mapRows = async () => {
    const { rows } = await seal.pools
      .pool('mes_sealer')
      .query<{ prefix: string; branch: boolean }>('SELECT prefix, branch FROM seal.map_row ORDER BY prefix');
    return rows;
  };

  it('the first row below the topmost that somebody altered, removed or slipped in is named where the whole log is compared', async () => {
    await publisher.stop();
    const rows = await mapRows();
    const first = rows[1]!.prefix;
    const records = rows.find(({ branch }) => !branch)!.prefix;
    expect([rows[0], first.length]).toEqual([{ prefix: '', branch: true }, 1]);
    const check = (range = {}) => new Monitor(log.store, seal.tree, [signer], { heads }).check(range);
    const byte = (place: number, value: string): string => `UPDATE seal.map_row SET content = set_byte(content, ${place}, ${value})`;
    const named = async (harm: string, found: string): Promise<void> => {
      await connected(house.url, async (db) => {
        await silenceGuards(db);
        await db.query(`CREATE TABLE kept_row AS SELECT * FROM seal.map_row; ${harm}`);
      });
      expect(await check()).toMatchObject({ count: 1, findings: [{ kind: 'seal', index: null, detail: found }] });
      expect(await check({ from: 0, to: 5 })).toMatchObject({ count: 0 });
      await house.rows('DELETE FROM seal.map_row; INSERT INTO seal.map_row SELECT * FROM kept_row; DROP TABLE kept_row');
      expect(await check()).toMatchObject({ count: 0 });
    };
    const row = (prefix: string, what: string): string => `row ${prefix} of the map of heads ${what}`;
    const [another, gone, strange] = ['is not the one that was written', 'is not there', 'is in no row above it'];
    await named(`${byte(39, 'get_byte(content, 39) # 1')} WHERE NOT branch`, row(records, another));
    await named(`UPDATE seal.map_row SET content = substr(content, 2) WHERE prefix = '${records}'`, row(records, another));
    // Of the kinds of two subtrees beside each other their common hash says nothing.
    const kind = parseInt(first, 16) * 33;
    await named(`${byte(kind, `3 - get_byte(content, ${kind})`)} WHERE prefix = ''`, row(first, another));
    await named(`DELETE FROM seal.map_row WHERE prefix = '${first}'`, row(first, gone));
    await named(`DELETE FROM seal.map_row WHERE prefix LIKE 'f%'`, row('f', gone));
    await named(`INSERT INTO seal.map_row SELECT prefix || 'g', branch, content FROM seal.map_row`, row(`${records}g`, strange));
    begin();
  });

  it('and stays found while the log grows: what was whole then clears nothing without the rows', async () => {
    await publisher.stop();
    const check = async (range = {}) => {
      const result = await new Monitor(log.store, seal.tree, [signer], { heads }).check(range);
      await keep(seal.writer, result);
      return result;
    };
    const turn = () => house.rows('UPDATE seal.map_row SET content = set_byte(content, 39, get_byte(content, 39) # 1) WHERE NOT branch');
    await turn();
    const { size, count } = await check();
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    await sealed(seal, log.store);
    expect([count, (await check({ to: size })).count, (await seal.tree.head()).found]).toMatchObject([1, 1, { findings: 1 }]);
    await turn();
    await check({ to: size });
    expect((await seal.tree.head()).found).toBeNull();
    begin();
  });

  it('the rows are read a page at a time, whatever lies at its edges', async () => {
    await publisher.stop();
    const { root } = await map.state();
    const rows = (await mapRows()).length;
    const pages = (atOnce: number) =>
      connected(house.url, async (db) => {
        let read = 0;
        const fault = await faultInRows(db, root, () => void (read += 1), atOnce);
        return { fault, read };
      });
    for (const atOnce of [1, 2, 3, 7, rows, rows + 1]) expect(await pages(atOnce)).toEqual({ fault: null, read: Math.ceil(rows / atOnce) });
    begin();
  });

  it('a fact of the map that cannot be read any more is named, and the comparison goes on to the leaves', async () => {
    await publisher.stop();
    const { fact } = (await map.last())!;
    const written = { kind: 'altered', stream: fact!.stream, rev: fact!.rev };
    const turn = (): Promise<void> => flip(house, fact!.stream, fact!.rev);
    await turn();
    const { findings } = await new Monitor(log.store, seal.tree, [signer], { heads }).check();
    expect(findings).toMatchObject([{ kind: 'seal', detail: expect.stringMatching(/not in the log as it was written/) }, written]);
    await turn();
    // A server of its own was down meanwhile, and that was told.
    await sealed(seal, log.store);
    seal.alarms.length = 0;
    begin();
  });

  it('a stream that was removed from the log keeps its last head, whether it was taken in before or not', async () => {
    await publisher.stop();
    const [inMap, notYet]: readonly StreamName[] = [`passage-${crypto.randomUUID()}`, `passage-${crypto.randomUUID()}`];
    const remove = (stream: StreamName): Promise<void> =>
      connected(house.url, async (db) => {
        await silenceGuards(db);
        await db.query('DELETE FROM log.event WHERE stream = $1', [stream]);
      });
    await appendSealable(log.store, inMap!, NO_STREAM, 2);
    expect(await onDemand().covering(await newest(), never)).toBe(true);
    await appendSealable(log.store, notYet!, NO_STREAM, 3);
    await appendSealable(log.store, `passage-${crypto.randomUUID()}`, NO_STREAM);
    await sealed(seal, log.store);
    const byHand = await headsByHand(log, (await seal.tree.head()).size);
    await remove(inMap!);
    await remove(notYet!);
    expect(await onDemand().covering(await newest(), never)).toBe(true);
    await sealed(seal, log.store);
    expect(Buffer.from((await map.last())!.root)).toEqual(naiveMapRoot(byHand));
    expect(await headsOf([inMap!, notYet!])).toMatchObject([
      { rev: 1, count: 2 },
      { rev: 2, count: 3 },
    ]);
    begin();
  });

  it('a fact that was meant to be written is written as it was meant, once, whoever goes on', async () => {
    await publisher.stop();
    const before = (await map.last())!;
    const day = before.day.replace(/^\d{4}/, '2998') as typeof before.day;
    await map.intend({ ...before, day });
    begin();
    await eventually(async () => expect(await map.last()).toMatchObject({ day, fact: { rev: 8 } }));
    await publisher.stop();
    await seal.pools.pool('mes_sealer').query('UPDATE seal.published_map SET stream = NULL, rev = NULL WHERE day = $1', [day]);
    begin();
    await eventually(async () => expect(await map.last()).toMatchObject({ day, fact: { rev: 8 } }));
    expect(seal.alarms).toEqual([]);
  });
});
