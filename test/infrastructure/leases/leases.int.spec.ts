import { LeaseKeeper } from '../../../src/application/shared/lease-keeper.js';
import { LeaseLost, type Lease } from '../../../src/application/shared/leases.js';
import { assertHeld, PostgresLeases } from '../../../src/infrastructure/postgres/leases/postgres-leases.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { transaction } from '../../../src/infrastructure/postgres/transaction.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';

const NAMES = Array.from({ length: 64 }, (_, n) => `work/${String(n).padStart(2, '0')}`);
/** Short, so that a test sees it end. */
const TERM = 400;

let database: TestDatabase;
let pools: Pools;
const processes = (count: number, term = 60_000): PostgresLeases[] =>
  Array.from({ length: count }, () => new PostgresLeases(pools.pool('mes_projector'), term));
const two = (term?: number) => processes(2, term) as [PostgresLeases, PostgresLeases];
const writing = (leases: readonly Lease[], work: () => Promise<void> = async () => undefined) =>
  transaction(pools.pool('mes_projector'), async (db) => {
    await assertHeld(db, leases);
    await work();
  });

beforeEach(async () => {
  database = await freshDatabase();
  pools = openPools(database.url);
});
afterEach(async () => {
  await pools.close();
  await database.drop();
});

describe('a lease', () => {
  it('belongs to one process until it is given up', async () => {
    const [one, other] = two();
    const held = await one.take(['sealer'], 1);
    expect(await other.take(['sealer'], 1)).toEqual([]);
    expect(await one.renew(held)).toEqual(held);
    await one.giveUp(held);
    const [next] = await other.take(['sealer'], 1);
    expect(next?.fence).toBeGreaterThan(held[0]?.fence ?? 0n);
  });

  it('goes to the next when its term is over, and what the one before writes is refused', async () => {
    const [one, other] = two(TERM);
    const held = await one.take(['sealer'], 1);
    await writing(held);
    await eventually(async () => expect(await other.take(['sealer'], 1)).toHaveLength(1));
    await expect(writing(held)).rejects.toBeInstanceOf(LeaseLost);
    expect(await one.renew(held)).toEqual([]);
    await one.giveUp(held);
    expect(await one.take(['sealer'], 1)).toEqual([]);
  });

  it('is not taken while its holder writes, even when its term is over, and may be renewed meanwhile', async () => {
    const [one, other] = two(TERM);
    const held = await one.take(['sealer'], 1);
    await writing(held, async () => {
      await eventually(async () =>
        expect(await database.rows('SELECT FROM process.lease WHERE until <= clock_timestamp()')).toHaveLength(1),
      );
      expect(await other.take(['sealer'], 1)).toEqual([]);
      expect(await one.renew(held)).toEqual(held);
    });
  });

  it('is given to one only, however many ask at the same moment', async () => {
    const taken = await Promise.all(processes(8).map((one) => one.take(NAMES, 64)));
    const names = taken.flat().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a share of the leases', () => {
  const started: LeaseKeeper[] = [];
  const alarms: string[] = [];
  const member = (leases: PostgresLeases) => {
    let mine: readonly Lease[] = [];
    const changed = async (held: readonly Lease[]): Promise<void> => void (mine = held);
    const keeper = new LeaseKeeper(leases, { work: 'work', names: NAMES, changed, alarm: (reason) => void alarms.push(reason) });
    started.push(keeper);
    keeper.start();
    return { keeper, held: () => mine.map(({ name }) => name) };
  };
  afterEach(async () => {
    for (const keeper of started.splice(0)) await keeper.stop();
    alarms.length = 0;
  });

  it('is all of them for one, and a third for each of three', async () => {
    const [one, two, three] = processes(3, TERM) as [PostgresLeases, PostgresLeases, PostgresLeases];
    const first = member(one);
    await eventually(async () => expect(first.held()).toHaveLength(64));
    const all = [first, member(two), member(three)];
    await eventually(async () => {
      for (const { held } of all) expect(held().length).toBeGreaterThanOrEqual(20);
      expect(all.flatMap(({ held }) => held()).sort()).toEqual(NAMES);
    });
  });

  it('grows by what another gives up when it ends', async () => {
    const [one, two] = processes(2, TERM) as [PostgresLeases, PostgresLeases];
    const [first, second] = [member(one), member(two)];
    await eventually(async () => expect(second.held()).toHaveLength(32));
    await second.keeper.stop();
    expect(second.held()).toEqual([]);
    await eventually(async () => expect(first.held()).toHaveLength(64));
  });

  it('is nothing for one who could not renew it in time', async () => {
    const [one] = processes(1, TERM) as [PostgresLeases];
    const only = member(one);
    await eventually(async () => expect(only.held()).toHaveLength(64));
    await database.rows('ALTER TABLE process.lease RENAME TO lease_away');
    await eventually(async () => expect(only.held()).toEqual([]));
    expect(alarms).toContain('work: leases cannot be kept: DatabaseError');
  });
});
