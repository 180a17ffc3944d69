import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, idsIn } from '../support/patient-life.js';
import { lifeOn } from '../support/life.js';
import { factsAbout, patientOf, refusalsIn, withPatients, type Patient, type Told } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };

describe('The secret of a minor', () => {
  let running: RunningSystem;
  beforeAll(async () => {
    running = await openSystem({}, '2026-11-20T08:00:00.000Z' as Instant);
  });
  afterAll(() => running.close());
  const facts = (patient: Patient): Promise<readonly Told[]> => running.inside((platform) => factsAbout(platform, patient));

  it('A17 the secret of a minor: hidden from his parents in every word, his own to read, and all his at eighteen', async () => {
    const [system, life, care] = [withPatients(running), lifeOn(running), careIn(running)];
    const minor = await patientOf(system, 'bruno', '2010-06-14');
    const parent = await patientOf(system, 'alice');
    const { space } = minor;
    await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
    await care.consent(space, 'dr-petit');
    const open = await care.deposited(space, { as: 'dr-petit' });
    const before = await care.list(space, { as: 'alice' });
    expect(before).toMatchObject({ status: 200, body: { total: 1, documents: [{ document: open }] } });
    const inTheOpen = async () =>
      (await facts(minor)).filter(
        ({ stream, meta: { who }, event: { veil } }) => who.role === 'professional' && veil === undefined && !stream.startsWith('veil-'),
      );
    const noticesFor = async (as: 'alice' | 'bruno') => {
      await running.system.waitUntilCaughtUp();
      const { body } = await care.ask(`/spaces/${space}/notices`, { as });
      return body.notices.map(({ fr }: { fr: string }) => fr) as readonly string[];
    };
    const [knownToParents, told] = [await inTheOpen(), await noticesFor('alice')];
    expect(told).not.toEqual([]);

    const secretly = { as: 'dr-petit', headers: { 'x-secret-connection': 'true' } } as const;
    expect(await care.send('POST', '/patients/search', secretly, { ins: minor.ins })).toMatchObject({ status: 200 });
    expect(await care.deposit(space, secretly)).toMatchObject({ status: 400, body: { code: 'record/secret-must-be-hidden' } });
    const secret = await care.deposited(space, secretly, { ...BIOLOGY, confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] });
    expect(idsIn(await care.list(space, secretly))).toEqual([secret, open]);
    expect(await care.entry(space, secret, secretly)).toMatchObject({ body: { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] } });
    expect(await care.download(space, secret, { as: 'dr-petit' })).toMatchObject({ status: 200 });
    const stranger = { as: 'psychologist', headers: secretly.headers } as const;
    expect(await care.list(space, stranger)).toMatchObject({ status: 403, body: { code: 'access/no-consent' } });

    expect((await care.list(space, { as: 'alice' })).body).toEqual(before.body);
    expect(await care.entry(space, secret, { as: 'alice' })).toMatchObject(NOT_FOUND);
    expect(await care.download(space, secret, { as: 'alice' })).toMatchObject({ status: 404 });
    expect(await inTheOpen()).toEqual(knownToParents);
    const linesFor = async (as: 'alice' | 'bruno') =>
      (await care.history(space, { as })).filter(({ by }) => by === 'professional').map(({ kind, lane }) => `${lane} ${kind}`);
    const known = ['LIFE AccessConsentRecorded', 'LIFE DocumentDeposited'];
    expect(await linesFor('alice')).toEqual(known);
    const looks = Array.from({ length: 4 }, () => 'ACCESS AccessGranted');
    expect(await linesFor('bruno')).toEqual([...known, looks[0], 'LIFE DocumentDeposited', ...looks.slice(1), 'REFUSED AccessDenied']);
    const tried = (await care.history(space, { as: 'bruno' })).find(({ lane, by }) => lane === 'REFUSED' && by !== 'professional');
    expect(tried).toMatchObject({ by: 'representative', secret: true, receipt: { rule: '5b', reason: 'hidden-from-representatives' } });
    expect(tried?.fr).toMatch(/^Votre représentant légal a tenté de consulter/);
    expect(await noticesFor('alice')).toEqual(told);
    const more = (await noticesFor('bruno')).length - told.length;
    expect(more).toBeGreaterThan(0);
    const veiled = (await facts(minor)).filter(({ stream }) => stream.startsWith('veil-'));
    expect(veiled.map(({ event: { type, action } }) => action ?? type)).toEqual(
      expect.arrayContaining(['FindPatient', 'DocumentDeposited', 'ListDocuments', 'GetDocument', 'DownloadDocument']),
    );
    expect(idsIn(await care.list(space, { as: 'bruno' }))).toEqual([secret, open]);
    expect(refusalsIn(await facts(minor)).map(({ event: { reason, veil } }) => [reason, veil === undefined])).toEqual([
      ['no-consent', false],
      ['hidden-from-representatives', false],
    ]);

    expect(await care.list(space, { as: 'alice', headers: secretly.headers })).toMatchObject({ status: 200 });
    const looked = (await facts(minor)).findLast(({ event: { type } }) => type === 'AccessGranted');
    expect(looked).toMatchObject({ stream: `passage-${minor.id}`, meta: { who: { role: 'person' } } });

    const birthday = '2028-06-13T22:00:00.000Z';
    await life.at('2028-06-13T21:59:30.000Z');
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([open]);
    await life.at(birthday);
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ status: 404, body: { code: 'access/nothing-here' } });
    expect(idsIn(await care.list(space, { as: 'bruno' }))).toEqual([secret, open]);
    expect(await care.download(space, secret, { as: 'bruno' })).toMatchObject({ status: 200 });
    expect((await facts(minor)).findLast(({ event: { type } }) => type === 'AccessGranted')?.meta.ground).toMatchObject({
      outcome: 'ALLOW',
      reason: 'HOLDER',
    });
  });
});
