import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { BIOLOGY, careIn, idOf, idsIn, professional, type Care } from '../support/patient-life.js';
import { lifeOn } from '../support/life.js';
import { factsAbout, patientOf, refusalsIn, withPatients, type Patient, type Told } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const SECRETLY = { 'x-secret-connection': 'true' };
const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };

describe('The secret of a minor', () => {
  let running: RunningSystem;
  let system: ReturnType<typeof withPatients>;
  let care: Care;
  beforeAll(async () => {
    running = await openSystem({}, '2026-11-20T08:00:00.000Z' as Instant);
    [system, care] = [withPatients(running), careIn(running)];
  });
  afterAll(() => running.close());
  const facts = (patient: Patient): Promise<readonly Told[]> => running.inside((platform) => factsAbout(platform, patient));

  const mails = async (): Promise<readonly string[]> => {
    await running.system.waitUntilCaughtUp();
    return (await receivedIn(running.settings.outboxDir)).map(({ text }) => text);
  };
  /** All that somebody reads of what happened to a space and who has rights, without his own looks. */
  const readBy = async (space: string, as: 'alice' | 'bruno') => {
    await running.system.waitUntilCaughtUp();
    const { rights } = (await care.ask(`/spaces/${space}/rights`, { as })).body;
    const dossier = (await care.ask(`/spaces/${space}/dossier`, { as })).body.rights.rights;
    const lines = (await care.history(space, { as })).filter(({ lane, by }) => lane !== 'ACCESS' || by === 'professional');
    return { rights, dossier, lines, notices: (await care.ask(`/spaces/${space}/notices`, { as })).body.notices };
  };
  const consenting = (space: string, headers: Readonly<Record<string, string>>) =>
    care.done(
      'POST',
      `/spaces/${space}/consents`,
      { as: 'dr-petit', headers },
      {
        ...{ grantee: professional('dr-petit'), basis: 'CARE_TEAM', scope: ['CONSULT', 'FEED'] },
        ...{ means: 'ORAL', informed: true },
      },
    );

  it('A17 rights that come about under the secret of a minor, and refusals: nothing of them for his parents, all of them for him', async () => {
    const minor = await patientOf(system, 'bruno', '2010-06-14');
    const { space } = minor;
    const parent = await patientOf(system, 'alice');
    await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
    await care.consent(space, 'dr-petit');
    const { code } = (await care.done('POST', `/spaces/${space}/temporary-accesses`, { as: 'bruno' })).body;
    const [parents, his, mailed] = [await readBy(space, 'alice'), await readBy(space, 'bruno'), await mails()];
    expect(parents.lines.length).toBeGreaterThan(0);
    expect(parents.rights.map(({ kind }: { kind: string }) => kind)).toEqual(['CONSENT', 'REPRESENTATIVE']);

    await consenting(space, SECRETLY);
    await care.done('POST', `/spaces/${space}/temporary-access-uses`, { as: 'dr-martin', headers: SECRETLY }, { code });
    const reason = 'tentative de suicide, ne veut pas que ses parents le sachent';
    const glass = { as: 'emergency-doctor', headers: { ...SECRETLY, 'x-access-mode': 'bris_de_glace' } } as const;
    await care.done('POST', `/spaces/${space}/emergency-accesses`, glass, { mode: 'bris_de_glace', reason });
    expect(await care.list(space, glass)).toMatchObject({ status: 200 });
    const blocking = { grantee: professional('dr-martin') };
    expect(await care.send('POST', `/spaces/${space}/blocks`, { as: 'dr-petit', headers: SECRETLY }, blocking)).toMatchObject({
      status: 403,
    });

    expect(await readBy(space, 'alice')).toEqual(parents);
    expect(await mails()).toEqual(mailed);
    const { lines, rights, notices } = await readBy(space, 'bruno');
    const secret = lines.filter((line) => line.secret);
    expect(secret.map(({ lane, kind }) => `${lane} ${kind}`)).toEqual([
      'LIFE AccessConsentRecorded',
      'LIFE TemporaryAccessUsed',
      'LIFE BreakGlassUsed',
      'ACCESS AccessGranted',
      'REFUSED AccessDenied',
    ]);
    expect(secret[2]?.fr).toContain(reason);
    expect(rights.map(({ kind, whom }: { kind: string; whom: { id: string | null } }) => [kind, whom.id])).toEqual([
      ['CONSENT', idOf('dr-petit')],
      ['TEMPORARY_ACCESS', idOf('dr-martin')],
      ['EMERGENCY_ACCESS', idOf('emergency-doctor')],
      ['REPRESENTATIVE', null],
    ]);
    expect(notices.length).toBeGreaterThan(his.notices.length);
    const kept = (await facts(minor)).filter(({ meta }) => meta.secret === true).map(({ stream, event: { type } }) => `${stream} ${type}`);
    const access = `access-${minor.id}`;
    expect(kept).toEqual([`${access} AccessConsentRecorded`, `${access} TemporaryAccessUsed`, `${access} BreakGlassUsed`]);
  });

  it('A17 refused in secret and in the open within a minute: the parents read of the open one, whichever came first, and of nothing else', async () => {
    const openly = {};
    for (const order of [
      [SECRETLY, openly],
      [openly, SECRETLY],
    ]) {
      const { space } = await patientOf(system, 'bruno', '2010-06-14');
      const parent = await patientOf(system, 'alice');
      await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
      for (const headers of order) expect(await care.list(space, { as: 'psychologist', headers })).toMatchObject({ status: 403 });
      const refusalsReadBy = async (as: 'alice' | 'bruno') =>
        (await readBy(space, as)).lines.flatMap(({ lane, secret }) => (lane === 'REFUSED' ? [secret] : []));
      expect(await refusalsReadBy('alice')).toEqual([false]);
      expect(await refusalsReadBy('bruno')).toEqual(order.map((headers) => headers === SECRETLY));
    }
  });

  it('A17 over the space of an adult there is no such secret: the word counts for nothing', async () => {
    const adult = await patientOf(system, 'alice');
    const { space } = adult;
    await consenting(space, SECRETLY);
    const document = await care.deposited(space, { as: 'dr-petit', headers: SECRETLY });
    const before = await mails();
    expect(idsIn(await care.list(space, { as: 'dr-petit', headers: SECRETLY }))).toEqual([document]);
    expect((await mails()).length).toBe(before.length + 1);
    expect(await care.list(space, { as: 'psychologist', headers: SECRETLY })).toMatchObject({ status: 403 });
    const about = await facts(adult);
    expect(
      about.filter(({ stream, event: { veil }, meta: { secret } }) => stream.startsWith('veil-') || veil !== undefined || secret),
    ).toEqual([]);
    expect(about.findLast(({ event: { type } }) => type === 'AccessGranted')).toMatchObject({ stream: `passage-${adult.id}` });
  });

  it('A17 a look in secret at what was hidden from the minor too is his to read once he was told, and never his parents’', async () => {
    const { space } = await patientOf(system, 'bruno', '2010-06-14');
    const parent = await patientOf(system, 'alice');
    await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
    for (const as of ['dr-petit', 'nurse-leroy'] as const) await care.consent(space, as);
    const hidden = await care.deposited(space, { as: 'dr-petit' }, { ...BIOLOGY, confidentiality: ['INVISIBLE_PATIENT'] });
    const looksReadBy = async (as: 'alice' | 'bruno') => {
      await running.system.waitUntilCaughtUp();
      const lines = (await care.history(space, { as })).filter(({ lane, by }) => lane !== 'LIFE' && by === 'professional');
      return lines.map(({ lane, who, secret }) => [lane, who?.id, secret]);
    };
    expect(await care.entry(space, hidden, { as: 'dr-petit' })).toMatchObject({ status: 200 });
    expect(await care.entry(space, hidden, { as: 'dr-petit', headers: SECRETLY })).toMatchObject({ status: 200 });
    expect(await care.entry(space, hidden, { as: 'psychologist', headers: SECRETLY })).toMatchObject({ status: 403 });
    for (const as of ['alice', 'bruno'] as const) expect(await looksReadBy(as)).toEqual([]);

    await care.done('PUT', `/spaces/${space}/documents/${hidden}/announcement`, { as: 'dr-petit' });
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([hidden]);
    expect(await looksReadBy('alice')).toEqual([['ACCESS', idOf('dr-petit'), false]]);
    expect(await looksReadBy('bruno')).toEqual([
      ['ACCESS', idOf('dr-petit'), false],
      ['ACCESS', idOf('dr-petit'), true],
      ['REFUSED', idOf('psychologist'), true],
    ]);
  });

  it('A17 the secret of a minor: hidden from his parents in every word, his own to read, and all his at eighteen', async () => {
    const life = lifeOn(running);
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
    // Nobody is given the place of a refusal in the log, to wait for it.
    const historyFor = async (as: 'alice' | 'bruno') => {
      await running.system.waitUntilCaughtUp();
      return care.history(space, { as });
    };
    const linesFor = async (as: 'alice' | 'bruno') =>
      (await historyFor(as)).filter(({ by }) => by === 'professional').map(({ kind, lane }) => `${lane} ${kind}`);
    const known = ['LIFE AccessConsentRecorded', 'LIFE DocumentDeposited'];
    expect(await linesFor('alice')).toEqual(known);
    const looks = Array.from({ length: 4 }, () => 'ACCESS AccessGranted');
    expect(await linesFor('bruno')).toEqual([...known, looks[0], 'LIFE DocumentDeposited', ...looks.slice(1), 'REFUSED AccessDenied']);
    const nobodys = crypto.randomUUID();
    expect(await care.entry(space, nobodys, { as: 'alice' })).toMatchObject(NOT_FOUND);
    expect(await care.download(space, nobodys, { as: 'alice' })).toMatchObject({ status: 404 });
    const triesReadBy = async (as: 'alice' | 'bruno') =>
      (await historyFor(as)).filter(({ lane, by }) => lane === 'REFUSED' && by === 'representative');
    const read = (await triesReadBy('alice')).map(({ kind, by, secret: kept, documents, fr, en, receipt }) => ({
      ...{ kind, by, kept, documents, fr, en, receipt },
    }));
    expect(read).toHaveLength(2);
    expect(read).toEqual([...read].reverse());
    const [tried] = await triesReadBy('bruno');
    const untold = { secret: false, documents: [{ document: secret }], receipt: { rule: 'representative', reason: 'no-such-document' } };
    expect(tried).toMatchObject(untold);
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
      ['no-such-document', true],
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
