import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { careIn, idOf, type Care } from '../support/patient-life.js';
import { lifeOn, type Life } from '../support/life.js';
import { factsAbout, patientOf, refusalsIn, withPatients, type Patient, type Told } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const GLASS = { as: 'emergency-doctor', headers: { 'x-access-mode': 'bris_de_glace' } } as const;
const REGULATION = { 'x-access-mode': 'centre_15' };
const REASON = 'patient inconscient, aucun proche joignable';

describe('Emergencies', () => {
  let running: RunningSystem;
  let system: ReturnType<typeof withPatients>;
  let life: Life;
  let care: Care;
  beforeAll(async () => {
    running = await openSystem({}, '2026-03-02T08:00:00.000Z' as Instant);
    [system, life, care] = [withPatients(running), lifeOn(running), careIn(running)];
  });
  afterAll(() => running.close());

  const someone = async (): Promise<Patient> => patientOf(system, 'alice');
  const facts = (patient: Patient): Promise<readonly Told[]> => running.inside((platform) => factsAbout(platform, patient));
  const refusals = async (patient: Patient) => refusalsIn(await facts(patient)).map(({ meta: { ground } }) => ground);
  const breaking = (space: string, reason: string = REASON) =>
    care.send('POST', `/spaces/${space}/emergency-accesses`, GLASS, { mode: 'bris_de_glace', reason });
  const notices = async (path: string, as: 'alice' | 'dr-martin') => {
    await running.system.waitUntilCaughtUp();
    return (await care.ask(path, { as })).body.notices as readonly { kind: string }[];
  };

  it('A18 the glass is not broken when the holder refused it in advance; the attempt is traced, and he reads of it', async () => {
    const patient = await someone();
    const { space } = patient;
    await care.done('PUT', `/spaces/${space}/emergency-preferences`, { as: 'alice' }, { which: 'BTG', value: 'deny' });
    const refused = { status: 403, body: { code: 'access/emergency-refused' } };
    expect(await breaking(space)).toMatchObject(refused);
    expect(await care.list(space, GLASS)).toMatchObject(refused);

    const preference = (await facts(patient)).find(({ event: { type } }) => type === 'EmergencyPreferenceSet');
    const receipt = { outcome: 'DENY', rule: '4e', reason: 'emergency-refused', mode: 'bris_de_glace', matrix: 1 };
    expect(await refusals(patient)).toEqual([{ ...receipt, facts: [{ stream: 'access', rev: preference?.rev }] }]);
    const line = (await care.history(space, { as: 'alice' })).find(({ lane }) => lane === 'REFUSED');
    expect(line).toMatchObject({ who: { id: idOf('emergency-doctor') }, emergency: true, receipt: { rule: '4e', matrix: 1 } });
    expect((await facts(patient)).map(({ event: { type } }) => type)).not.toContain('BreakGlassUsed');
  });

  it('A18 it is broken with a reason only, for an hour, and the holder and his attending doctor are told at once', async () => {
    const patient = await someone();
    const { space } = patient;
    await care.done('PUT', `/spaces/${space}/attending-doctor`, { as: 'insurer-agent' }, { professional: idOf('dr-martin') });
    const report = await care.deposited(space, { as: 'dr-martin' });
    expect(await care.list(space, GLASS)).toMatchObject({ status: 403, body: { code: 'access/emergency-not-open' } });
    expect(await breaking(space, '')).toMatchObject({ status: 400 });
    expect(await breaking(space, 'urgence')).toMatchObject({ status: 400, body: { code: 'access/reason-too-short' } });
    const [toldBefore, doctorBefore] = [
      await notices(`/spaces/${space}/notices`, 'alice'),
      await notices('/me/professional-notices', 'dr-martin'),
    ];
    expect(doctorBefore).toEqual([]);

    expect(await breaking(space)).toMatchObject({ status: 200 });
    const told = await notices(`/spaces/${space}/notices`, 'alice');
    expect(told).toHaveLength(toldBefore.length + 1);
    expect(told[0]).toMatchObject({ kind: 'EMERGENCY_ACCESS' });
    expect(await notices('/me/professional-notices', 'dr-martin')).toHaveLength(1);

    expect(await care.entry(space, report, GLASS)).toMatchObject({ status: 200 });
    expect(await care.list(space, { as: 'emergency-doctor' })).toMatchObject({ status: 403, body: { code: 'access/no-consent' } });
    const used = (await facts(patient)).find(({ event: { type } }) => type === 'BreakGlassUsed');
    expect(used).toMatchObject({ event: { professional: idOf('emergency-doctor'), mode: 'bris_de_glace', reason: REASON } });
    const passed = (await facts(patient)).findLast(({ event: { type } }) => type === 'AccessGranted');
    const receipt = { outcome: 'ALLOW', rule: '5', reason: 'EMERGENCY', mode: 'bris_de_glace', matrix: 1 };
    expect(passed?.meta.ground).toMatchObject({ ...receipt, facts: expect.arrayContaining([{ stream: 'access', rev: used?.rev }]) });
    const lines = await care.history(space, { as: 'alice' });
    expect(lines.find(({ kind }) => kind === 'BreakGlassUsed')?.fr).toContain(REASON);
    expect(lines.findLast(({ lane, by }) => lane === 'ACCESS' && by === 'professional')).toMatchObject({ emergency: true });

    const finding = await care.deposited(space, GLASS);
    const deposit = (await facts(patient)).find(({ event: { type, document } }) => type === 'DocumentDeposited' && document === finding);
    expect(deposit?.meta.ground).toMatchObject({ rule: '4e', reason: 'EMERGENCY', mode: 'bris_de_glace', matrix: 1 });
    expect(await care.deposit(space, { as: 'emergency-doctor' })).toMatchObject({ status: 403, body: { code: 'access/no-consent' } });

    await life.at(String(used?.event.until));
    expect(await care.list(space, GLASS)).toMatchObject({ status: 403, body: { code: 'access/emergency-not-open' } });
  });

  it('A19 a call is regulated by nobody whose token does not say that he regulates', async () => {
    const patient = await someone();
    const { space } = patient;
    const call = { mode: 'centre_15', reason: 'appel au 15, douleur thoracique' };
    const [doctor, samu] = [
      { as: 'emergency-doctor', headers: REGULATION },
      { as: 'samu-doctor', headers: REGULATION },
    ] as const;
    const refused = { status: 403, body: { code: 'access/not-regulating' } };
    expect(await care.send('POST', `/spaces/${space}/emergency-accesses`, doctor, call)).toMatchObject(refused);
    expect(await care.list(space, doctor)).toMatchObject(refused);
    expect(await refusals(patient)).toMatchObject([
      { outcome: 'DENY', rule: '4e', reason: 'not-regulating', mode: 'centre_15', matrix: 1 },
    ]);

    expect(await care.send('POST', `/spaces/${space}/emergency-accesses`, samu, call)).toMatchObject({ status: 200 });
    expect(await care.list(space, samu)).toMatchObject({ status: 200, body: { total: 0 } });
    expect(await care.deposit(space, samu)).toMatchObject({ status: 403, body: { code: 'access/consult-only' } });
    await care.done('PUT', `/spaces/${space}/emergency-preferences`, { as: 'alice' }, { which: 'ETREAT', value: 'deny' });
    expect(await care.list(space, samu)).toMatchObject({ status: 403, body: { code: 'access/emergency-refused' } });
  });
});
