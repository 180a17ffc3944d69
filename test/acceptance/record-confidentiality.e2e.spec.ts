import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, idsIn, idOf, type Care } from '../support/patient-life.js';
import { factsAbout, patientOf, refusalsIn, withPatients, type Patient, type Told } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };
const HIDDEN = { ...BIOLOGY, confidentiality: ['INVISIBLE_PATIENT'] };
const MASKED = { body: { confidentiality: ['MASQUE_PS'] } };
const NORMAL = { body: { confidentiality: ['N'] } };

describe('The confidentiality of a document, as who answers for it says it after the deposit', () => {
  let running: RunningSystem;
  let system: ReturnType<typeof withPatients>;
  let care: Care;
  beforeAll(async () => {
    running = await openSystem({}, '2026-11-20T08:00:00.000Z' as Instant);
    [system, care] = [withPatients(running), careIn(running)];
  });
  afterAll(() => running.close());
  const facts = (patient: Patient): Promise<readonly Told[]> => running.inside((platform) => factsAbout(platform, patient));

  const saying = (space: string, document: string, as: 'lab-biologist' | 'dr-petit' | 'alice', ...confidentiality: readonly string[]) =>
    care.send('PUT', `/spaces/${space}/documents/${document}/confidentiality`, { as }, { confidentiality });
  const changesOf = async (patient: Patient) =>
    (await facts(patient)).filter(({ event: { type } }) => type === 'DocumentConfidentialityChanged');
  const cared = async () => {
    const patient = await patientOf(system, 'alice');
    for (const as of ['lab-biologist', 'dr-petit'] as const) await care.consent(patient.space, as);
    return patient;
  };

  it('a laboratory masks its report on the wish of the patient and takes its mask back: seen at once, told, and in the history', async () => {
    const patient = await cared();
    const { space } = patient;
    const report = await care.deposited(space, { as: 'lab-biologist' });
    const unmasked = await care.list(space, { as: 'dr-petit' });
    await running.system.waitUntilCaughtUp();
    const noticesBefore = (await care.ask(`/spaces/${space}/notices`, { as: 'alice' })).body.notices.length as number;

    expect(await saying(space, report, 'lab-biologist', 'MASQUE_PS')).toMatchObject({ status: 200 });
    for (const as of ['lab-biologist', 'alice'] as const) expect(await care.entry(space, report, { as })).toMatchObject(MASKED);
    expect(await care.list(space, { as: 'dr-petit' })).toMatchObject({ status: 200, body: { total: 0, documents: [] } });
    expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject(NOT_FOUND);
    const [refused] = refusalsIn(await facts(patient));
    const [change] = await changesOf(patient);
    expect(refused?.meta.ground).toMatchObject({ rule: '5c', reason: 'masked', facts: [{ stream: 'record', rev: change?.rev }] });
    expect(await saying(space, report, 'lab-biologist', 'MASQUE_PS')).toMatchObject({ status: 200 });
    const between = running.system.clock.now();

    const input = { space, document: report, input: { confidentiality: ['N'] } };
    const byGraphql =
      'mutation ($space: ID!, $document: ID!, $input: ConfidentialityInput!) { changeDocumentConfidentiality(space: $space, document: $document, input: $input) { position } }';
    expect((await care.graphql(byGraphql, input, { as: 'lab-biologist' })).body.errors).toBeUndefined();
    await running.system.waitUntilCaughtUp();
    expect((await care.list(space, { as: 'dr-petit' })).body).toEqual(unmasked.body);
    expect(await care.ask(`/spaces/${space}/documents/${report}?asOf=${between}`, { as: 'alice' })).toMatchObject(MASKED);

    expect((await changesOf(patient)).map(({ event: { masked } }) => masked)).toEqual([true, false]);
    const lines = (await care.history(space, { as: 'alice' })).filter(({ kind }) => kind === 'DocumentConfidentialityChanged');
    expect(lines.map(({ fr, en }) => [fr, en])).toEqual([
      [expect.stringContaining('a masqué un document'), expect.stringContaining('masked a document')],
      [expect.stringContaining('a retiré le masquage'), expect.stringContaining('took back the mask')],
    ]);
    expect(lines[0]).toMatchObject({ who: { id: idOf('lab-biologist') }, documents: [{ document: report }] });
    await running.system.waitUntilCaughtUp();
    const { notices } = (await care.ask(`/spaces/${space}/notices`, { as: 'alice' })).body as { notices: { kind: string }[] };
    const told = notices.slice(0, notices.length - noticesBefore).map(({ kind }) => kind);
    expect(told.filter((kind) => kind === 'DOCUMENT_CHANGED')).toHaveLength(2);
  });

  it('what the holder masked, one by one or by default, stays masked, and who tries is not told why', async () => {
    const patient = await cared();
    const { space } = patient;
    const report = await care.deposited(space, { as: 'lab-biologist' }, { ...BIOLOGY, confidentiality: ['MASQUE_PS'] });
    await care.done('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [report] });
    await care.done('PUT', `/spaces/${space}/default-confidentiality`, { as: 'alice' }, { masked: true });
    const byDefault = await care.deposited(space, { as: 'lab-biologist' });

    for (const document of [report, byDefault]) {
      expect(await saying(space, document, 'lab-biologist', 'N')).toMatchObject({ status: 200 });
      expect(await care.entry(space, document, { as: 'alice' })).toMatchObject(MASKED);
      expect(await care.entry(space, document, { as: 'dr-petit' })).toMatchObject(NOT_FOUND);
    }
    expect(await changesOf(patient)).toHaveLength(1);
    await care.done('POST', `/spaces/${space}/unmasks`, { as: 'alice' }, { sets: [report, byDefault] });
    expect(idsIn(await care.list(space, { as: 'dr-petit' }))).toEqual([byDefault, report]);
    expect(await saying(space, report, 'lab-biologist', 'MASQUE_PS')).toMatchObject({ status: 200 });
    expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject(NORMAL);
  });

  it('is nobody else’s to say: a colleague meets what he meets over an id that nobody has, the holder has his masks', async () => {
    const { space } = await cared();
    const report = await care.deposited(space, { as: 'lab-biologist' });
    const colleague = await saying(space, report, 'dr-petit', 'MASQUE_PS');
    expect(colleague).toMatchObject(NOT_FOUND);
    expect(await saying(space, crypto.randomUUID(), 'dr-petit', 'MASQUE_PS')).toMatchObject(NOT_FOUND);
    expect(await saying(space, report, 'alice', 'MASQUE_PS')).toMatchObject({ status: 403, body: { code: 'access/not-allowed' } });
    expect(await saying(space, report, 'lab-biologist', 'R')).toMatchObject({ status: 400 });
  });

  it('hides nothing from the holder that he could see, and shows him nothing before he was told', async () => {
    const patient = await cared();
    const { space } = patient;
    const open = await care.deposited(space, { as: 'dr-petit' });
    const refused = (code: string, status = 409) => ({ status, body: { code } });
    expect(await saying(space, open, 'dr-petit', 'INVISIBLE_PATIENT')).toMatchObject(refused('record/hiding-begins-with-deposit'));

    const hidden = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
    expect(await saying(space, hidden, 'dr-petit', 'N')).toMatchObject(refused('record/hiding-stays'));
    expect(await saying(space, hidden, 'dr-petit', 'INVISIBLE_PATIENT', 'MASQUE_PS')).toMatchObject(
      refused('record/hiding-excludes-masking', 400),
    );
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([open]);
    await running.system.waitUntilCaughtUp();
    await care.done('PUT', `/spaces/${space}/documents/${hidden}/announcement`, { as: 'dr-petit' });
    expect(await saying(space, hidden, 'dr-petit', 'MASQUE_PS')).toMatchObject({ status: 200 });
    expect(await care.entry(space, hidden, { as: 'alice' })).toMatchObject(MASKED);
    const [change] = await changesOf(patient);
    expect(change?.stream).toMatch(/^veil-/);
  });
});
