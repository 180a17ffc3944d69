import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { careIn, type Care } from '../support/patient-life.js';
import { digestsOf } from '../support/digests.js';
import { lifeOn } from '../support/life.js';
import { liveRecords, type Cast } from '../support/mixed-record-life.js';
import { factsAbout, withPatients } from '../support/patients.js';
import { trustFigures } from '../support/trust/figures.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const READERS: readonly PersonaName[] = ['alice', 'bruno', 'dr-petit', 'nurse-leroy', 'dr-martin', 'lab-biologist', 'psychologist'];
/** What a mixed life has in it at least. */
const WHAT_HAPPENS: readonly string[] = [
  ...['VeilOpened', 'DocumentDeposited', 'DocumentReplaced', 'DocumentArchived', 'DocumentUnpublished', 'DocumentDeleted'],
  'DocumentConfidentialityChanged',
  ...['AnnouncementConsultationHeld', 'AnnouncementReminderSent', 'DocumentRevealedAutomatically', 'BreakGlassUsed'],
  ...['DocumentsMasked', 'AllDocumentsMasked', 'DocumentMaskedFrom', 'ProfessionalBlocked', 'AccessDenied'],
];
type Line = { readonly at: string };
/** What all questions were answered of one moment. */
type Answers = ReadonlyMap<string, unknown>;

describe('After a mixed life of the documents of three people', () => {
  let running: RunningSystem;
  let care: Care;
  let cast: Cast;
  const recordings: { readonly moment: Instant; readonly answers: Answers }[] = [];

  /** A moment behind everything that was written, and before anything that will be. */
  const betweenWrites = async (): Promise<Instant> => {
    await running.system.waitUntilCaughtUp();
    const moment = running.system.clock.now();
    while (running.system.clock.now() <= moment) await new Promise((resolve) => setImmediate(resolve));
    return moment;
  };
  /** Looking is written into the history, and so are refusals: what came after the moment is no part of the answer of the moment. */
  const until = (moment: Instant, body: { readonly lines?: readonly Line[] }): unknown =>
    body.lines === undefined ? body : { ...body, lines: body.lines.filter(({ at }) => at <= moment) };

  const answersOf = async (of: Cast, moment: Instant, asOf = ''): Promise<Answers> => {
    const answers = new Map<string, unknown>();
    for (const [name, { space }] of Object.entries(of))
      for (const as of READERS)
        for (const path of [
          'documents?all=true',
          'documents?category=BIOLOGIE',
          ...(as === 'alice' || as === 'bruno' ? ['history?first=100'] : []),
        ]) {
          const { status, body } = await care.ask(`/spaces/${space}/${path}${asOf === '' ? '' : `&asOf=${asOf}`}`, { as });
          answers.set(`${name} ${as} ${path}`, status === 200 ? { status, body: until(moment, body) } : { status, code: body.code });
        }
    return answers;
  };
  const differing = (one: Answers, other: Answers): readonly unknown[] =>
    [...one].flatMap(([question, answer]) =>
      JSON.stringify(answer) === JSON.stringify(other.get(question)) ? [] : [{ question, answer, otherwise: other.get(question) }],
    );

  beforeAll(async () => {
    running = await openSystem({}, '2026-01-05T08:00:00.000Z' as Instant);
    care = careIn(running);
    cast = await liveRecords({ system: withPatients(running), life: lifeOn(running), care }, async (of) => {
      const moment = await betweenWrites();
      recordings.push({ moment, answers: await answersOf(of, moment) });
    });
  }, 120_000);
  const counted: Record<string, number> = {};
  afterAll(async () => {
    trustFigures('time-travel', counted);
    await running.close();
  });

  it('the life was a mixed one', async () => {
    const kinds = await running.inside(async (platform) =>
      (await Promise.all(Object.values(cast).map((patient) => factsAbout(platform, patient)))).flat().map(({ event: { type } }) => type),
    );
    const met = new Set(kinds);
    expect(WHAT_HAPPENS.filter((type) => !met.has(type))).toEqual([]);
    const [{ rows } = { rows: 0 }] = await running.rows('SELECT count(*)::int AS rows FROM read.document');
    expect(rows).toBeGreaterThan(10);
  });

  it('live, rebuilt and rebuilt twice are the same, table by table', async () => {
    const live = await digestsOf(running);
    await running.system.readModels.rebuild(undefined);
    const once = await digestsOf(running);
    expect(once).toEqual(live);
    await running.system.readModels.rebuild(undefined);
    const twice = await digestsOf(running);
    expect(twice).toEqual(live);
    const tables = Object.entries(live);
    const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
    const otherwise = tables.filter(([table, digest]) => !same(once[table], digest) || !same(twice[table], digest));
    Object.assign(counted, { tables: tables.length, otherwise: otherwise.length });
  });

  it('as of now, every reader is shown what he is shown live', async () => {
    const moment = await betweenWrites();
    const live = await answersOf(cast, moment);
    const otherwise = differing(await answersOf(cast, moment, moment), live);
    Object.assign(counted, { answers: live.size, differing: otherwise.length });
    expect(otherwise).toEqual([]);
  }, 120_000);

  it('as of a past moment the holder is shown the documents as they stood, but those that were destroyed since', async () => {
    const idsOf = (body: unknown) => (body as { documents: { document: string }[] }).documents.map(({ document }) => document);
    const now = idsOf((await care.list(cast.adult.space, { as: 'alice' }, '?all=true')).body);
    const deleted = await running.inside(async (platform) =>
      (await factsAbout(platform, cast.adult))
        .filter(({ event: { type } }) => type === 'DocumentDeleted')
        .map(({ event }) => event.document),
    );
    for (const { moment, answers } of recordings) {
      const live = idsOf((answers.get('adult alice documents?all=true') as { body: unknown }).body);
      const then = idsOf((await care.list(cast.adult.space, { as: 'alice' }, `?all=true&asOf=${moment}`)).body);
      expect(then).toEqual(live.filter((document) => !deleted.includes(document)));
    }
    const second = idsOf((recordings[1]?.answers.get('adult alice documents?all=true') as { body: unknown }).body);
    expect(second.some((document) => deleted.includes(document))).toBe(true);
    expect(now).not.toEqual(second);
  });
});
