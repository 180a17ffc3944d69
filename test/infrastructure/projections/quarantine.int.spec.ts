import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyBroken, UnreadableEvent } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { Settling } from '../../../src/infrastructure/postgres/projections/settling.js';
import { campaignFacts, passageFacts, spaceFacts as f } from '../../support/enrolment-facts.js';
import { flip, remove } from '../../support/lying-log.js';
import { TELEPORTED, tomorrow, underLostKey } from '../../support/poison.js';
import { allRows, caughtUp, declared, ENROLMENT, eventually, newSpace, readSide, tell, type ReadSide } from '../../support/read-side.js';
import { entry, sealedHouse, type SealedLog } from '../../support/sealed-log.js';
import { FLIP_WRAPPED } from '../../support/whole-keys.js';

type House = Awaited<ReturnType<typeof sealedHouse>>;
type Poison = (space: string) => Promise<void>;

let house: House;
let log: SealedLog;
let newer: SealedLog;
let side: ReadSide;
let ill: string;
let well: string;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
  newer = await house.process(tomorrow(ENROLMENT));
  side = readSide(log);
  [ill, well] = [newSpace(), newSpace()];
  for (const space of [ill, well]) await tell(log, `space-${space}`, -1, declared(), f.InvitationSent);
});
afterEach(async () => {
  await side.projector.stop();
  await house.close();
});

/** Each leaves event 2 of the space unreadable for software of today. */
const poisons: Readonly<Record<string, Poison>> = {
  'of an unknown type': async (space) => void (await tell(newer, `space-${space}`, 1, TELEPORTED)),
  'whose bytes were altered': async (space) => {
    await tell(log, `space-${space}`, 1, f.ProvisionalCodeIssued);
    await flip(house, `space-${space}`, 2);
  },
  'whose key the vault does not know': async (space) =>
    void (await underLostKey(log, ENROLMENT).append(entry(`space-${space}`, 1, f.ProvisionalCodeIssued))),
};

/** Both spaces live on behind it. */
async function liveOn(): Promise<void> {
  for (const space of [ill, well]) {
    const next = space === ill ? 2 : 1;
    await tell(log, `space-${space}`, next, f.OppositionRegistered);
    await tell(log, `passage-${space}`, -1, passageFacts.AccessGranted);
  }
}
type Rows = Record<string, unknown[]>;
/** The rows that name a space. */
const rowsOf = (rows: Rows, space: string): unknown[] =>
  Object.values(rows).flatMap((table) => table.filter((row) => (row as { space_id?: string }).space_id === space));
const places = async (state: string) => (await log.quarantine.all()).filter((place) => place.state === state);
const lines = (): Promise<unknown[]> => house.rows('SELECT * FROM quarantine.held_back');

/** What the same software makes of the whole log. */
async function rebuilt(of: ReadSide): Promise<Rows> {
  await of.projector.rebuild();
  await caughtUp(of);
  return allRows(of);
}

/** Read models of a process, level with the log; its projector runs until the test is over. */
async function level(process: SealedLog): Promise<ReadSide> {
  await side.projector.stop();
  side = readSide(process);
  side.projector.start();
  await caughtUp(side);
  return side;
}
const settlingOf = ({ reader, pool, projections, turns, aside }: ReadSide): Settling =>
  new Settling({ reader, pool, projections, turns, aside });
/** What an operator's command does with the book, once it is decided. */
const settle = async (process: SealedLog, state: 'LIFTED' | 'RELEASED'): Promise<void> => {
  for (const { id } of await places('HELD')) await process.quarantine.settle(id, state);
};

describe('An event that cannot be read', () => {
  it.each(Object.entries(poisons))('%s stops the rows of its space, and of no other, live and rebuilt', async (_what, poison) => {
    await poison(ill);
    await liveOn();
    const rows = await allRows(await level(log));
    expect(rowsOf(rows, well).length).toBeGreaterThan(rowsOf(rows, ill).length);
    expect(await places('HELD')).toMatchObject([{ stream: `space-${ill}`, rev: 2 }]);
    expect(log.alarms.filter((alarm) => alarm.includes('quarantine'))).toHaveLength(1);
    const standstill = await log.quarantine.now();
    expect([standstill.isClosed(ill), standstill.isClosed(well)]).toEqual([true, false]);
    expect(await rebuilt(side)).toEqual(rows);
  });

  it('of an unknown version, in the traces of a space, stops all that the space wrote later', async () => {
    const writer = await house.process({ ...ENROLMENT, passage: { AccessGranted: 2 } });
    await tell(writer, `passage-${ill}`, -1, { ...passageFacts.AccessGranted, v: 2 } as never);
    await tell(log, `space-${ill}`, 1, f.OppositionRegistered);
    const rows = await allRows(await level(log));
    expect(await places('HELD')).toMatchObject([{ stream: `passage-${ill}`, rev: 0, fault: 'UNKNOWN_VERSION' }]);
    expect(rows['space_overview']).toContainEqual(expect.objectContaining({ space_id: ill, opposed: false }));
  });

  it('of a stream without a person stops that stream only', async () => {
    await flipFirstOf('campaign-c1');
    await liveOnWell();
    const rows = await allRows(await level(log));
    expect(rowsOf(rows, well).length).toBe(rowsOf(rows, ill).length + 2);
    expect([...(await log.quarantine.heldBack())].map(({ subject }) => subject)).toEqual(['campaign-c1']);
  });

  it('that is missing is noticed at the one behind it', async () => {
    await tell(log, `space-${ill}`, 1, f.ProvisionalCodeIssued, f.OppositionRegistered);
    await remove(house, `space-${ill}`, 2);
    await level(log);
    expect(await places('HELD')).toMatchObject([{ stream: `space-${ill}`, rev: 3, fault: 'EVENT_BEFORE_MISSING' }]);
  });

  it('behind a gap that was released stands there again when its own bytes are altered', async () => {
    await tell(log, `space-${ill}`, 1, f.ProvisionalCodeIssued, f.OppositionRegistered);
    await remove(house, `space-${ill}`, 2);
    await expect(log.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
    await settle(log, 'RELEASED');
    expect((await log.journal.read(`space-${ill}`)).facts).toHaveLength(3);
    await flip(house, `space-${ill}`, 3);
    await expect(log.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
    expect(await places('HELD')).toMatchObject([{ stream: `space-${ill}`, rev: 3, fault: 'ALTERED' }]);
  });

  it('is never folded, in whatever process, and whoever folds it first writes it down', async () => {
    await poisons['of an unknown type']?.(ill);
    await expect(log.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
    await expect(log.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
    expect(await places('HELD')).toHaveLength(1);
    expect((await newer.journal.read(`space-${ill}`)).facts).toHaveLength(3);
  });
});

describe('A veil', () => {
  const veils = ['veil-one', 'veil-two'] as const;
  const looked = (space: string) => ({ ...passageFacts.AccessGranted, space });
  let veiling: SealedLog;
  const look = (stream: StreamName, rev: number) => tell(veiling, stream, rev, looked(ill));

  beforeEach(async () => {
    veiling = await house.process({ ...tomorrow(ENROLMENT), veil: { VeilOpened: 1, AccessGranted: 1 } });
    for (const veil of veils)
      await tell(veiling, veil, -1, { type: 'VeilOpened', v: 1, space: ill, hiddenFrom: ['REPRESENTATIVES'] } as never);
    await level(veiling);
  });
  /** What was held under the veils comes with the space. */
  const endsLevel = async (): Promise<void> => {
    await settle(veiling, 'LIFTED');
    await settlingOf(side).run();
    await eventually(async () => expect((await veiling.quarantine.now()).isClosed(ill)).toBe(false));
    const rows = await allRows(side);
    expect(await lines()).toEqual([]);
    expect(await rebuilt(side)).toEqual(rows);
  };

  it('with an event that cannot be read holds its space, and every other veil of it', async () => {
    await side.projector.stop();
    await look('veil-one', 0);
    await flip(house, 'veil-one', 1);
    await look('veil-two', 0);
    await tell(log, `space-${ill}`, 1, f.OppositionRegistered);
    await tell(log, `space-${well}`, 1, f.OppositionRegistered);
    const rows = await allRows(await level(veiling));
    expect((await veiling.quarantine.now()).isClosed(ill)).toBe(true);
    expect(rows['space_overview']).toContainEqual(expect.objectContaining({ space_id: ill, opposed: false }));
    expect(rows['space_overview']).toContainEqual(expect.objectContaining({ space_id: well, opposed: true }));
    const subjects = new Set((await veiling.quarantine.heldBack()).map(({ subject }) => subject));
    expect(subjects).toEqual(new Set([...veils, `space-${ill}`]));
    await flip(house, 'veil-one', 1);
    await endsLevel();
  });

  it('stands still with its space, and goes on with it', async () => {
    await side.projector.stop();
    await tell(log, `space-${ill}`, 1, f.ProvisionalCodeIssued);
    await flip(house, `space-${ill}`, 2);
    await look('veil-one', 0);
    await level(veiling);
    expect((await veiling.quarantine.heldBack()).map(({ subject }) => subject)).toContain('veil-one');
    await flip(house, `space-${ill}`, 2);
    await endsLevel();
  });
});

describe('Software that can read it', () => {
  it.each(['of an unknown type', 'whose bytes were altered'])('takes up, %s, where the space stood: live equals rebuilt', async (what) => {
    await poisons[what]?.(ill);
    await liveOn();
    await level(log);
    if (what === 'whose bytes were altered') await flip(house, `space-${ill}`, 2);
    await level(newer);
    expect((await newer.quarantine.now()).isClosed(ill)).toBe(true);
    await settle(newer, 'LIFTED');
    expect((await newer.quarantine.now()).isClosed(ill)).toBe(true);
    await settlingOf(side).run();
    await eventually(async () => expect((await newer.quarantine.now()).isClosed(ill)).toBe(false));
    const rows = await allRows(side);
    expect(rowsOf(rows, ill).length).toBeGreaterThanOrEqual(rowsOf(rows, well).length);
    expect(await lines()).toEqual([]);
    expect(await rebuilt(side)).toEqual(rows);
  });

  it('settles once, however many processes do it at once and again, while the log goes on', async () => {
    await poisons['of an unknown type']?.(ill);
    await liveOn();
    await level(log);
    await level(newer);
    const others = [newer, newer].map((process) => settlingOf(readSide(process)));
    const goingOn = async (): Promise<void> => {
      for (let rev = 0; rev < 20; rev++) await tell(newer, `passage-${ill}`, rev, passageFacts.AccessGranted);
    };
    await settle(newer, 'LIFTED');
    await Promise.all([...others.map((one) => one.run()), goingOn()]);
    await settlingOf(side).run();
    await caughtUp(side);
    const rows = await allRows(side);
    expect(await rebuilt(side)).toEqual(rows);
    expect(await lines()).toEqual([]);
  });

  it('takes up all that tables lack which were made anew after it had looked', async () => {
    await poisons['whose bytes were altered']?.(ill);
    await liveOn();
    await level(log);
    await flip(house, `space-${ill}`, 2);
    await settle(log, 'LIFTED');
    const looking = Object.create(side.reader, {
      standstill: {
        value: async () => {
          await flip(house, `space-${ill}`, 0);
          await side.projector.rebuild();
          await flip(house, `space-${ill}`, 0);
          await settle(log, 'LIFTED');
          return side.reader.standstill();
        },
      },
    }) as ReadSide['reader'];
    const before = await lines();
    await settlingOf({ ...side, reader: looking }).run();
    expect(before).toContainEqual(expect.objectContaining({ kind: 'rows', reader: 'space-overview', times: 1 }));
    const rows = await allRows(side);
    expect(await lines()).toEqual([]);
    expect(await rebuilt(side)).toEqual(rows);
  });

  it('that was deployed too early elsewhere stands still again at the next meeting', async () => {
    await poisons['of an unknown type']?.(ill);
    await level(log);
    await settle(log, 'LIFTED');
    await settlingOf(side).run();
    expect(await places('HELD')).toHaveLength(1);
    expect(await lines()).not.toEqual([]);
  });

  it('loses nothing when it dies between rows and the end of the transaction', async () => {
    await poisons['of an unknown type']?.(ill);
    await liveOn();
    await level(log);
    await level(newer);
    const before = await allRows(side);
    await settle(newer, 'LIFTED');
    await house.rows(`
      CREATE FUNCTION quarantine.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
      CREATE TRIGGER die BEFORE DELETE ON quarantine.held_back FOR EACH ROW EXECUTE FUNCTION quarantine.die()`);
    await expect(settlingOf(side).run()).rejects.toThrow('killed');
    expect(await allRows(side)).toEqual(before);
    await house.rows('DROP TRIGGER die ON quarantine.held_back');
    await settlingOf(side).run();
    const rows = await allRows(side);
    expect(await rebuilt(side)).toEqual(rows);
  });
});

describe('A wrapped key that does not open', () => {
  /** The `life` key of the space. */
  const flipKey = async (space: string): Promise<void> => {
    const [found] = await house.rows('SELECT id FROM vault.key WHERE owner = $1 AND purpose = 1', [space]);
    await house.rows(FLIP_WRAPPED, [found?.['id']]);
  };

  it('stops its space and no other, for readers, rebuild and writers, until its bytes are back: live equals rebuilt', async () => {
    await tell(log, `space-${ill}`, 1, f.ProvisionalCodeIssued);
    await liveOn();
    await flipKey(ill);
    // No process that remembers the key.
    const process = await house.process(ENROLMENT);
    const rows = await allRows(await level(process));
    expect(rowsOf(rows, well).length).toBeGreaterThan(rowsOf(rows, ill).length);
    const held = await places('HELD');
    expect(new Set(held.map(({ stream, fault }) => `${stream} ${fault}`))).toEqual(new Set([`space-${ill} KEY_UNKNOWN`]));
    expect(held).toHaveLength(4);
    const standstill = await process.quarantine.now();
    expect([standstill.isClosed(ill), standstill.isClosed(well)]).toEqual([true, false]);
    expect(await rebuilt(side)).toEqual(rows);
    await expect(process.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
    const [its, other] = await process.journal.appendMany([
      entry(`space-${ill}`, 3, f.OppositionRegistered),
      entry(`space-${well}`, 2, f.ProvisionalCodeIssued),
    ]);
    expect([its instanceof KeyBroken, other]).toEqual([true, expect.objectContaining({ revision: 3 })]);
    await settle(process, 'LIFTED');
    await settlingOf(side).run();
    expect((await process.quarantine.now()).isClosed(ill)).toBe(true);

    await flipKey(ill);
    await settle(process, 'LIFTED');
    await settlingOf(side).run();
    await eventually(async () => expect((await process.quarantine.now()).isClosed(ill)).toBe(false));
    await caughtUp(side);
    const healed = await allRows(side);
    expect(rowsOf(healed, ill).length).toBeGreaterThanOrEqual(rowsOf(healed, well).length);
    expect(await lines()).toEqual([]);
    expect(await rebuilt(side)).toEqual(healed);
  });
});

describe('An event that was released', () => {
  it.each(Object.entries(poisons))(
    '%s counts as sealed, in folds too, and its space goes on: live equals rebuilt',
    async (_what, poison) => {
      await poison(ill);
      await liveOn();
      await level(log);
      await settle(log, 'RELEASED');
      await settlingOf(side).run();
      await eventually(async () => expect((await log.quarantine.now()).isClosed(ill)).toBe(false));
      const { facts, revision } = await log.journal.read(`space-${ill}`);
      expect([facts.map(({ rev }) => rev), revision]).toEqual([[0, 1, 3], 3]);
      const rows = await allRows(side);
      expect(rows['space_overview']).not.toContainEqual(expect.objectContaining({ space_id: ill, opposed: false }));
      expect(await rebuilt(side)).toEqual(rows);
      expect(await lines()).toEqual([]);
    },
  );

  it('stays unread when later software could read it', async () => {
    await poisons['of an unknown type']?.(ill);
    await liveOn();
    await level(log);
    await settle(log, 'RELEASED');
    await settlingOf(side).run();
    const rows = await allRows(side);
    await level(newer);
    expect((await newer.journal.read(`space-${ill}`)).facts.map(({ rev }) => rev)).toEqual([0, 1, 3]);
    expect(await rebuilt(side)).toEqual(rows);
  });

  it('and was missing leaves all that is there', async () => {
    await tell(log, `space-${ill}`, 1, f.ProvisionalCodeIssued, f.OppositionRegistered);
    await remove(house, `space-${ill}`, 2);
    await level(log);
    await settle(log, 'RELEASED');
    await settlingOf(side).run();
    expect((await log.journal.read(`space-${ill}`)).facts.map(({ rev }) => rev)).toEqual([0, 1, 3]);
    const rows = await allRows(side);
    expect(await rebuilt(side)).toEqual(rows);
  });
});

/** A campaign whose first event was altered. */
async function flipFirstOf(stream: StreamName): Promise<void> {
  await tell(log, stream, -1, campaignFacts.CampaignOpened);
  await flip(house, stream, 0);
}
async function liveOnWell(): Promise<void> {
  await tell(log, `passage-${well}`, -1, passageFacts.AccessGranted);
  await tell(log, `passage-${well}`, 0, passageFacts.AccessGranted);
}
