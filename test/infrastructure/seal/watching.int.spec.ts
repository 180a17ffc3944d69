import { Monitor, type CheckProgress } from '../../../src/infrastructure/seal/monitor.js';
import { MapMoved } from '../../../src/infrastructure/seal/heads/head-map.js';
import { keep } from '../../../src/infrastructure/seal/seal-desk.js';
import { Releases } from '../../../src/infrastructure/seal/releases.js';
import { isDue, SealWatch } from '../../../src/infrastructure/seal/seal-watch.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { flip } from '../../support/lying-log.js';
import { eventually } from '../../support/read-side.js';
import { fill, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { openSystem } from '../../support/system.js';
import { silenceGuards } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';

const SAMPLE = 40;

/** One bit of one event, as the owner of the database turns it; turned again it is what it was. */
const turnBit = (url: string, position: bigint): Promise<void> =>
  connected(url, async (db) => {
    await silenceGuards(db);
    await db.query('UPDATE log.event SET body = set_bit(body, 9, 1 - get_bit(body, 9)) WHERE position = $1', [position]);
  });

describe('The comparison of log and seal by itself', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  let alarms: string[];
  const watches: SealWatch[] = [];

  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    alarms = [];
    await fill(store, 150);
    seal.sealer.start();
    await sealed(seal, store);
  });
  afterEach(async () => {
    for (const watch of watches.splice(0)) await watch.stop();
    await seal.close();
    await store.close();
    await database.drop();
  });

  const watching = (hour: number, releases: Pick<Releases, 'check'> | null = null): SealWatch => {
    const { tree, writer, leases } = seal;
    const parts = { monitor: new Monitor(store, tree, [signer]), tree, writer, leases, releases, every: 10, sample: SAMPLE, hour };
    const watch = new SealWatch({ ...parts, alarm: (reason) => void alarms.push(reason) });
    watches.push(watch);
    watch.start();
    return watch;
  };
  const wholeCompared = async (): Promise<void> => keep(seal.writer, await new Monitor(store, seal.tree, [signer]).check());

  it('looks at the whole log when that was never done, and then at parts drawn by lot', async () => {
    const { size } = await seal.tree.head();
    const parts = new Set<string>();
    watching(0);
    await eventually(async () => expect((await seal.tree.head()).comparedWhole).not.toBeNull());
    await eventually(async () => {
      const { checked } = await seal.tree.head();
      if (checked !== null && checked.to - checked.from === SAMPLE) parts.add(`${checked.from}`);
      expect(parts.size).toBeGreaterThan(3);
    });
    for (const from of parts) expect(Number(from) + SAMPLE).toBeLessThanOrEqual(size);
    expect(alarms).toEqual([]);
  });

  it('comes upon an altered event, says so, and keeps it until that part is found right', async () => {
    await wholeCompared();
    await turnBit(database.url, 200n);
    const watch = watching(0);
    await eventually(async () => expect(alarms.length).toBeGreaterThan(0));
    expect(alarms[0]).toMatch(/^the log is not what was sealed: 1 findings between leaves \d+ and \d+, the first at leaf 199$/);
    await watch.stop();
    await turnBit(database.url, 200n);
    expect((await seal.tree.head()).found).toMatchObject({ findings: 1 });
    await keep(seal.writer, await new Monitor(store, seal.tree, [signer]).check({ from: 0, to: SAMPLE }));
    expect((await seal.tree.head()).found).toMatchObject({ findings: 1 });
    await wholeCompared();
    expect((await seal.tree.head()).found).toBeNull();
  });

  it('does not forget in the end of a long comparison what another one found behind it meanwhile', async () => {
    const check = (range = {}, progress: CheckProgress = () => undefined) => new Monitor(store, seal.tree, [signer]).check(range, progress);
    const long = await check({}, async (done) => {
      if (done === 0) return;
      await turnBit(database.url, 10n);
      await keep(seal.writer, await check({ from: 0, to: SAMPLE }));
    });
    expect(long).toMatchObject({ whole: true, count: 0 });
    await keep(seal.writer, long);
    expect(await seal.tree.head()).toMatchObject({ found: { findings: 1 }, comparedWhole: expect.any(Date) as Date });
    await turnBit(database.url, 10n);
    await wholeCompared();
    expect((await seal.tree.head()).found).toBeNull();
  });

  it('leaves what was found as it is where the rows of the map of heads could not be compared, and says so', async () => {
    await turnBit(database.url, 200n);
    await wholeCompared();
    await turnBit(database.url, 200n);
    const heads = { fault: () => Promise.resolve(null), rowFault: () => Promise.reject(new MapMoved('it moved on')) };
    const result = await new Monitor(store, seal.tree, [signer], { heads }).check();
    expect(result).toMatchObject({ whole: true, count: 0, left: ['rows of the map of heads: it moved on'] });
    await keep(seal.writer, result);
    expect((await seal.tree.head()).found).toMatchObject({ findings: 1 });
  });

  it('says that signed heads were taken away, whatever it would look at, and forgets nothing by what is left', async () => {
    await turnBit(database.url, 200n);
    await wholeCompared();
    await turnBit(database.url, 200n);
    const { comparedWhole, size } = await seal.tree.head();
    await connected(database.url, async (db) => (await silenceGuards(db), void (await db.query('DELETE FROM seal.checkpoint'))));
    const watch = watching(0);
    await eventually(async () => expect(alarms).toContainEqual(expect.stringMatching(/the first at the seal itself$/)));
    await watch.stop();
    expect(await seal.tree.head()).toMatchObject({ comparedWhole, found: { from: 0, to: size, findings: 1 } });
  });

  it('counts the keys of the last whole day with it, once, and says of how many rings no line explains them', async () => {
    const releases = new Releases(seal.pools.pool('mes_sealer'), store);
    const day = new Date(Date.now() - 25 * 3_600_000).toISOString().slice(0, 10);
    await database.rows('INSERT INTO vault.release (day, owner, purpose, count) VALUES ($1, gen_random_uuid(), 1, 3)', [day]);
    watching(0, releases);
    await eventually(async () => expect(alarms).toEqual([expect.stringMatching(new RegExp(`without a line on ${day}: of 1 rings`))]));
    const before = (await seal.tree.head()).checked?.at ?? '';
    await eventually(async () => expect(((await seal.tree.head()).checked?.at ?? '') > before).toBe(true));
    expect(alarms).toHaveLength(1);
  });

  it('is done by one process, however many seal, and by another one when that ends', async () => {
    const [one, other] = [watching(0), watching(0)];
    const holders = () =>
      database.rows(`SELECT holder FROM process.lease WHERE name = 'seal-watch' AND holder IS NOT NULL AND until > clock_timestamp()`);
    await eventually(async () => expect(await holders()).toHaveLength(1));
    await one.stop();
    const before = (await seal.tree.head()).checked?.at ?? '';
    await eventually(async () => expect(((await seal.tree.head()).checked?.at ?? '') > before).toBe(true));
    await other.stop();
    expect(alarms).toEqual([]);
  });
});

describe('A comparison of the whole log', () => {
  it.each([
    ['never before', null, '2026-11-22T14:00:00Z', true],
    ['in the night before the last', '2026-11-21T02:10:00Z', '2026-11-22T02:00:00Z', true],
    ['in the last night', '2026-11-22T02:10:00Z', '2026-11-22T23:59:00Z', false],
    ['yesterday, and the hour has not struck', '2026-11-21T02:10:00Z', '2026-11-22T01:59:00Z', false],
    ['by hand since the hour struck', '2026-11-22T11:00:00Z', '2026-11-23T01:00:00Z', false],
    ['before nights in which nothing ran', '2026-11-19T02:10:00Z', '2026-11-22T01:00:00Z', true],
  ])('that was done last %s is due once a night', (_, last, now, due) => {
    expect(isDue(last === null ? null : new Date(last), 2, new Date(now))).toBe(due);
  });
});

describe('A running system that compares log and seal', () => {
  it('shows what it found in its log, its health and its figures', async () => {
    const its = await openSystem({ SEAL_CHECK_EVERY: '1', SEAL_EVERY: '10' });
    const healthOf = async () => (await its.system.health()).find(({ part }) => part === 'sealed log');
    try {
      await eventually(async () => expect((await its.system.seal.status()).checked).toMatchObject({ findings: 0 }));
      expect(await healthOf()).toMatchObject({ healthy: true });
      const [first] = await its.inside(({ store }) => allOf(store, 0n));
      const turn = (): Promise<void> => flip(its, first!.stream, first!.rev);
      await turn();
      await eventually(async () =>
        expect(await healthOf()).toMatchObject({ healthy: false, detail: expect.stringContaining('1 findings') as string }),
      );
      expect(its.lines.join('')).toMatch(
        /"alarm":"the log is not what was sealed: 1 findings between leaves 0 and \d+, the first at leaf 0"/,
      );
      const ready = await its.app.inject('/health/ready');
      expect(ready.json()).toMatchObject({ status: 'ok', checks: { sealing: 'failed' } });
      expect((await its.app.inject('/metrics')).body).toMatch(/^seal_findings 1$/m);
      await turn();
      await eventually(async () => expect(await healthOf()).toMatchObject({ healthy: true }));
    } finally {
      await its.close();
    }
  });

  it('is not well where nobody is there to seal', async () => {
    const its = await openSystem({}, undefined, ['api', 'projections']);
    try {
      const health = await its.system.health();
      expect(health.find(({ part }) => part === 'sealed log')).toMatchObject({
        healthy: false,
        detail: expect.stringMatching(/^0 events, \d+ behind, no process with the role sealer$/) as string,
      });
    } finally {
      await its.close();
    }
  });
});
