import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import type { ProfessionalName } from '../../src/infrastructure/identity/professional-personas.js';
import { connected } from '../support/database.js';
import { careIn, type Care } from '../support/patient-life.js';
import { factsAbout, patientOf, refusalsIn, withPatients } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };
const NOT_YET = { status: 503, body: { code: 'query/not-caught-up-yet' } };
const MOMENT = '$space: ID!, $asOf: String, $knowledge: String';
const ONE = `query (${MOMENT}, $document: ID!) { one: document(space: $space, document: $document, asOf: $asOf, knowledge: $knowledge) { confidentiality } }`;
const LIST = `query (${MOMENT}) { list: documents(space: $space, asOf: $asOf, knowledge: $knowledge) { total } }`;

let running: RunningSystem;
let care: Care;
let doors: ReturnType<typeof withPatients>;
beforeAll(async () => {
  running = await openSystem({}, '2026-11-20T08:00:00.000Z' as Instant);
  [doors, care] = [withPatients(running), careIn(running)];
});
afterAll(() => running.close());

/** A report of the laboratory that a colleague saw. */
async function reported() {
  const patient = await patientOf(doors, 'alice');
  const { space } = patient;
  for (const as of ['lab-biologist', 'dr-petit'] as const) await care.consent(space, as);
  const report = await care.deposited(space, { as: 'lab-biologist' });
  expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject({ status: 200 });
  return { patient, space, report, then: running.system.clock.now() };
}
const saying = (space: string, document: string, ...confidentiality: readonly string[]) =>
  care.send('PUT', `/spaces/${space}/documents/${document}/confidentiality`, { as: 'lab-biologist' }, { confidentiality });

/** What he gets of the report, and how many he finds in the list, as of this moment in both senses, over both doors. */
async function shownTo(as: ProfessionalName | 'alice', { space, report }: { space: string; report: string }, asOf?: Instant) {
  const path = `/spaces/${space}/documents`;
  const shown = async (knowledge: string) => {
    const past = asOf === undefined ? '' : `?asOf=${asOf}&knowledge=${knowledge}`;
    const moment = { space, ...(asOf === undefined ? {} : { asOf, knowledge }) };
    const headers = { authorization: `Bearer ${await running.token(as)}` };
    const content = await running.app.inject({ method: 'GET', url: `/api/v1${path}/${report}/content${past}`, headers });
    const entry = await care.send('GET', `${path}/${report}${past}`, { as });
    const one = (await care.graphql(ONE, { ...moment, document: report }, { as })).body;
    const list = await care.send('GET', `${path}${past}`, { as });
    const all = (await care.graphql(LIST, moment, { as })).body;
    return {
      entry: [entry.status, one.data?.one?.confidentiality ?? one.errors[0].extensions.problem],
      content: content.statusCode,
      totals: [list.body.total, all.data.list.total],
    };
  };
  const [known, real] = [await shown('KNOWN'), await shown('TRUE')];
  expect(real).toEqual(known);
  return known;
}
const NOTHING = { entry: [404, 'record/nothing-here'], content: 404, totals: [0, 0] };
const SHOWN = { entry: [200, ['N']], content: 200, totals: [1, 1] };

describe('A report that its laboratory masked since, on the wish of the patient', () => {
  it('is masked in the past too: the past is shown under the rights of today', async () => {
    const began = running.system.clock.now();
    const after = () => instantOf(epochOf(running.system.clock.now()) + 1);
    const { patient, space, report, then } = await reported();
    expect(await shownTo('dr-petit', { space, report }, then)).toEqual(SHOWN);
    expect(await saying(space, report, 'MASQUE_PS')).toMatchObject({ status: 200 });
    const masked = running.system.clock.now();

    for (const asOf of [undefined, then, masked]) expect(await shownTo('dr-petit', { space, report }, asOf)).toEqual(NOTHING);
    for (const as of ['lab-biologist', 'alice'] as const) expect(await shownTo(as, { space, report }, then)).toEqual(SHOWN);
    const facts = await running.inside((platform) => factsAbout(platform, patient));
    const change = facts.find(({ event: { type } }) => type === 'DocumentConfidentialityChanged');
    for (const { meta } of refusalsIn(facts))
      expect(meta.ground).toMatchObject({ rule: '5c', reason: 'masked', facts: [{ stream: 'record', rev: change?.rev }] });

    // Decided once more it is the same: no look and no refusal of them rested on the mask of then.
    const officer = { as: 'compliance', headers: { 'x-purpose': 'essai' } } as const;
    const again = await care.send('POST', `/spaces/${space}/replay/what-if`, officer, { matrix: 1, from: began, until: after() });
    expect(again).toMatchObject({ status: 200, body: { notReproduced: 0, changes: [] } });

    expect(await saying(space, report, 'N')).toMatchObject({ status: 200 });
    expect(await shownTo('dr-petit', { space, report }, then)).toEqual(SHOWN);
    expect(await shownTo('dr-petit', { space, report }, masked)).toEqual({ ...SHOWN, entry: [200, ['MASQUE_PS']] });
  });
});

describe('While the read models stand still', () => {
  /** Nothing is written into the table of documents until this work is over; it is read as on any day. */
  const standingStill = <T>(work: () => Promise<T>): Promise<T> =>
    connected(running.settings.databaseUrl ?? '', async (client) => {
      await client.query('BEGIN; LOCK TABLE read.document IN SHARE MODE');
      const result = await work();
      await client.query('ROLLBACK');
      return result;
    });
  const asked = (space: string, document: string) => care.send('GET', `/spaces/${space}/documents/${document}`, { as: 'dr-petit' });

  it('a mask is not answered before it holds, and sent again it is; of the past it holds at once', async () => {
    const { space, report, then } = await reported();
    await standingStill(async () => {
      expect(await saying(space, report, 'MASQUE_PS')).toMatchObject(NOT_YET);
      expect(await shownTo('dr-petit', { space, report }, then)).toEqual(NOTHING);
    });
    expect(await saying(space, report, 'MASQUE_PS')).toMatchObject({ status: 200 });
    expect(await asked(space, report)).toMatchObject(NOT_FOUND);
  });

  it('nor is it answered that a document was taken back, or deleted, while its entry shows still', async () => {
    const { space, report } = await reported();
    const own = await care.deposited(space, { as: 'alice' }, { typeCode: 'DOCPAT05', title: 'Ma prise de sang' });
    const path = `/spaces/${space}/documents/${report}/unpublication`;
    const takingBack = () => care.send('PUT', path, { as: 'lab-biologist' }, { reason: 'ERROR' });
    const deleting = () => care.send('POST', `/spaces/${space}/document-deletions`, { as: 'alice' }, { documents: [own] });
    await running.system.waitUntilCaughtUp();
    await standingStill(async () => {
      expect(await takingBack()).toMatchObject(NOT_YET);
      expect(await deleting()).toMatchObject(NOT_YET);
    });
    expect(await takingBack()).toMatchObject({ status: 200 });
    expect(await asked(space, report)).toMatchObject(NOT_FOUND);
    expect(await deleting()).toMatchObject({ status: 200 });
    expect(await care.send('GET', `/spaces/${space}/documents/${own}`, { as: 'alice' })).toMatchObject(NOT_FOUND);
  });
});
