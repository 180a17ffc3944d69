import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DossierState, StateChange, StatePart } from '../../src/application/replay/replay.queries.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { applied } from '../../src/projections/replay/state.js';
import { careIn, idOf, type Care } from '../support/patient-life.js';
import { lifeOn } from '../support/life.js';
import { liveRecords, type Cast } from '../support/mixed-record-life.js';
import { factsAbout, withPatients, type Patient, type Told } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';
import { trustFigures } from '../support/trust/figures.js';

const OFFICER = { as: 'compliance', headers: { 'x-purpose': 'plainte 12' } } as const;
const READERS = ['alice', 'bruno', 'dr-petit', 'nurse-leroy', 'dr-martin', 'lab-biologist', 'psychologist', 'emergency-doctor'] as const;

interface Receipt {
  readonly facts: readonly string[];
}
interface Decision {
  readonly outcome: string;
  readonly receipt: object | null;
  readonly missing: readonly string[];
  readonly possible: readonly string[];
}
interface Foreseen {
  readonly reader: {
    readonly kind: string;
    readonly id: string | null;
    readonly facility: { readonly id: string } | null;
    readonly mode: string;
  };
  readonly intervals: readonly Decision[];
}
interface Seen {
  readonly document: { readonly document: string };
  readonly intervals: readonly Decision[];
}
type Step = {
  readonly at: string | null;
  readonly category: string;
  readonly number: number;
  readonly kind: string;
  readonly elapsed: readonly StateChange[];
  readonly changes: readonly StateChange[];
};
type Page = {
  readonly before: readonly StatePart[];
  readonly steps: readonly Step[];
  readonly after: readonly StatePart[];
  readonly next: string | null;
};

const stateOf = (parts: readonly StatePart[]): DossierState =>
  Object.fromEntries(
    parts.map(({ part, fields }) => [part, Object.fromEntries(fields.map(({ field, value }) => [field, JSON.parse(value)]))]),
  );
/** Fields in no order: what counts is what they say. */
const sorted = (state: DossierState): unknown =>
  Object.entries(state)
    .map(([part, fields]) => [part, Object.entries(fields).sort()])
    .sort();

describe('A compliance officer, after a mixed life of the documents of three people', () => {
  let running: RunningSystem;
  let care: Care;
  let cast: Cast;
  const moments: Instant[] = [];

  beforeAll(async () => {
    running = await openSystem({}, '2026-01-05T08:00:00.000Z' as Instant);
    care = careIn(running);
    cast = await liveRecords({ system: withPatients(running), life: lifeOn(running), care }, async (of) => {
      await running.system.waitUntilCaughtUp();
      // Everybody tries every document: some see it, some are refused, and each leaves his line.
      for (const { space, id } of Object.values(of))
        for (const document of await documentsOf(id)) for (const as of READERS) await care.entry(space, document, { as });
      await running.system.waitUntilCaughtUp();
      moments.push(running.system.clock.now());
    });
  }, 240_000);
  const counted = { asked: 0, found: 0, notRecorded: 0 };
  afterAll(async () => {
    trustFigures('replay', { ...counted, missing: counted.asked - counted.found - counted.notRecorded });
    await running.close();
  });

  const documentsOf = async (id: string): Promise<readonly string[]> =>
    running.inside(async (platform) =>
      (await factsAbout(platform, { id })).flatMap(({ event }) => (event.type === 'DocumentDeposited' ? [String(event.document)] : [])),
    );
  const factsOf = (patient: Patient): Promise<readonly Told[]> => running.inside((platform) => factsAbout(platform, patient));
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const ok = async (path: string): Promise<any> => {
    const { status, body } = await care.ask(path, OFFICER);
    expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
    return body;
  };
  /** All pages of the steps, up to a moment. */
  const stepsUntil = async (space: string, asOf: Instant, first = 100): Promise<readonly Page[]> => {
    const pages: Page[] = [];
    let cursor = '';
    do {
      const page: Page = await ok(`/spaces/${space}/replay/steps?first=${first}&asOf=${asOf}${cursor}`);
      pages.push(page);
      cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    return pages;
  };

  it('finds for the moment of every recorded look the decision that was recorded, with the same receipt', async () => {
    let [compared, allowed, lost] = [0, 0, 0];
    for (const patient of [cast.adult, cast.minor]) {
      const looks = (await factsOf(patient)).filter(
        ({ event }) => event.document !== undefined && /^AccessGranted$|^AccessDenied$/.test(event.type),
      );
      for (const { at, event, meta } of looks) {
        if (meta.who.role !== 'professional' || meta.ground?.mode !== 'normal' || event.action !== 'GetDocument') continue;
        const { id, facility } = meta.who.professional;
        counted.asked++;
        const { readers, did } = await ok(`/spaces/${patient.space}/documents/${String(event.document)}/possible-readers?asOf=${at}`);
        const his = (readers as Foreseen[]).find(
          ({ reader }) => reader.id === id && reader.mode === 'normal' && (reader.facility?.id ?? null) === (facility?.id ?? null),
        );
        const line = (did as { at: string; who: { id: string }; receipt: Receipt }[]).find((one) => one.at === at && one.who.id === id);
        const answer = his?.intervals[0];
        if (answer?.outcome === 'NOT_RECORDED') {
          // The document was destroyed since, and its type with it: what was decided then is among what may have been.
          expect(answer.missing).toEqual(['DOCUMENT_TYPE']);
          expect(answer.possible).toContain(meta.ground.outcome);
          lost++;
          counted.notRecorded++;
          continue;
        }
        const decision = answer?.receipt;
        // A line tells nothing of what lay under another veil than its own.
        expect({ id, at, decision }).toEqual({
          id,
          at,
          decision: { ...line?.receipt, facts: expect.arrayContaining([...(line?.receipt.facts ?? [])]) },
        });
        compared++;
        counted.found++;
        if (event.type === 'AccessGranted') allowed++;
      }
    }
    expect(allowed).toBeGreaterThan(10);
    expect(compared - allowed).toBeGreaterThan(10);
    expect(lost).toBeGreaterThan(0);
  }, 240_000);

  it('steps through every event to the state of now, page by page as in one', async () => {
    const { space } = cast.adult;
    const asOf = moments[2] as Instant;
    const facts = (await factsOf(cast.adult)).filter(({ at }) => at <= asOf);
    const pages = await stepsUntil(space, asOf, 40);
    const steps = pages.flatMap((page) => page.steps);
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
    expect(steps.filter(({ kind, category }) => kind !== 'Sealed' && category !== 'notices')).toHaveLength(facts.length);
    expect(steps.filter(({ category }) => category === 'notices').length).toBeGreaterThan(0);
    expect(steps.filter(({ kind }) => kind === 'Sealed').length).toBeGreaterThan(0);
    let state: DossierState = {};
    for (const page of pages) {
      expect(sorted(stateOf(page.before))).toEqual(sorted(state));
      for (const { elapsed, changes } of page.steps) state = applied(applied(state, elapsed), changes);
      expect(sorted(stateOf(page.after))).toEqual(sorted(state));
    }
    const last = steps.findLast(({ at }) => at !== null)?.at;
    expect(sorted(state)).toEqual(sorted(stateOf((await ok(`/spaces/${space}/replay/state?asOf=${last}`)).parts)));
  }, 120_000);

  it('is told what became of a dossier between two moments: the changes, applied to the one, are the other', async () => {
    for (const { space } of [cast.adult, cast.minor])
      for (const [from, to] of [
        [moments[0], moments[1]],
        [moments[1], moments[2]],
        [moments[0], moments[2]],
      ])
        for (const knowledge of ['KNOWN', 'TRUE']) {
          const at = async (moment: Instant | undefined) =>
            stateOf((await ok(`/spaces/${space}/replay/state?asOf=${moment}&knowledge=${knowledge}`)).parts);
          const { changes } = await ok(`/spaces/${space}/replay/difference?from=${from}&to=${to}&knowledge=${knowledge}`);
          expect(changes.length).toBeGreaterThan(0);
          expect(sorted(applied(await at(from), changes))).toEqual(sorted(await at(to)));
        }
  }, 120_000);

  it('learns nothing that a document says', async () => {
    const { space } = cast.adult;
    const [page] = await stepsUntil(space, moments[2] as Instant);
    const state = await ok(`/spaces/${space}/replay/state`);
    for (const answer of [page, state]) expect(JSON.stringify(answer)).not.toMatch(/Analyse|Corrigé|Bilan psychologique|biologie/);
  });

  it('finds no decision that the same matrix would have changed, and none that he cannot reproduce', async () => {
    for (const { space } of [cast.adult, cast.minor, cast.leaving]) {
      const input = { matrix: 1, from: '2026-01-01T00:00:00Z', until: moments[2] };
      const { status, body } = await care.send('POST', `/spaces/${space}/replay/what-if`, OFFICER, input);
      expect(status).toBe(200);
      expect(body).toMatchObject({ allowedNow: 0, deniedNow: 0, otherReason: 0, notReproduced: 0, changes: [] });
      expect(body.decisions).toBe(body.same + body.notRecorded);
    }
  });

  it('says not recorded of a document whose description died with it', async () => {
    const facts = await factsOf(cast.adult);
    const gone = facts.find(({ event: { type } }) => type === 'DocumentUnpublished');
    const before = facts.findLast(({ at, position }) => position < (gone?.position ?? 0n) && at < (gone?.at ?? ''))?.at;
    const { readers } = await ok(`/spaces/${cast.adult.space}/documents/${String(gone?.event.document)}/possible-readers?asOf=${before}`);
    const answers = (
      readers as { reader: { kind: string; assumption: string }; intervals: { outcome: string; missing: string[] }[] }[]
    ).filter(({ reader }) => reader.kind === 'PROFESSIONS' && reader.assumption === 'CONSENT');
    expect(answers.flatMap(({ intervals }) => intervals)).toContainEqual(
      expect.objectContaining({ outcome: 'NOT_RECORDED', receipt: null, missing: ['DOCUMENT_TYPE'], possible: ['ALLOW', 'DENY'] }),
    );
  });

  it('is refused without a reason, and leaves a line for each look', async () => {
    const { space, id } = cast.adult;
    const [document = ''] = await documentsOf(id);
    const paths = ['replay/steps', 'replay/state', `documents/${document}/possible-readers`];
    for (const path of paths) {
      expect(await care.ask(`/spaces/${space}/${path}`, { as: 'compliance' })).toMatchObject({
        status: 400,
        body: { code: 'audit/purpose-needed' },
      });
      expect(await care.ask(`/spaces/${space}/${path}`, { as: 'alice', headers: OFFICER.headers })).toMatchObject({
        status: 403,
        body: { code: 'access/not-allowed' },
      });
      await ok(`/spaces/${space}/${path}`);
    }
    const lines = (await factsOf(cast.adult)).filter(({ event: { type } }) => type === 'AccessGranted').slice(-paths.length);
    expect(lines.map(({ event: { action }, meta: { purpose } }) => [action, purpose])).toEqual([
      ['ReplaySteps', 'plainte 12'],
      ['ReplaySteps', 'plainte 12'],
      ['WhoCouldSee', 'plainte 12'],
    ]);
  });

  it('reads what a professional could see of a space: every document, with its receipt', async () => {
    const { space } = cast.adult;
    const asked = await care.send('POST', `/spaces/${space}/replay/possible-sights?asOf=${moments[0]}`, OFFICER, {
      professional: idOf('nurse-leroy'),
    });
    expect(asked.status).toBe(200);
    const [{ documents }] = asked.body.readers;
    expect(documents.length).toBeGreaterThan(5);
    expect(documents.map(({ intervals: [one] }: Seen) => one?.outcome)).toContain('DENY');
  });
});
