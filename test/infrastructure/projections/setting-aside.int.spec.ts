import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnreadableEvent } from '../../../src/application/shared/ports.js';
import { rangeOf } from '../../../src/application/shared/ranges.js';
import { checkpoints } from '../../../src/infrastructure/postgres/projections/checkpoint.js';
import { Settling } from '../../../src/infrastructure/postgres/projections/settling.js';
import type { Projected, Projection, Row } from '../../../src/projections/shared/projection.js';
import { passageFacts, spaceFacts as f } from '../../support/enrolment-facts.js';
import { flip, remove } from '../../support/lying-log.js';
import { crowd } from '../../support/poison.js';
import {
  allRows,
  caughtUp,
  declared,
  ENROLMENT,
  eventually,
  newSpace,
  PROJECTIONS,
  readSide,
  tell,
  type ReadSide,
} from '../../support/read-side.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';

type Harm = (operations: Projected) => Projected;
const thrown: Harm = () => {
  throw new RangeError('Camille EXEMPLE');
};
const spoiled =
  (change: Row): Harm =>
  (operations) =>
    operations.map((one) => (one.op === 'patch' ? { ...one, row: { ...one.row, ...change } } : one));
const harms: readonly (readonly [string, string, Harm])[] = [
  ['itself', 'RangeError', thrown],
  ['on a cell that is none of its type', 'TypeError', spoiled({ handle: 'somebody' })],
  // PostgreSQL holds no text with such a character: it refuses a statement behind which others are on their way.
  ['in the database', 'DatabaseError', spoiled({ channel: '\0' })],
];

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let side: ReadSide;
let sick: string;
/** In the same range. */
let neighbour: string;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
  sick = newSpace();
  neighbour = newSpace();
  while (rangeOf(`space-${neighbour}`) !== rangeOf(`space-${sick}`)) neighbour = newSpace();
});
afterEach(async () => {
  await side.projector.stop();
  await house.close();
});

/** The read models, one of which fails on the invitation of the sick space. */
function failing(harm: Harm): readonly Projection[] {
  const [overview, ...others] = PROJECTIONS as [Projection, ...Projection[]];
  const on: Projection['on'] = {
    ...overview.on,
    InvitationSent: (fact, id) => {
      const operations = overview.on['InvitationSent']?.(fact, id) ?? [];
      return id === sick ? harm(operations) : operations;
    },
  };
  return [{ ...overview, on }, ...others];
}
/** Starts these read models in the place of those that run. */
async function run(projections: readonly Projection[]): Promise<void> {
  await (side as ReadSide | undefined)?.projector.stop();
  side = readSide(log, projections);
  side.projector.start();
  await caughtUp(side);
}
/** Both spaces live, the sick one too behind what the read model fails on. */
async function live(): Promise<void> {
  for (const space of [sick, neighbour]) {
    await tell(log, `space-${space}`, -1, declared(), f.InvitationSent, f.OppositionRegistered);
    await tell(log, `passage-${space}`, -1, passageFacts.AccessGranted);
  }
}
const overviewOf = async (space: string): Promise<unknown> =>
  (await allRows(side))['space_overview']?.find((row) => (row as { space_id: string }).space_id === space);
const settling = (): Settling => new Settling(side);
const places = async () => (await log.quarantine.all()).filter(({ stream }) => stream === `space-${sick}`);
const settle = async (state: 'LIFTED' | 'RELEASED'): Promise<void> => {
  for (const { id } of await places()) await log.quarantine.settle(id, state);
};
const isClosed = async (space: string): Promise<boolean> => (await log.quarantine.now()).isClosed(space);
async function expectRebuilt(): Promise<void> {
  const rows = await allRows(side);
  await side.projector.rebuild();
  await caughtUp(side);
  expect(await allRows(side)).toEqual(rows);
}

describe('An event on which a read model fails', () => {
  beforeEach(() => run(PROJECTIONS));

  it.each(harms)('%s stands in quarantine with its space, and its range goes on, live as rebuilt', async (_, error, harm) => {
    await run(failing(harm));
    await live();
    await caughtUp(side);
    expect(await places()).toEqual([expect.objectContaining({ rev: 1, fault: 'NOT_PROJECTED', state: 'HELD' })]);
    expect([await isClosed(sick), await isClosed(neighbour)]).toEqual([true, false]);
    expect(await overviewOf(sick)).toMatchObject({ revision: 0, opposed: false });
    expect(await overviewOf(neighbour)).toMatchObject({ revision: 2, opposed: true });
    const points = await checkpoints(
      side.pool,
      'read',
      PROJECTIONS.map(({ name }) => name),
    );
    expect(points.map(({ stopped }) => stopped)).toEqual(PROJECTIONS.map(() => null));
    expect(side.alarms).toEqual([`the projection space-overview fails on an event: ${error}`]);
    expect(log.alarms.filter((alarm) => alarm.startsWith('a read model fails on an event (NOT_PROJECTED)'))).toHaveLength(1);
    await expectRebuilt();
  });

  it('can be tried, is given back once the software is mended, and then lacks nothing', async () => {
    await run(failing(thrown));
    await live();
    await caughtUp(side);
    expect(await side.trial.passes({ stream: `space-${sick}`, rev: 1 })).toBe(false);
    await run(PROJECTIONS);
    const before = await allRows(side);
    expect(await side.trial.passes({ stream: `space-${sick}`, rev: 1 })).toBe(true);
    expect(await allRows(side)).toEqual(before);
    await settle('LIFTED');
    expect(await settling().run()).toBeGreaterThan(0);
    await eventually(async () => expect(await isClosed(sick)).toBe(false));
    expect(await overviewOf(sick)).toMatchObject({ revision: 2, opposed: true });
    await expectRebuilt();
  });

  it('that is lifted too early stands there again, and nothing is given back by halves', async () => {
    await run(failing(thrown));
    await live();
    await caughtUp(side);
    const [before] = await places();
    await settle('LIFTED');
    await settling().run();
    expect(await places()).toEqual([expect.objectContaining({ id: before?.id, state: 'HELD' })]);
    expect(await isClosed(sick)).toBe(true);
    expect(await overviewOf(sick)).toMatchObject({ revision: 0, opposed: false });
    await run(PROJECTIONS);
    await settle('LIFTED');
    await settling().run();
    await expectRebuilt();
    expect(await overviewOf(sick)).toMatchObject({ revision: 2, opposed: true });
  });

  it('that is released has no rows for ever, in any read model; what comes behind it has, and decisions count it', async () => {
    await run(failing(thrown));
    await live();
    await caughtUp(side);
    await settle('RELEASED');
    await settling().run();
    await eventually(async () => expect(await isClosed(sick)).toBe(false));
    expect(await overviewOf(sick)).toMatchObject({ revision: 2, opposed: true });
    const lines = (await allRows(side))['activity_line'] as readonly { space_id: string; stream: string; rev: number }[];
    expect(lines.filter(({ space_id, stream }) => space_id === sick && stream === 'space').map(({ rev }) => rev)).toEqual([0, 2]);
    expect((await log.journal.read(`space-${sick}`)).facts.map(({ event }) => event.type)).toContain('InvitationSent');
    await expectRebuilt();
    await run(PROJECTIONS);
    await expectRebuilt();
  });

  it.each([
    ['its bytes are altered', 'ALTERED', () => flip(house, `space-${sick}`, 1)],
    ['the event before it is taken out', 'EVENT_BEFORE_MISSING', () => remove(house, `space-${sick}`, 0)],
  ])('that is released stands there again when %s: nobody has decided to go on without what it says', async (_, fault, harm) => {
    await run(failing(thrown));
    await live();
    await caughtUp(side);
    await settle('RELEASED');
    await settling().run();
    await harm();
    const again = await house.process(ENROLMENT);
    await expect(again.journal.read(`space-${sick}`)).rejects.toThrow(UnreadableEvent);
    expect((await places()).map(({ state }) => state)).toContain('HELD');
    expect((await places()).find(({ state }) => state === 'HELD')).toMatchObject({ fault });
    expect(await isClosed(sick)).toBe(true);
  });

  it('that was released before for a reason of its own stops its range: nobody has decided that it has no rows', async () => {
    await side.projector.stop();
    await tell(log, `space-${sick}`, -1, declared(), f.ProvisionalCodeIssued, f.InvitationSent);
    await remove(house, `space-${sick}`, 1);
    await expect(log.journal.read(`space-${sick}`)).rejects.toThrow(UnreadableEvent);
    await settle('RELEASED');
    side = readSide(log, failing(thrown));
    side.projector.start();
    await eventually(async () =>
      expect((await side.projector.health())[0]).toMatchObject({ name: 'space-overview', status: 'stopped', error: 'RangeError' }),
    );
    expect(await places()).toEqual([expect.objectContaining({ fault: 'EVENT_BEFORE_MISSING', state: 'RELEASED' })]);
    await run(PROJECTIONS);
    expect(await overviewOf(sick)).toMatchObject({ revision: 2 });
    await expectRebuilt();
  });

  it('where as many stand there as may, and it is held back, is not given back, and says why', async () => {
    await run(failing(thrown));
    await live();
    await caughtUp(side);
    await settle('LIFTED');
    await crowd(log);
    await expect(settling().run()).rejects.toThrow(RangeError);
    expect(await isClosed(sick)).toBe(true);
    expect(await places()).toEqual([expect.objectContaining({ state: 'LIFTED' })]);
  });
});
