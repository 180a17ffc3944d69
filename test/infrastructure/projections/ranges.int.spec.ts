import { ALL_RANGES, claimOf, NO_RANGES, rangeLeases, rangeOf } from '../../../src/application/shared/ranges.js';
import { LeaseLost } from '../../../src/application/shared/leases.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { PostgresLeases } from '../../../src/infrastructure/postgres/leases/postgres-leases.js';
import { checkpoints } from '../../../src/infrastructure/postgres/projections/checkpoint.js';
import { claimCheckpoints } from '../../../src/infrastructure/postgres/projections/claiming.js';
import type { Projected, Projection, Row } from '../../../src/projections/shared/projection.js';
import { spaceFacts as f } from '../../support/enrolment-facts.js';
import { crowd } from '../../support/poison.js';
import {
  allRows,
  caughtUp,
  declared,
  ENROLMENT,
  eventually,
  newSpace,
  population,
  PROJECTIONS,
  readSide,
  tell,
  type ReadSide,
} from '../../support/read-side.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';

const NAMES = PROJECTIONS.map(({ name }) => name);
/** Short, so that ranges pass on while a test waits. */
const TERM = 400;

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
const started: ReadSide[] = [];

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
});
afterEach(async () => {
  for (const { projector } of started.splice(0)) await projector.stop();
  await house.close();
});

const pool = () => log.pools.pool('mes_projector');
const begin = (side: ReadSide): ReadSide => {
  side.projector.start();
  started.push(side);
  return side;
};
const pointsOf = async (name: string) => (await checkpoints(pool(), 'read', [name])).map(({ ranges, stopped }) => ({ ranges, stopped }));

/** Every range of every projection lies in one row. */
async function expectWhole(): Promise<void> {
  for (const name of NAMES) {
    const rows = await pointsOf(name);
    expect(rows.reduce((all, { ranges }) => all | ranges, NO_RANGES)).toBe(ALL_RANGES);
    expect(rows.reduce((sum, { ranges }) => sum + ranges, 0n)).toBe(ALL_RANGES);
  }
}

describe('Ranges', () => {
  it('are one row for each projection while one process has them all', async () => {
    const side = begin(readSide(log));
    await population(log, 10);
    await caughtUp(side);
    for (const name of NAMES) expect(await pointsOf(name)).toEqual([{ ranges: ALL_RANGES, stopped: null }]);
  });

  it('are shared by those who come, and taken over from those who go, and the rows are those of a rebuild', async () => {
    const sides = [readSide(log, PROJECTIONS, TERM)];
    begin(sides[0] as ReadSide);
    await population(log, 10);
    for (let more = 0; more < 2; more++) {
      const side = begin(readSide(await house.process(ENROLMENT), PROJECTIONS, TERM));
      sides.push(side);
      await population(log, 10);
    }
    await eventually(async () => expect(await pointsOf('space-overview')).toHaveLength(3));
    await population(log, 10);
    for (const side of sides) await caughtUp(side);
    await expectWhole();
    const live = await allRows(sides[0] as ReadSide);
    expect(live['space_overview']).toHaveLength(40);
    await sides[1]?.projector.stop();
    await sides[2]?.projector.stop();
    await population(log, 10);
    await caughtUp(sides[0] as ReadSide);
    const all = await allRows(sides[0] as ReadSide);
    expect(all['space_overview']).toHaveLength(50);
    await sides[0]?.projector.rebuild();
    expect(await allRows(sides[0] as ReadSide)).toEqual(all);
    await expectWhole();
  });

  it('are rebuilt as one and stay with those who hold them', async () => {
    const [one, two] = [begin(readSide(log, PROJECTIONS, TERM)), begin(readSide(await house.process(ENROLMENT), PROJECTIONS, TERM))];
    await eventually(async () => expect(await pointsOf('space-overview')).toHaveLength(2));
    const writing = { over: false };
    const write = async () => {
      while (!writing.over) await population(log, 4);
    };
    const rebuild = async () => {
      for (let round = 0; round < 3; round++) await one.projector.rebuild();
      writing.over = true;
    };
    await Promise.all([write(), rebuild()]);
    await caughtUp(one);
    await caughtUp(two);
    await expectWhole();
    const live = await allRows(one);
    await two.projector.rebuild();
    expect(await allRows(one)).toEqual(live);
  });

  it('that somebody else has claimed are not written by the one before, who does not know it yet', async () => {
    const side = begin(readSide(log));
    await population(log, 3);
    await caughtUp(side);
    await house.rows("UPDATE process.lease SET until = '-infinity'");
    const other = new PostgresLeases(pool());
    const claim = claimOf(await other.take(rangeLeases('projections'), 64));
    expect(claim.ranges).toBe(ALL_RANGES);
    await claimCheckpoints(pool(), 'read', NAMES, claim);
    const before = await allRows(side);
    await population(log, 3);
    await eventually(async () =>
      expect(await side.projector.health()).toEqual(
        NAMES.map((name) => expect.objectContaining({ name, status: 'waiting', error: 'LeaseLost' }) as unknown),
      ),
    );
    expect(await allRows(side)).toEqual(before);
  });

  it('are divided by many at the same moment without one of them being lost or had twice', async () => {
    const side = begin(readSide(log));
    await population(log, 3);
    await caughtUp(side);
    await side.projector.stop();
    const before = await checkpoints(pool(), 'read', NAMES);
    const holders = Array.from({ length: 4 }, () => new PostgresLeases(pool()));
    for (let round = 0; round < 5; round++) {
      const held = await Promise.all(holders.map((holder, i) => holder.take(rangeLeases('projections'), 10 + ((7 * i + 11 * round) % 12))));
      const claimed = async (leases: (typeof held)[number]): Promise<void> => {
        for (;;)
          try {
            const claim = claimOf(leases);
            const points = await claimCheckpoints(pool(), 'read', NAMES, claim);
            for (const name of leases.length === 0 ? [] : NAMES)
              expect(points.filter((point) => point.name === name).map(({ ranges }) => ranges)).toEqual([claim.ranges]);
            return;
          } catch (error) {
            if (!(error instanceof StoreUnavailable)) throw error;
          }
      };
      await Promise.all(held.map(claimed));
      await expectWhole();
      await Promise.all(held.map((leases, i) => (holders[i] as PostgresLeases).giveUp(leases)));
      const [stale] = held;
      await expect(claimCheckpoints(pool(), 'read', NAMES, claimOf(stale ?? []))).rejects.toBeInstanceOf(LeaseLost);
    }
    const after = await checkpoints(pool(), 'read', NAMES);
    expect(new Set(after.map(({ name, position }) => `${name} ${position}`))).toEqual(
      new Set(before.map(({ name, position }) => `${name} ${position}`)),
    );
  });
});

describe('A projection that fails', () => {
  /** A space whose facts come after in a range that goes on: one of sixty-four would lie in the one that stopped. */
  const spaceOutside = (range: number): string => {
    const space = newSpace();
    return rangeOf(`space-${space}`) === range ? spaceOutside(range) : space;
  };
  const spoiled =
    (change: Row) =>
    (operations: Projected): Projected =>
      operations.map((one) => (one.op === 'patch' ? { ...one, row: { ...one.row, ...change } } : one));
  const thrown = (): never => {
    throw new RangeError('for this test');
  };
  it.each([
    ['itself', 'RangeError', thrown],
    ['on a cell that is none of its type', 'TypeError', spoiled({ handle: 'somebody' })],
    // PostgreSQL holds no text with such a character: it refuses a statement behind which others are on their way.
    ['in the database', 'DatabaseError', spoiled({ channel: '\0' })],
  ])('%s on too much stops in the range it fails in, and goes on in all others, until it is mended', async (_, error, harm) => {
    await crowd(log);
    const sick = newSpace();
    const range = rangeOf(`space-${sick}`);
    await population(log, 5);
    const [overview, ...others] = PROJECTIONS as [Projection, ...Projection[]];
    const breaking: Projection = {
      ...overview,
      on: {
        ...overview.on,
        InvitationSent: (fact, id) => {
          const operations = overview.on['InvitationSent']?.(fact, id) ?? [];
          return id === sick ? harm(operations) : operations;
        },
      },
    };
    const side = begin(readSide(log, [breaking, ...others]));
    await caughtUp(side);
    const taken = await log.store.head();
    await tell(log, `space-${sick}`, -1, declared(), f.InvitationSent);
    const lag = (await log.store.head()) - taken;
    const overviewHealth = async () => (await side.projector.health()).find(({ name }) => name === 'space-overview');
    await eventually(async () => expect(await overviewHealth()).toMatchObject({ status: 'stopped', error, lag }));
    expect(await pointsOf('space-overview')).toEqual(
      expect.arrayContaining([
        { ranges: 1n << BigInt(range), stopped: error },
        { ranges: ALL_RANGES & ~(1n << BigInt(range)), stopped: null },
      ]),
    );
    const later = spaceOutside(range);
    await tell(log, `space-${later}`, -1, declared());
    await eventually(async () =>
      expect((await allRows(side))['space_overview']).toEqual(expect.arrayContaining([expect.objectContaining({ space_id: later })])),
    );
    expect(side.alarms).toEqual([`the projection space-overview stopped: ${error}`]);
    await side.projector.stop();
    const mended = begin(readSide(log));
    await caughtUp(mended);
    expect((await allRows(mended))['space_overview']).toEqual(expect.arrayContaining([expect.objectContaining({ space_id: sick })]));
    expect(await pointsOf('space-overview')).toEqual([{ ranges: ALL_RANGES, stopped: null }]);
    const rows = await allRows(mended);
    await mended.projector.rebuild();
    expect(await allRows(mended)).toEqual(rows);
  });
});
