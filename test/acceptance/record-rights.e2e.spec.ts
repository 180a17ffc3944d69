import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, facility, idOf, idsIn, professional, type Care } from '../support/patient-life.js';
import { factsAbout, patientOf, refusalsAbout, type Patient } from '../support/patients.js';
import { MINUTE, openWorld, type World } from '../support/world.js';

const NO_CONSENT = { status: 403, body: { code: 'access/no-consent' } };
const NOTHING = { status: 404, body: { code: 'access/nothing-here' } };
const CENTRE = facility('990000028');

describe('Who may see a space at all', () => {
  let world: World;
  let care: Care;
  beforeAll(async () => {
    world = await openWorld({ SIMULATED_CLOCK: '1' });
    care = careIn(world);
  });
  afterAll(() => world.close());

  const after = async (minutes: number): Promise<void> =>
    world.platform.simulatedClock?.advanceTo(instantOf(epochOf(world.clock.now()) + minutes * MINUTE));
  /** Reason and rule of each refusal, and the kinds of the facts it rested on. */
  const refusals = async (patient: Patient) => {
    const facts = await factsAbout(world.platform, patient);
    const typeAt = (stream: string, rev: number) =>
      facts.find((one) => one.stream === `${stream}-${patient.id}` && one.rev === rev)?.event.type;
    return (await refusalsAbout(world.platform, patient)).map(({ meta: { ground } }) => [
      ground?.rule,
      ground?.reason,
      ground?.matrix,
      ...(ground?.facts ?? []).map(({ stream, rev }) => typeAt(stream, rev)),
    ]);
  };

  it('A20 neither a stranger without consent, nor a blocked professional, nor anybody of a blocked place', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    const report = await care.deposited(space, { as: 'alice' }, { typeCode: 'DOCPAT05', title: 'Analyse' });
    expect(await care.list(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
    expect(await care.deposit(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
    expect(await care.entry(space, report, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);

    await care.consent(space, 'dr-martin');
    await care.consent(space, 'dr-petit', CENTRE);
    for (const as of ['dr-martin', 'dr-petit', 'nurse-leroy'] as const) expect(idsIn(await care.list(space, { as }))).toEqual([report]);
    await care.done('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: professional('dr-martin') });
    await care.done('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: CENTRE });
    for (const as of ['dr-martin', 'dr-petit', 'nurse-leroy'] as const) {
      expect(await care.list(space, { as })).toMatchObject(NOTHING);
      expect(await care.entry(space, report, { as })).toMatchObject(NOTHING);
      expect(await care.deposit(space, { as })).toMatchObject(NOTHING);
      expect(await care.consent(space, as)).toMatchObject(NOTHING);
      const found = await care.send('POST', '/patients/search', { as }, { ins: patient.ins });
      expect(found).toMatchObject({ status: 200, body: { space, status: 'OPEN', access: { reading: false, missing: 'CONSENT' } } });
    }
    expect(await refusals(patient)).toEqual([
      ['4b', 'no-consent', 1],
      ['4a', 'blocked', 1, 'ProfessionalBlocked'],
      ['4a', 'blocked', 1, 'FacilityBlocked'],
      ['4a', 'blocked', 1, 'FacilityBlocked'],
    ]);
    const read = (await care.history(space, { as: 'alice' })).filter(({ lane }) => lane === 'REFUSED');
    const said = read.map(({ who, receipt }) => `${who?.id} ${receipt?.reason} ${receipt?.rule} ${receipt?.matrix}`);
    expect([...new Set(said)]).toEqual([
      `${idOf('dr-martin')} no-consent 4b 1`,
      ...['dr-martin' as const, 'dr-petit' as const, 'nurse-leroy' as const].map((name) => `${idOf(name)} blocked 4a 1`),
    ]);
  });

  it('a block counts for the very next request, and its end too', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const report = await care.deposited(space, { as: 'dr-petit' });
    for (let i = 0; i < 3; i++) {
      await care.done('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: professional('dr-petit') });
      expect(await care.list(space, { as: 'dr-petit' })).toMatchObject(NOTHING);
      expect(await care.download(space, report, { as: 'dr-petit' })).toMatchObject({ status: 404 });
      await care.done('POST', `/spaces/${space}/unblocks`, { as: 'alice' }, { grantee: professional('dr-petit') });
      expect(idsIn(await care.list(space, { as: 'dr-petit' }))).toEqual([report]);
    }
  });

  it('a consent that is withdrawn counts for the very next request: he reads and feeds no more, but what he wrote himself', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.consent(space, 'dr-petit');
    await care.consent(space, 'dr-martin');
    const [own, other] = [await care.deposited(space, { as: 'dr-petit' }), await care.deposited(space, { as: 'dr-martin' })];
    const withdrawal =
      'mutation ($space: ID!, $id: String!) { withdrawConsent(space: $space, input: { grantee: { kind: "PROFESSIONAL", id: $id } }) { position } }';
    expect((await care.graphql(withdrawal, { space, id: idOf('dr-petit') }, { as: 'alice' })).body.errors).toBeUndefined();
    expect(await care.list(space, { as: 'dr-petit' })).toMatchObject(NO_CONSENT);
    expect(await care.entry(space, other, { as: 'dr-petit' })).toMatchObject(NO_CONSENT);
    expect(await care.deposit(space, { as: 'dr-petit' })).toMatchObject(NO_CONSENT);
    expect(await care.entry(space, own, { as: 'dr-petit' })).toMatchObject({ status: 200 });
    expect(await refusals(patient)).toEqual([['4b', 'consent-withdrawn', 1, 'AccessConsentWithdrawn']]);
    expect(idsIn(await care.list(space, { as: 'dr-martin' }))).toEqual([other, own]);
  });

  describe('by a code of the holder', () => {
    const granting = async (space: string, minutes = 60) =>
      (await care.done('POST', `/spaces/${space}/temporary-accesses`, { as: 'alice' }, { minutes })).body as {
        code: string;
        usableUntil: Instant;
      };
    const using = (space: string, code: string, as: 'dr-martin' | 'dr-petit' = 'dr-martin') =>
      care.send('POST', `/spaces/${space}/temporary-access-uses`, { as }, { code });

    it('one professional comes in, once, for the time that the holder chose', async () => {
      const { space } = await patientOf(world, 'alice');
      const { code } = await granting(space);
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
      expect(await using(space, ` ${code.toLowerCase()} `)).toMatchObject({ status: 200 });
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject({ status: 200 });
      expect(await using(space, code, 'dr-petit')).toMatchObject({ status: 409, body: { code: 'access/code-already-used' } });
      expect(await care.list(space, { as: 'dr-petit' })).toMatchObject(NO_CONSENT);
      await after(59);
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject({ status: 200 });
      await after(1);
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
    });

    it('nobody after a quarter of an hour', async () => {
      const { space } = await patientOf(world, 'alice');
      const { code, usableUntil } = await granting(space);
      expect(epochOf(usableUntil) - epochOf(world.clock.now())).toBeGreaterThan(14 * MINUTE);
      await world.platform.simulatedClock?.advanceTo(usableUntil);
      expect(await using(space, code)).toMatchObject({ status: 409, body: { code: 'access/code-expired' } });
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
    });

    it('nobody after five wrong tries, the right code included', async () => {
      const { space } = await patientOf(world, 'alice');
      const { code } = await granting(space);
      const wrong = code.replaceAll(/./g, (sign) => (sign === 'A' ? 'B' : 'A'));
      for (let i = 0; i < 5; i++) expect(await using(space, wrong)).toMatchObject({ status: 403, body: { code: 'access/code-wrong' } });
      expect(await using(space, code)).toMatchObject({ status: 423, body: { code: 'access/code-locked' } });
      expect(await care.list(space, { as: 'dr-martin' })).toMatchObject(NO_CONSENT);
      expect(await using(space, (await granting(space)).code)).toMatchObject({ status: 200 });
    });
  });

  it('A28 nobody of an insurer, whatever he asks; who claims to be an employer rings the alarm', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    const report = await care.deposited(space, { as: 'alice' }, { typeCode: 'DOCPAT05', title: 'Analyse' });
    const refused = { status: 403, body: { code: 'access/not-allowed' } };
    for (const path of ['/documents', `/documents/${report}`, '/history', '', '/notices'])
      expect(await care.ask(`/spaces/${space}${path}`, { as: 'insurer-agent' })).toMatchObject(refused);
    expect(await care.download(space, report, { as: 'insurer-agent' })).toMatchObject({ status: 403 });
    expect(await care.send('POST', `/spaces/${space}/masks`, { as: 'insurer-agent' }, { sets: [report] })).toMatchObject(refused);
    expect((await care.listOverGraphql(space, { as: 'insurer-agent' })).body).toMatchObject({
      errors: [{ extensions: { problem: 'access/not-allowed' } }],
    });
    expect(await refusals(patient)).toEqual([['role', 'not-allowed', null]]);
    const lines = await care.history(space, { as: 'alice' });
    expect(lines.find(({ lane }) => lane === 'REFUSED')).toMatchObject({ by: 'insurer', receipt: { reason: 'not-allowed' } });

    const jwk = JSON.parse(await readFile(join(world.stateDir, 'local-issuer.jwk'), 'utf8')) as object;
    const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256');
    const alarms = world.log.alarms.length;
    for (const mes_role of ['employer', 'mutuelle']) {
      const said = { ...decodeJwt(await world.token('insurer-agent')), mes_role };
      const token = await new SignJWT(said).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key);
      expect(await care.list(space, { token })).toMatchObject({ status: 401, body: { code: 'request/role-not-recognised' } });
    }
    expect(world.log.alarms).toHaveLength(alarms + 2);
  });

  it('A29 an occupational doctor with an express consent only, whoever else trusts him', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    const needed = { status: 403, body: { code: 'access/express-consent-needed' } };
    expect(await care.list(space, { as: 'occupational-doctor' })).toMatchObject(needed);
    expect(await care.consent(space, 'occupational-doctor')).toMatchObject(needed);
    await care.consent(space, 'dr-petit');
    expect(await care.consent(space, 'dr-petit', professional('occupational-doctor'))).toMatchObject({ status: 200 });
    expect(await care.list(space, { as: 'occupational-doctor' })).toMatchObject(needed);
    expect(await care.deposit(space, { as: 'occupational-doctor' })).toMatchObject(needed);
    const emergency = { as: 'occupational-doctor', headers: { 'x-access-mode': 'bris_de_glace' } } as const;
    const glass = { mode: 'bris_de_glace', reason: 'malaise dans l’atelier' };
    expect(await care.send('POST', `/spaces/${space}/emergency-accesses`, emergency, glass)).toMatchObject(needed);
    expect((await refusals(patient)).every(([, reason, matrix]) => reason === 'express-consent-needed' && matrix === 1)).toBe(true);

    expect(await care.consent(space, 'occupational-doctor', undefined, 'EXPRESS')).toMatchObject({ status: 200 });
    expect(await care.list(space, { as: 'occupational-doctor' })).toMatchObject({ status: 200 });
    await after(60);
    expect(await care.list(space, { as: 'occupational-doctor' })).toMatchObject(needed);
  });

  it('A30 the attending doctor who is blocked reads vaccinations, care history and wishes, and no other document', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.done('PUT', `/spaces/${space}/attending-doctor`, { as: 'insurer-agent' }, { professional: idOf('dr-martin') });
    const biology = await care.deposited(space, { as: 'dr-martin' });
    const vaccines = await care.deposited(space, { as: 'dr-martin' }, { ...BIOLOGY, typeCode: '11369-6', title: 'Vaccinations' });
    const refunds = { typeCode: 'REMB', title: 'Remboursements', healthcareFacilityType: 'SA25', practiceSetting: 'AMO' };
    const history = await care.deposited(space, { as: 'insurer-agent' }, refunds);
    const wishes = await care.deposited(space, { as: 'alice' }, { typeCode: 'EXPPAT_3', title: 'Mes directives' });
    expect(idsIn(await care.list(space, { as: 'dr-martin' }))).toEqual([wishes, history, vaccines, biology]);

    await care.done('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: professional('dr-martin') });
    const left = await care.list(space, { as: 'dr-martin' });
    expect(left).toMatchObject({ status: 200, body: { total: 3 } });
    expect(idsIn(left)).toEqual([wishes, history, vaccines]);
    for (const readable of [wishes, history, vaccines])
      expect(await care.download(space, readable, { as: 'dr-martin' })).toMatchObject({ status: 200 });
    expect(await care.entry(space, biology, { as: 'dr-martin' })).toMatchObject({ status: 404 });
    expect(await care.download(space, biology, { as: 'dr-martin' })).toMatchObject({ status: 404 });
    expect(await care.deposit(space, { as: 'dr-martin' })).toMatchObject(NOTHING);
    expect(await refusals(patient)).toContainEqual(['4a', 'blocked', 1, 'ProfessionalBlocked']);
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([wishes, history, vaccines, biology]);
  });
});
