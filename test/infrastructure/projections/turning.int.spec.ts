import type { Tagged } from '../../../src/domain/shared/decider.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { coversStream } from '../../../src/application/shared/ranges.js';
import { checkpoints } from '../../../src/infrastructure/postgres/projections/checkpoint.js';
import { Settling } from '../../../src/infrastructure/postgres/projections/settling.js';
import { knownFacts } from '../../../src/infrastructure/system/known-facts.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import { passageFacts, spaceFacts as f } from '../../support/enrolment-facts.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import { TELEPORTED, tomorrow } from '../../support/poison.js';
import { allRows, caughtUp, eventually, readSide, tell, type ReadSide } from '../../support/read-side.js';
import type { SealedLog } from '../../support/sealed-log.js';

type Space = Awaited<ReturnType<ErasureWorld['space']>>;
type Rows = Awaited<ReturnType<typeof allRows>>;

/** Short, so that ranges pass on while a test waits. */
const TERM = 400;
/** Each of them is another interleaving of two processes. */
const ROUNDS = 6;
/** One document in the record and one under the veil, which keeps its own key: that it is there stays, what it is does not. */
const OPEN = { document: 2 };
const CLOSED = { document: 1 };

let world: ErasureWorld;
const started: ReadSide[] = [];
beforeEach(async () => void (world = await erasureWorld()));
afterEach(async () => {
  for (const { projector } of started.splice(0)) await projector.stop();
  await world.end();
});

const begin = (side: ReadSide): ReadSide => {
  side.projector.start();
  started.push(side);
  return side;
};
/** Tables that name a space, and how many rows of it each has. */
const countsOf = (rows: Rows, { id }: Space): Record<string, number> => {
  const its = Object.entries(rows).map(([name, all]) => [name, all.filter((row) => (row as { space_id?: string }).space_id === id).length]);
  return Object.fromEntries(its.filter(([, count]) => count !== 0)) as Record<string, number>;
};
const keysOf = async ({ id }: Space): Promise<unknown> =>
  (await world.house.rows('SELECT DISTINCT state FROM vault.key WHERE owner = $1 AND purpose = 2', [id])).map(({ state }) => state);

/** The rows that this process makes of the whole log. */
async function rebuilt({ projector, ...side }: ReadSide): Promise<Rows> {
  await projector.rebuild();
  return allRows(side);
}

describe('A closing that is held back behind an event that cannot be read', () => {
  let newer: SealedLog;
  let side: ReadSide;
  let ill: Space;
  let well: Space;
  const HELD = 4;
  const lines = () => world.house.rows(`SELECT reader FROM quarantine.held_back WHERE kind = 'rows'`);
  const lift = async (): Promise<void> => {
    for (const { id, state } of await newer.quarantine.all()) if (state === 'HELD') await newer.quarantine.settle(id, 'LIFTED');
  };
  const settling = ({ reader, pool, turns, aside }: ReadSide): Settling => new Settling({ reader, pool, projections, turns, aside });

  beforeEach(async () => {
    newer = await world.house.process(tomorrow(knownFacts));
    [ill, well] = [await world.space(), await world.space()];
    side = begin(world.side);
    await caughtUp(side);
    await tell(newer, `space-${ill.id}`, 2, TELEPORTED);
    await tell(newer, `space-${ill.id}`, HELD - 1, f.SpaceClosed);
    await world.close(well);
    await caughtUp(side);
  });

  /** What the space was before; nothing of it was closed. */
  const expectHeld = async (rows: Rows): Promise<void> => {
    expect(countsOf(rows, ill)).toMatchObject(OPEN);
    expect(countsOf(rows, well)).toMatchObject(CLOSED);
    expect(await keysOf(ill)).toEqual([1]);
    expect(await lines()).not.toEqual([]);
  };
  /** Closed in the end, in rows and keys, and a rebuild makes the same. */
  const expectClosed = async (by: ReadSide): Promise<void> => {
    const rows = await allRows(by);
    expect(countsOf(rows, ill)).toEqual(countsOf(rows, well));
    expect(await keysOf(ill)).toEqual([2]);
    expect(await lines()).toEqual([]);
    expect(await rebuilt(by)).toEqual(rows);
  };

  it('is held back by a rebuild as well: its rows are those of the live tables, and it closes when it can be read', async () => {
    const live = await allRows(side);
    await expectHeld(live);
    expect(await rebuilt(side)).toEqual(live);
    await expectHeld(live);
    await side.projector.stop();
    const next = begin(readSide(newer, projections));
    await caughtUp(next);
    await lift();
    await settling(next).run();
    await expectClosed(next);
  });

  it('closes once when it is lifted in the middle of a rebuild', async () => {
    await side.projector.stop();
    const next = begin(readSide(newer, projections));
    await caughtUp(next);
    const going = { on: true };
    const rebuilding = (async () => {
      while (going.on) await next.projector.rebuild();
    })();
    await lift();
    await eventually(async () => {
      await settling(next).run();
      expect(await lines()).toEqual([]);
    });
    going.on = false;
    await rebuilding;
    await settling(next).run();
    await caughtUp(next);
    await expectClosed(next);
  });
});

describe('A space that turns while its veil lies in a range of another process', () => {
  let one: ReadSide;
  let two: ReadSide;
  let apart: Space;

  /** Whether one process has the range of the space and the other that of its veil. */
  const isApart = async ({ id, veil }: Space): Promise<boolean> => {
    const points = await checkpoints(one.pool, 'read', ['documents']);
    const rowOf = (stream: StreamName): number => points.findIndex(({ ranges }) => coversStream(ranges, stream));
    const fences = [rowOf(`space-${id}`), rowOf(veil)].map((row) => points[row]?.fence);
    return fences[0] !== fences[1];
  };
  const level = async (): Promise<void> => {
    await caughtUp(one);
    await caughtUp(two);
  };

  beforeEach(async () => {
    one = begin(readSide(world.log, projections, TERM));
    two = begin(readSide(await world.house.process(knownFacts), projections, TERM));
    const holders = () =>
      world.house.rows(`SELECT DISTINCT holder FROM process.lease WHERE name LIKE 'projections%' AND until > clock_timestamp()`);
    await eventually(async () => expect(await holders()).toHaveLength(2));
    do {
      apart = await world.space();
      await level();
    } while (!(await isApart(apart)));
  });

  it('loses the rows of both when it closes, has all of them again when it reopens, whatever comes under the veil meanwhile', async () => {
    const looked = { ...passageFacts.AccessGranted, space: apart.id } as Tagged;
    for (let round = 0, rev = 2; round < ROUNDS; round += 1) {
      const open = await allRows(one);
      expect(countsOf(open, apart)).toMatchObject(OPEN);
      await Promise.all([world.close(apart), world.write(apart.veil, rev++, looked)]);
      await level();
      const closed = await allRows(one);
      expect(countsOf(closed, apart)).toMatchObject(CLOSED);
      await Promise.all([world.write(apart.veil, rev++, looked), world.reopen(apart)]);
      await level();
      expect(countsOf(await allRows(one), apart)).toMatchObject(OPEN);
    }
    expect(await isApart(apart)).toBe(true);
    const live = await allRows(one);
    expect(await rebuilt(two)).toEqual(live);
    expect([...one.alarms, ...two.alarms]).toEqual([]);
  });

  it('and is closed in the end has the rows that a rebuild makes', async () => {
    await world.close(apart);
    await level();
    const live = await allRows(two);
    expect(await rebuilt(one)).toEqual(live);
    expect(countsOf(live, apart)).toMatchObject(CLOSED);
    expect(await isApart(apart)).toBe(true);
  });
});
