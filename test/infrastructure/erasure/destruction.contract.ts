import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KeyGone } from '../../../src/application/shared/ports.js';
import type { Tagged } from '../../../src/domain/shared/decider.js';
import type { DocumentEvent } from '../../../src/domain/record/document-vocabulary.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { instantOf, parisDay } from '../../../src/domain/shared/time.js';
import { STEPS, type Step } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { ShiftedClock } from '../../support/command-side.js';
import { endingFacts, spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, Killed, type ErasureWorld } from '../../support/erasure-world.js';
import type { OpenedLog } from '../../support/logs.js';
import { allRows, caughtUp, eventually } from '../../support/read-side.js';
import { documentFacts } from '../../support/record-facts.js';
import { allOf } from '../event-store/samples.js';

type Lived = Awaited<ReturnType<ErasureWorld['space']>>;
interface Certificate {
  readonly t: string;
  readonly d: {
    readonly ground: string;
    readonly scope: string;
    readonly askedOn: string | null;
    readonly parts: readonly { readonly events: number; readonly digest: string }[];
  };
}

/** A destruction comes to the same end over any store, whatever dies in between. */
export const destructionContract = (name: string, openLog: () => Promise<Omit<OpenedLog, 'scavenge'>>): void => {
  describe(`A space is destroyed over ${name}`, () => {
    let world: ErasureWorld;
    let opened: Omit<OpenedLog, 'scavenge'>;
    beforeAll(async () => {
      opened = await openLog();
      world = await erasureWorld(undefined, opened.openStore);
      world.side.projector.start();
      await caughtUp(world.side);
    });
    afterAll(async () => {
      await world.side.projector.stop();
      await world.end();
      await opened.end();
    });

    const decided = async (ground: 'ERASURE' | 'RETENTION' = 'ERASURE', ...before: readonly Tagged[]): Promise<Lived> => {
      const space = await world.space();
      await world.close(space);
      const { revision } = await world.log.journal.read(`space-${space.id}`);
      await world.write(`space-${space.id}`, revision, ...before, { ...spaceFacts.DestructionRequested, ground } as Tagged);
      await caughtUp(world.side);
      return space;
    };
    const streamsOf = ({ id, veil }: Lived): readonly StreamName[] => [`space-${id}`, `record-${id}`, `passage-${id}`, veil];
    const certificates = async () =>
      (await allOf(world.log.store, 0n, ['audit'])).flatMap(({ body: [form, ...text] }) =>
        form === 0 ? [JSON.parse(Buffer.from(text).toString('utf8')) as Certificate] : [],
      );
    /** All that is left of a space anywhere, as an administrator finds it. */
    const left = async (space: Lived) => {
      const stored = await world.log.store.readMany(streamsOf(space));
      const blobs: string[] = [];
      for await (const page of world.blobs.list()) blobs.push(...page.map(({ name }) => name));
      const rows = await allRows(world.side);
      const ledger = await readFile(world.ledgerPath, 'utf8');
      return {
        events: streamsOf(space).map((stream) => stored.get(stream)?.length),
        keys: await world.house.rows(
          `SELECT purpose, state, count(*)::integer FROM vault.key WHERE owner = $1 GROUP BY 1, 2 ORDER BY 1, 2`,
          [space.id],
        ),
        veilKeys: await world.house.rows('SELECT state FROM vault.key WHERE owner = $1', [space.veil.slice('veil-'.length)]),
        rows: Object.entries(rows).flatMap(([table, its]) =>
          its
            .filter((row) =>
              JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes(space.id),
            )
            .map(() => table),
        ),
        blobs: space.names.filter((name) => blobs.includes(name)).length,
        addresses: (await world.house.rows('SELECT 1 FROM registry.person WHERE space = $1', [space.id])).length,
        codes: (await world.house.rows('SELECT 1 FROM registry.code WHERE space = $1', [space.id])).length,
        reserved: await world.log.registry.reserve(space.ins),
        steps: await world.house.rows('SELECT scope, step, streams, suppression FROM erasure.destruction WHERE space = $1 ORDER BY scope', [
          space.id,
        ]),
        ledger: new Set(ledger.split('\n').filter((line) => line.includes(space.id) && line.includes('"SPACE"'))).size > 0,
      };
    };
    const NOTHING_LEFT = {
      // The traces outlive an express erasure.
      events: [0, 0, 1, 0],
      keys: [
        { purpose: 1, state: 3, count: 1 },
        { purpose: 2, state: 3, count: 1 },
        { purpose: 3, state: 1, count: 1 },
        { purpose: 4, state: 3, count: 2 },
      ],
      veilKeys: [{ state: 3 }],
      rows: [],
      blobs: 0,
      addresses: 0,
      codes: 0,
      reserved: 'suppressed',
      steps: [
        { scope: 'SPACE', step: 'DONE', streams: [], suppression: null },
        { scope: 'TRACE', step: 'COLLECT', streams: [], suppression: null },
      ],
      ledger: true,
    };

    it.each(STEPS.filter((step) => step !== 'DONE'))(
      'to the same end when the process is killed behind %s, with one certificate',
      async (step: Step) => {
        const space = await decided('ERASURE', endingFacts.ErasureRequested);
        const before = (await certificates()).length;
        const doomed = await world.eraser(step);
        await doomed.destruction.request(space.id, 'ERASURE', world.archivedUntil);
        await expect(world.toTheEnd(doomed, space.id)).rejects.toThrow(Killed);
        expect(await doomed.rows.stepOf(space.id, 'SPACE')).toBe(step);
        await world.house.rows('UPDATE erasure.destruction SET not_before = now() WHERE space = $1 AND scope = $2', [space.id, 'SPACE']);
        const next = await world.eraser();
        await world.toTheEnd(next, space.id);
        expect(next.alarms).toEqual([]);
        expect(await left(space)).toEqual(NOTHING_LEFT);
        expect((await certificates()).length).toBe(before + 1);
        expect((await certificates()).at(-1)?.d.askedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
      },
    );

    it('and a suppression that was lifted stays lifted, though the step that wrote it is repeated, and at every start', async () => {
      const space = await decided();
      const doomed = await world.eraser('REGISTRY');
      await doomed.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await expect(world.toTheEnd(doomed, space.id)).rejects.toThrow(Killed);
      const { registry } = world.log;
      expect(await registry.reserve(space.ins)).toBe('suppressed');
      await registry.release(space.ins);
      const anew = await registry.reserve(space.ins);
      await world.house.rows('UPDATE erasure.destruction SET not_before = now() WHERE space = $1 AND scope = $2', [space.id, 'SPACE']);
      const next = await world.eraser();
      await world.toTheEnd(next, space.id);
      expect(await next.afterRestore()).toBe(0);
      expect(anew).toMatchObject({ id: expect.any(String) });
      expect([await registry.isSuppressed(space.ins), await registry.reserve(space.ins)]).toEqual([false, anew]);
    });

    it('although somebody comes with one more document when the keys have just gone: he is refused, and the next start finds nothing alive', async () => {
      const space = await decided();
      const doomed = await world.eraser('KEYS');
      await doomed.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await expect(world.toTheEnd(doomed, space.id)).rejects.toThrow(Killed);
      const { VeilOpened, DocumentDescribed } = documentFacts(space.id, randomUUID());
      await expect(world.write(`veil-${randomUUID()}`, -1, VeilOpened, DocumentDescribed)).rejects.toThrow(KeyGone);
      await world.house.rows('UPDATE erasure.destruction SET not_before = now() WHERE space = $1 AND scope = $2', [space.id, 'SPACE']);
      const next = await world.eraser();
      await world.toTheEnd(next, space.id);
      expect(await next.afterRestore()).toBe(0);
      const keys = NOTHING_LEFT.keys.map((key) => (key.purpose === 4 ? { ...key, count: 3 } : key));
      expect(await left(space)).toEqual({ ...NOTHING_LEFT, keys });
    });

    it('with number and digest of its leaf hashes in the certificate, and no id of it', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      const last = (await certificates()).at(-1);
      expect(last).toMatchObject({ t: 'SpaceDestroyed', d: { ground: 'ERASURE', scope: 'SPACE', askedOn: null } });
      expect(last?.d.parts.map(({ events }) => events).sort()).toEqual([2, 3, 5]);
      expect(JSON.stringify(last)).not.toMatch(new RegExp(`${space.id}|${space.handle}|${space.ins}|${space.veil.slice(5)}`));
    });

    it.each([
      ['the day on which the holder asked', [endingFacts.ErasureRequested], parisDay(instantOf(Date.now()))],
      ['no day where he took it back', [endingFacts.ErasureRequested, endingFacts.ErasureRequestCancelled], null],
    ])('with %s in it', async (_, before, day) => {
      const space = await decided('ERASURE', ...before);
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      expect((await certificates()).at(-1)?.d).toMatchObject({ scope: 'SPACE', askedOn: day });
    });

    it('and the person is told before the keys go', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await eraser.destruction.drain(space.id);
      expect(eraser.told).toEqual([`space-${space.id}`]);
    });

    it('traces and all when its ten years are over', async () => {
      const space = await decided('RETENTION');
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'RETENTION', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      const { events, keys, steps } = await left(space);
      expect(events).toEqual([0, 0, 0, 0]);
      expect(keys).toEqual(expect.arrayContaining([{ purpose: 3, state: 3, count: 1 }]));
      expect(steps).toMatchObject([{ scope: 'SPACE', step: 'DONE' }]);
    });

    it('its traces on the day its archive would have ended', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', '2020-01-01T00:00:00.000Z' as never);
      await world.toTheEnd(eraser, space.id, 'TRACE');
      expect((await left(space)).events).toEqual([0, 0, 0, 0]);
    });

    it('before its traces, though both are due and its first step failed: what lies under a veil is found, and the person is suppressed', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', '2020-01-01T00:00:00.000Z' as never);
      const failed = { space: space.id, scope: 'SPACE' } as const;
      await eraser.rows.postpone(failed, 60_000);
      await eraser.destruction.drain();
      expect(await eraser.rows.stepOf(space.id, 'TRACE')).toBe('COLLECT');
      await eraser.rows.postpone(failed, 0);
      await world.toTheEnd(eraser, space.id, 'TRACE');
      const done = ['SPACE', 'TRACE'].map((scope) => ({ scope, step: 'DONE', streams: [], suppression: null }));
      const keys = NOTHING_LEFT.keys.map((key) => ({ ...key, state: 3 }));
      expect(await left(space)).toEqual({ ...NOTHING_LEFT, events: [0, 0, 0, 0], keys, steps: done });
    });

    it('but its traces not before that day, whatever a clock says that runs a century ahead', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      const clock = Object.assign(new ShiftedClock(), { offset: 100 * 366 * 86_400_000 });
      const wrong = await world.eraser(null, clock);
      expect(await wrong.destruction.drain(space.id)).toBe(0);
      const { events, keys, steps } = await left(space);
      expect({ events, keys, steps }).toEqual({ events: NOTHING_LEFT.events, keys: NOTHING_LEFT.keys, steps: NOTHING_LEFT.steps });
      const ledger = await readFile(world.ledgerPath, 'utf8');
      expect(ledger.split('\n').filter((line) => line.includes(space.id) && line.includes('"TRACE"'))).toEqual([]);
    });

    it('although one of its documents died before it', async () => {
      const space = await world.space();
      const { facts, revision } = await world.log.journal.read<DocumentEvent>(`record-${space.id}`);
      const [document] = facts.flatMap(({ event }) => (event.type === 'DocumentDeposited' ? [event.document] : []));
      const taken = { type: 'DocumentUnpublished', v: 1, document, space: space.id, reason: 'WRONG_PATIENT', blob: space.names[0] };
      await world.write(`record-${space.id}`, revision, taken);
      await world.log.vault.destroy(space.id, `document:${document}`, instantOf(Date.now()));
      await world.close(space);
      await caughtUp(world.side);
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      expect(eraser.alarms).toEqual([]);
      expect((await left(space)).events).toEqual([0, 0, 1, 0]);
    });

    it('but nothing of it leaves the log before its certificate is sealed; and the sealer goes on behind the hole', async () => {
      const { seal, log } = world;
      await seal.sealer.stop();
      const space = await decided();
      const eraser = await world.eraser();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await eventually(async () => {
        await eraser.destruction.drain(space.id);
        expect(await eraser.rows.stepOf(space.id, 'SPACE')).toBe('SEAL');
      });
      const { position } = await seal.tree.head();
      for (let looks = 0; looks < 3; looks++) {
        await world.house.rows(`UPDATE erasure.destruction SET not_before = now() WHERE space = $1 AND scope = 'SPACE'`, [space.id]);
        await eraser.destruction.drain(space.id);
      }
      expect([await eraser.rows.stepOf(space.id, 'SPACE'), (await left(space)).events]).toEqual(['SEAL', [5, 2, 1, 3]]);
      expect((await seal.tree.head()).position).toBe(position);
      seal.sealer.start();
      await world.toTheEnd(eraser, space.id);
      expect((await left(space)).events).toEqual([0, 0, 1, 0]);
      await world.space();
      await eventually(async () => expect(await seal.tree.head()).toMatchObject({ position: await log.store.head(), trouble: null }));
      expect(seal.alarms).toEqual([]);
    });

    it('and a reader whose last event was removed goes on, and a rebuild gives the same rows', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      await caughtUp(world.side);
      await world.side.projector.stop();
      await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, space.id);
      world.side.projector.start();
      await caughtUp(world.side);
      const live = await allRows(world.side);
      await world.side.projector.rebuild();
      await caughtUp(world.side);
      expect(await allRows(world.side)).toEqual(live);
      expect(world.side.alarms).toEqual([]);
    });

    // The last one: rows of a space that lives are gone afterwards.
    it('and its traces leave the person alone, who is its own affair', async () => {
      const space = await decided();
      const eraser = await world.eraser();
      const traces = { space: space.id, scope: 'TRACE', ground: 'ERASURE', streams: [`passage-${space.id}`], blobs: [] } as const;
      await eraser.rows.again({ v: 1, on: '2020-01-01T00:00:00.000Z', ...traces });
      await world.toTheEnd(eraser, space.id, 'TRACE');
      expect(await left(space)).toMatchObject({ events: [5, 2, 0, 3], addresses: 1, reserved: { id: space.id } });
    });
  });
};
