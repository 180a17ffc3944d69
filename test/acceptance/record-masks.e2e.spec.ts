import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, idsIn, idOf, professional, type Care } from '../support/patient-life.js';
import { factsAbout, passagesOf, patientOf, refusalsAbout, type Patient } from '../support/patients.js';
import { MINUTE, openWorld, type World } from '../support/world.js';

const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };
const PSYCHOLOGY = { ...BIOLOGY, typeCode: '83901-9', title: 'Bilan psychologique' };
const REASON = { reason: 'arrêt cardiaque au domicile' };
const IN_EMERGENCY = { as: 'emergency-doctor', headers: { 'x-access-mode': 'bris_de_glace' } } as const;

describe('Documents that not everybody may see', () => {
  let world: World;
  let care: Care;
  beforeAll(async () => {
    world = await openWorld({ SIMULATED_CLOCK: '1' });
    care = careIn(world);
  });
  afterAll(() => world.close());

  const refusals = async (patient: Patient) =>
    (await refusalsAbout(world.platform, patient)).map(({ event: { document, action, reason }, meta: { ground, who } }) => ({
      who: who.role === 'professional' ? who.professional.id : who.role,
      ...{ document, action, reason },
      receipt: ground,
    }));

  it('A12 a nurse does not find a psychological report: not in the list, not in its count, not by its id; the refusal is traced', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.consent(space, 'nurse-leroy', { kind: 'FACILITY', id: '990000028' });
    const biology = await care.deposited(space, { as: 'dr-petit' });
    const without = await care.list(space, { as: 'nurse-leroy' });
    expect(without).toMatchObject({ status: 200, body: { total: 1, next: null, documents: [{ document: biology }] } });

    const report = await care.deposited(space, { as: 'dr-petit' }, PSYCHOLOGY);
    expect((await care.list(space, { as: 'nurse-leroy' })).body).toEqual(without.body);
    expect((await care.listOverGraphql(space, { as: 'nurse-leroy' })).body).toEqual({
      data: { documents: { total: 1, documents: [{ document: biology, confidentiality: ['N'] }] } },
    });
    expect(await care.entry(space, report, { as: 'nurse-leroy' })).toMatchObject(NOT_FOUND);
    expect(await care.download(space, report, { as: 'nurse-leroy' })).toMatchObject({ status: 404 });

    expect(idsIn(await care.list(space, { as: 'dr-petit' }))).toEqual([report, biology]);
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([report, biology]);
    const [denied, ...more] = await refusals(patient);
    expect(denied).toMatchObject({
      ...{ who: idOf('nurse-leroy'), document: report, action: 'GetDocument', reason: 'matrix' },
      receipt: { outcome: 'DENY', rule: '5d', reason: 'matrix', mode: 'normal', matrix: 1 },
    });
    expect(more).toEqual([]);
    const line = (await care.history(space, { as: 'alice' })).find(({ lane }) => lane === 'REFUSED');
    const read = {
      who: { id: idOf('nurse-leroy') },
      documents: [{ document: report }],
      receipt: { rule: '5d', reason: 'matrix', matrix: 1 },
    };
    expect(line).toMatchObject(read);
    const looks = (await passagesOf(world.platform, patient)).filter(({ meta: { who } }) => who.role === 'professional');
    expect(looks.map(({ event: { action }, meta: { ground } }) => [action, ground?.reason, ground?.matrix])).toEqual(
      Array.from({ length: 4 }, () => ['ListDocuments', 'CARE_TEAM', 1]),
    );
  });

  it('A13 a masked report is for its author and the attending doctor; in an emergency only if the holder said so', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.done('PUT', `/spaces/${space}/attending-doctor`, { as: 'insurer-agent' }, { professional: idOf('dr-martin') });
    await care.consent(space, 'dr-petit');
    await care.consent(space, 'lab-biologist');
    const report = await care.deposited(space, { as: 'lab-biologist' });
    expect(idsIn(await care.list(space, { as: 'dr-petit' }))).toEqual([report]);

    await care.done('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [report] });
    const masked = { status: 200, body: { document: report, confidentiality: ['MASQUE_PS'] } };
    for (const as of ['lab-biologist', 'dr-martin', 'alice'] as const) {
      expect(await care.entry(space, report, { as })).toMatchObject(masked);
      expect(await care.list(space, { as })).toMatchObject({ status: 200, body: { total: 1, documents: [masked.body] } });
      expect(await care.download(space, report, { as })).toMatchObject({ status: 200 });
    }
    expect(await care.list(space, { as: 'dr-petit' })).toMatchObject({ status: 200, body: { total: 0, documents: [], next: null } });
    expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject(NOT_FOUND);

    await care.done('POST', `/spaces/${space}/emergency-accesses`, IN_EMERGENCY, { mode: 'bris_de_glace', ...REASON });
    expect(await care.list(space, IN_EMERGENCY)).toMatchObject({ status: 200, body: { total: 0 } });
    expect(await care.entry(space, report, IN_EMERGENCY)).toMatchObject(NOT_FOUND);
    await care.done('PUT', `/spaces/${space}/emergency-preferences`, { as: 'alice' }, { which: 'MASKED', value: 'permit' });
    expect(await care.entry(space, report, IN_EMERGENCY)).toMatchObject(masked);
    expect(idsIn(await care.list(space, IN_EMERGENCY))).toEqual([report]);

    const refusedIn = async (as: 'alice' | 'dr-martin') =>
      (await care.history(space, { as })).flatMap(({ lane, receipt }) =>
        lane === 'REFUSED' ? [`${receipt?.rule} ${receipt?.reason}`] : [],
      );
    expect([...new Set(await refusedIn('alice'))]).toEqual(['5c masked']);
    expect(await refusedIn('dr-martin')).toEqual([]);
    expect(await care.ask(`/spaces/${space}/history`, { as: 'dr-petit' })).toMatchObject({ status: 403 });
    expect(await refusals(patient)).toMatchObject([
      { who: idOf('dr-petit'), document: report, reason: 'masked', receipt: { rule: '5c', mode: 'normal', matrix: 1 } },
      { who: idOf('emergency-doctor'), document: report, reason: 'masked', receipt: { rule: '5c', mode: 'bris_de_glace', matrix: 1 } },
      { who: idOf('dr-petit'), reason: 'not-allowed' },
    ]);
    const facts = await factsAbout(world.platform, patient);
    const mask = facts.find(({ event: { type } }) => type === 'DocumentsMasked');
    const [{ receipt } = { receipt: undefined }] = await refusals(patient);
    expect(receipt?.facts).toEqual([{ stream: 'access', rev: mask?.rev }]);
    const seen = (await passagesOf(world.platform, patient)).filter(({ event: { document } }) => document === report);
    expect(seen.map(({ meta: { ground } }) => `${ground?.rule} ${ground?.reason} ${ground?.matrix}`)).toEqual([
      ...['5 AUTHOR 1', '5 AUTHOR 1', '5 ATTENDING_DOCTOR 1', '5 ATTENDING_DOCTOR 1', '5 HOLDER null', '5 HOLDER null'],
      '5 EMERGENCY 1',
    ]);
  });

  it('a mask said with an id in capitals masks that document', async () => {
    const { space } = await patientOf(world, 'alice');
    for (const as of ['dr-petit', 'lab-biologist'] as const) await care.consent(space, as);
    const report = await care.deposited(space, { as: 'lab-biologist' });

    await care.done('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [report.toUpperCase()] });
    expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject(NOT_FOUND);
    expect(await care.entry(space, report.toUpperCase(), { as: 'alice' })).toMatchObject({
      status: 200,
      body: { document: report, confidentiality: ['MASQUE_PS'] },
    });
  });

  it('A14 a new version of a masked document is masked too; the old one is out of date, and is not replaced a second time', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    await care.consent(space, 'lab-biologist');
    const first = await care.deposited(space, { as: 'lab-biologist' });
    await care.done('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [first] });

    const second = await care.deposited(space, { as: 'lab-biologist' }, { ...BIOLOGY, title: 'Corrigé', replaces: first });
    const versions = [
      { document: second, set: first, version: 2, status: 'CURRENT', confidentiality: ['MASQUE_PS'] },
      { document: first, set: first, version: 1, status: 'DEPRECATED', confidentiality: ['MASQUE_PS'] },
    ];
    expect((await care.list(space, { as: 'lab-biologist' }, '?all=true')).body.documents).toMatchObject(versions);
    expect((await care.list(space, { as: 'alice' }, '?all=true')).body.documents).toMatchObject(versions);
    expect((await care.list(space, { as: 'alice' })).body.documents).toMatchObject([versions[0]]);
    expect((await care.list(space, { as: 'dr-petit' }, '?all=true')).body).toMatchObject({ total: 0, documents: [] });

    const again = await care.deposit(space, { as: 'lab-biologist' }, { ...BIOLOGY, replaces: first });
    expect(again).toMatchObject({ status: 409, body: { code: 'record/already-replaced' } });
    expect((await care.list(space, { as: 'alice' }, '?all=true')).body.total).toBe(2);
  });

  it('a document masked from one professional for a time is his before and after, never during, and always that of the others', async () => {
    const { space } = await patientOf(world, 'alice');
    for (const as of ['dr-petit', 'dr-martin', 'nurse-leroy'] as const) await care.consent(space, as);
    const report = await care.deposited(space, { as: 'dr-martin' });
    const now = world.clock.now();
    const from = instantOf(epochOf(now) + 10 * MINUTE);
    const until = instantOf(epochOf(now) + 70 * MINUTE);
    const at = async (moment: Instant) => world.platform.simulatedClock?.advanceTo(moment);
    const mask = { whom: professional('dr-petit'), from, until };
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([report]);
    const preview = { kind: 'SETS', sets: [report], ...mask };
    const { effects } = (await care.done('POST', `/spaces/${space}/mask-previews`, { as: 'alice' }, preview)).body as { effects: object[] };
    expect(effects).toContainEqual(
      expect.objectContaining({ before: 1, after: 0, until, loses: [expect.objectContaining({ set: report })] }),
    );
    const backwards = await care.send('POST', `/spaces/${space}/mask-previews`, { as: 'alice' }, { ...preview, until: from });
    expect(backwards).toMatchObject({ status: 400, body: { code: 'access/mask-ends-before-it-begins' } });
    await care.done('POST', `/spaces/${space}/masks-from`, { as: 'alice' }, { set: report, ...mask });

    const expectFound = async (found: boolean) => {
      expect(idsIn(await care.list(space, { as: 'dr-petit' }))).toEqual(found ? [report] : []);
      expect(await care.entry(space, report, { as: 'dr-petit' })).toMatchObject(found ? { status: 200 } : NOT_FOUND);
      expect(await care.download(space, report, { as: 'dr-petit' })).toMatchObject({ status: found ? 200 : 404 });
      for (const as of ['dr-martin', 'nurse-leroy', 'alice'] as const)
        expect(await care.entry(space, report, { as })).toMatchObject({ status: 200, body: { confidentiality: ['N'] } });
    };
    await expectFound(true);
    await at(from);
    await expectFound(false);
    await at(instantOf(epochOf(until) - 20_000));
    await expectFound(false);
    await at(until);
    await expectFound(true);
  });
});
