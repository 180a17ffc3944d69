import { createHash, randomUUID } from 'node:crypto';
import type { DocumentEvent } from '../../../src/domain/record/document-vocabulary.js';
import type { Tagged } from '../../../src/domain/shared/decider.js';
import { categoryOf } from '../../../src/domain/shared/fact.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { knownFacts } from '../../../src/infrastructure/system/known-facts.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import type { OpenedLog } from '../../support/logs.js';
import { allRows, caughtUp, readSide, type ReadSide } from '../../support/read-side.js';
import { refused } from '../../support/record-facts.js';
import { allOf } from '../event-store/samples.js';

type Lived = Awaited<ReturnType<ErasureWorld['space']>>;
interface State {
  /** Of its ring, `purpose:state`: 1 life, 2 content, 3 trace, 4 a document; 1 active, 2 archived, 3 destroyed. */
  readonly keys: readonly string[];
  /** Whether it has rows, and whether one of them says what lies in it. */
  readonly rows: readonly [some: boolean, content: boolean];
  readonly bring: (world: ErasureWorld, space: Lived) => Promise<void>;
}

const stays = async (): Promise<void> => undefined;
const close = (world: ErasureWorld, space: Lived): Promise<unknown> => world.close(space);
const PAST = '2020-01-01T00:00:00.000Z' as Instant;

const end = async (world: ErasureWorld, space: Lived, ground: 'ERASURE' | 'RETENTION', traceEnd: Instant): Promise<void> => {
  await close(world, space);
  const { revision } = await world.log.journal.read(`space-${space.id}`);
  await world.write(`space-${space.id}`, revision, { ...spaceFacts.DestructionRequested, ground } as Tagged);
  const eraser = await world.eraser();
  await eraser.destruction.request(space.id, ground, traceEnd);
  await world.toTheEnd(eraser, space.id);
  if (traceEnd === PAST) await world.toTheEnd(eraser, space.id, 'TRACE');
};
const misfiled = async (world: ErasureWorld, { id, names }: Lived): Promise<void> => {
  const { facts, revision } = await world.log.journal.read<DocumentEvent>(`record-${id}`);
  const [document] = facts.flatMap(({ event }) => (event.type === 'DocumentDeposited' ? [event.document] : []));
  const taken = { type: 'DocumentUnpublished', v: 1, document, space: id, reason: 'WRONG_PATIENT', blob: names[0] };
  await world.write(`record-${id}`, revision, taken);
  await world.log.vault.destroy(id, `document:${document}`, instantOf(Date.now()));
};

const STATES: Readonly<Record<string, State>> = {
  open: { keys: ['1:1', '2:1', '3:1', '4:1', '4:1'], rows: [true, true], bring: stays },
  'open, one of its documents destroyed': { keys: ['1:1', '2:1', '3:1', '4:1', '4:3'], rows: [true, true], bring: misfiled },
  'closed, its content archived': {
    keys: ['1:1', '2:2', '3:1', '4:2', '4:2'],
    rows: [true, false],
    bring: async (world, space) => void (await close(world, space)),
  },
  reopened: {
    keys: ['1:1', '2:1', '3:1', '4:1', '4:1'],
    rows: [true, true],
    bring: async (world, space) => {
      await close(world, space);
      await world.reopen(space);
    },
  },
  'erased, its traces left': {
    keys: ['1:3', '2:3', '3:1', '4:3', '4:3'],
    rows: [false, false],
    bring: (world, space) => end(world, space, 'ERASURE', world.archivedUntil),
  },
  'erased, and its traces destroyed on their day': {
    keys: ['1:3', '2:3', '3:3', '4:3', '4:3'],
    rows: [false, false],
    bring: (world, space) => end(world, space, 'ERASURE', PAST),
  },
  'ended after its ten years, traces and all': {
    keys: ['1:3', '2:3', '3:3', '4:3', '4:3'],
    rows: [false, false],
    bring: (world, space) => end(world, space, 'RETENTION', world.archivedUntil),
  },
};

const text = (row: unknown): string => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
const hash = (rows: readonly unknown[]): string => createHash('sha256').update(rows.map(text).join('\n')).digest('hex');

/** What a rebuild makes is what lives, whatever became of the keys of each space: read models of a mixed population over any store. */
export const liveRebuiltContract = (name: string, openLog: () => Promise<OpenedLog>): void => {
  describe(`Read models of spaces in every state of their keys, over ${name}`, () => {
    let opened: OpenedLog;
    let world: ErasureWorld;
    /** Two of each, one brought there before and one behind those of all other states. */
    const population = new Map<string, readonly Lived[]>();
    type Tables = Readonly<Record<string, readonly unknown[]>>;
    let live: Tables;
    /** By the process that lived with them, and remembers keys that died a moment ago; by one that was never there. */
    let rebuilt: readonly Tables[];
    let newcomer: ReadSide;

    beforeAll(async () => {
      opened = await openLog();
      world = await erasureWorld(undefined, opened.openStore);
      world.side.projector.start();
      for (let round = 0; round < 2; round += 1) {
        const spaces = await Promise.all(Object.keys(STATES).map(async (state) => [state, await world.space()] as const));
        for (const [, { id }] of spaces) await world.write(`actor-${randomUUID()}`, -1, refused(id));
        await caughtUp(world.side);
        for (const [state, space] of round === 0 ? spaces : spaces.toReversed()) {
          await STATES[state]!.bring(world, space);
          population.set(state, [...(population.get(state) ?? []), space]);
        }
      }
      await caughtUp(world.side);
      live = await allRows(world.side);
      const remembering = await rebuiltBy(world.side);
      await world.side.projector.stop();
      newcomer = readSide(await world.house.process(knownFacts), world.side.projections);
      newcomer.projector.start();
      rebuilt = [remembering, await rebuiltBy(newcomer)];
    });
    afterAll(async () => {
      await newcomer.projector.stop();
      await world.end();
      await opened.end();
    });

    const rebuiltBy = async (side: ReadSide): Promise<Tables> => {
      await side.projector.rebuild();
      await caughtUp(side);
      return allRows(side);
    };
    const hashes = (tables: Tables, { id, veil }: { readonly id: string; readonly veil: string }) =>
      Object.fromEntries(
        Object.entries(tables).flatMap(([table, rows]) => {
          const its = rows.filter((row) => [id, veil.slice('veil-'.length)].some((own) => text(row).includes(own)));
          return its.length === 0 ? [] : [[table, hash(its)]];
        }),
      );

    it.each(Object.keys(STATES))('%s: the keys are so, and each table says of it live what it says rebuilt', async (state) => {
      const { keys, rows } = STATES[state]!;
      for (const space of population.get(state) ?? []) {
        const found = await world.house.rows('SELECT purpose, state FROM vault.key WHERE owner = $1', [space.id]);
        expect(found.map(({ purpose, state: its }) => `${String(purpose)}:${String(its)}`).sort()).toEqual(keys);
        const its = hashes(live, space);
        expect(rebuilt.map((tables) => hashes(tables, space))).toEqual([its, its]);
        const told = (live['document'] as { readonly space_id: string; readonly title: unknown }[]).filter(
          ({ space_id, title }) => space_id === space.id && title !== null,
        );
        expect([Object.keys(its).length > 0, told.length > 0]).toEqual(rows);
      }
      expect(population.get(state)).toHaveLength(2);
    });

    it('altogether: the hash of each table is the same, live and rebuilt', () => {
      const all = (tables: Tables) => Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, hash(rows)]));
      expect(rebuilt.map(all)).toEqual([all(live), all(live)]);
      expect([...world.side.alarms, ...newcomer.alarms]).toEqual([]);
    });

    it('count what a newcomer cannot read: as many events as lie under archived and destroyed keys, in what each of them reads', async () => {
      const states = new Map((await world.house.rows('SELECT id, state FROM vault.key')).map(({ id, state }) => [id, state]));
      const events = (await allOf(world.log.store, 0n)).map(({ stream, header }) => {
        const { key } = JSON.parse(Buffer.from(header).toString()) as { readonly key: string };
        return { category: categoryOf(stream), state: states.get(key) };
      });
      const under = (reads: readonly string[], ...dead: readonly number[]): bigint =>
        BigInt(events.filter(({ category, state }) => reads.includes(category) && dead.includes(Number(state))).length);
      const expected = world.side.projections.map((its) => [its.name, under(its.reads, 2, 3)] as const);
      const counted = (await newcomer.projector.health()).map(({ name: its, sealed }) => [its, sealed] as const);
      expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
      // Of closed spaces, and of documents that died alone.
      expect(under(['record'], 2)).toBe(4n);
      expect(under(['record'], 3)).toBeGreaterThan(0n);
    });
  });
};
