import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { ROLES } from '../../src/infrastructure/settings/settings.js';
import { adult } from '../support/beneficiary-lines.js';
import { BIOLOGY, careIn, idOf, idsIn, professional, type Care } from '../support/patient-life.js';
import { lifeOn } from '../support/life.js';
import { blobsIn, factsAbout, patientOf, withPatients, type Told } from '../support/patients.js';
import { openSystem } from '../support/system.js';
import { openWorld, type World } from '../support/world.js';

const NOT_FOUND = { status: 404, body: { code: 'record/nothing-here' } };
const HIDDEN = { ...BIOLOGY, title: 'Marqueurs tumoraux', confidentiality: ['INVISIBLE_PATIENT'] };
/** Nurses may not read it. */
const PSYCHOLOGY = '83901-9';
const momentsOf = (facts: readonly Told[], type: string): readonly string[] =>
  facts.filter(({ event }) => event.type === type).map(({ at }) => at);

describe('What is hidden from the holder until he was told', () => {
  it('A15 deposited on 31 January: recalled on 14 February without a title, visible on 28 February; earlier if it was announced', async () => {
    const running = await openSystem({}, '2026-01-31T08:00:00.000Z' as Instant);
    try {
      const [life, care] = [lifeOn(running), careIn(running)];
      await life.importing([adult]);
      expect(await life.activate('alice', await life.letterOf(adult, 'Votre espace santé va être créé'))).toMatchObject({ status: 200 });
      const space = await life.handleOf(adult);
      const facts = () =>
        running.inside(async (platform) => factsAbout(platform, { id: (await platform.registry.byHandle(space))?.id ?? '' }));
      const mails = async () => (await life.mailOf(adult)).map(({ text }) => text).join('\n');
      await care.consent(space, 'dr-petit');
      await care.list(space, { as: 'dr-petit' });
      const [empty, mailsBefore] = [await care.list(space, { as: 'alice' }), await mails()];
      const [told, waiting] = [
        await care.deposited(space, { as: 'dr-petit' }, HIDDEN),
        await care.deposited(space, { as: 'dr-petit' }, HIDDEN),
      ];

      const expectHidden = async (...documents: readonly string[]) => {
        const all = [waiting, told];
        expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual(all.filter((document) => !documents.includes(document)));
        for (const document of documents) {
          expect(await care.entry(space, document, { as: 'alice' })).toMatchObject(NOT_FOUND);
          expect(await care.download(space, document, { as: 'alice' })).toMatchObject({ status: 404 });
        }
      };
      expect((await care.list(space, { as: 'alice' })).body).toEqual(empty.body);
      await expectHidden(told, waiting);
      expect(await care.list(space, { as: 'dr-petit' })).toMatchObject({ status: 200, body: { total: 2 } });
      const forHim = { confidentiality: ['INVISIBLE_PATIENT'], warnings: [{ en: 'Take care, the patient cannot see this document.' }] };
      expect(await care.entry(space, told, { as: 'dr-petit' })).toMatchObject({ status: 200, body: forHim });
      const inTheOpen = (await facts()).filter(({ stream }) => !stream.startsWith('veil-') && !stream.startsWith('actor-'));
      expect(JSON.stringify(inTheOpen.map(({ event }) => event))).not.toContain(told);
      expect(await mails()).toBe(mailsBefore);

      await life.at('2026-02-10T09:00:00.000Z');
      await care.done('PUT', `/spaces/${space}/documents/${told}/announcement`, { as: 'dr-petit' });
      await expectHidden(waiting);
      expect(await care.entry(space, told, { as: 'alice' })).toMatchObject({ status: 200, body: { confidentiality: ['N'], warnings: [] } });

      await life.at('2026-02-13T22:59:50.000Z');
      expect(momentsOf(await facts(), 'AnnouncementReminderSent')).toEqual([]);
      await life.at('2026-02-13T23:00:00.000Z');
      const reminder = (await facts()).filter(({ event: { type } }) => type === 'AnnouncementReminderSent');
      expect(reminder.map(({ event: { document } }) => document)).toEqual([waiting]);
      expect(Object.keys(reminder[0]?.event ?? {}).sort()).toEqual(['document', 'space', 'type', 'v']);
      await expectHidden(waiting);
      expect(await mails()).not.toContain('Marqueurs');

      await life.at('2026-02-27T22:59:30.000Z');
      await expectHidden(waiting);
      await life.at('2026-02-27T23:00:00.000Z');
      await expectHidden();
      const shown = (await facts()).filter(({ event: { type } }) => type === 'DocumentRevealedAutomatically');
      expect(shown.map(({ event: { document }, meta: { who } }) => [document, who.role])).toEqual([[waiting, 'system']]);
      expect(await care.entry(space, waiting, { as: 'alice' })).toMatchObject({ status: 200, body: { confidentiality: ['N'] } });
    } finally {
      await running.close();
    }
  });
});

describe('When the month is over and no timer runs', () => {
  const withoutTimers = ROLES.filter((role) => role !== 'timers');

  it('A15 the holder sees the document, its lines and its notices from 00:00 Paris of 29 February on; the late timer doubles nothing', async () => {
    const running = withPatients(await openSystem({}, '2028-01-31T08:00:00.000Z' as Instant, withoutTimers));
    try {
      const { system } = running;
      const care = careIn(running);
      const patient = await patientOf(running, 'alice');
      const { space } = patient;
      const at = async (moment: string): Promise<void> => {
        await system.simulatedClock?.advanceTo(moment as Instant);
        await system.waitUntilCaughtUp();
      };
      const revealed = async () =>
        (await running.inside((platform) => factsAbout(platform, patient))).filter(
          ({ event: { type } }) => type === 'DocumentRevealedAutomatically',
        );
      await care.consent(space, 'dr-petit');
      const hidden = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
      await care.download(space, hidden, { as: 'dr-petit' });
      await system.waitUntilCaughtUp();

      /** Everything that tells of the document, as somebody finds it now, or as it stood. */
      const foundBy = async (as: 'alice' | 'dr-petit', asOf = '') => {
        const past = asOf === '' ? '' : `asOf=${encodeURIComponent(asOf)}`;
        const list = await care.list(space, { as }, past && `?${past}`);
        const { categories } = (await care.ask(`/spaces/${space}/dossier${past && `?${past}`}`, { as })).body;
        const lines = await care.history(space, { as }, `first=100&${past}`);
        return {
          listed: [list.body.total, idsIn(list), list.body.next],
          entry: (await care.ask(`/spaces/${space}/documents/${hidden}${past && `?${past}`}`, { as })).status,
          bytes: (await care.download(space, hidden, { as })).status,
          inDossier: (categories as { count: number }[]).map(({ count }) => count),
          lines: lines
            .filter(({ documents, by }) => by === 'professional' && documents.length > 0)
            .map(({ kind, documents }) => [kind, documents[0]?.title]),
        };
      };
      const notices = async () => {
        await system.waitUntilCaughtUp();
        return ((await care.ask(`/spaces/${space}/notices`, { as: 'alice' })).body.notices as { kind: string }[]).map(({ kind }) => kind);
      };
      const warned = async () => (await care.ask('/me/patients', { as: 'dr-petit' })).body.patients[0].warnings.length;
      const nothing = { listed: [0, [], null], entry: 404, bytes: 404, inDossier: [], lines: [] };
      const DEPOSIT_AND_LOOK = [
        ['DocumentDeposited', HIDDEN.title],
        ['AccessGranted', HIDDEN.title],
      ];
      const all = { listed: [1, [hidden], null], entry: 200, bytes: 200, inDossier: [1], lines: DEPOSIT_AND_LOOK };

      await at('2028-02-28T22:59:00.000Z');
      const before = await notices();
      expect(await foundBy('alice')).toEqual(nothing);
      expect(await warned()).toBe(1);
      expect(before).not.toContain('FIRST_ACCESS');

      await at('2028-02-28T23:00:00.000Z');
      expect(await foundBy('alice')).toEqual(all);
      expect(await foundBy('alice', '2028-02-28T22:59:59.999Z')).toEqual({ ...nothing, bytes: 200 });
      expect(await foundBy('alice', '2028-02-28T23:00:00.000Z')).toMatchObject({ listed: all.listed, lines: DEPOSIT_AND_LOOK });
      expect(await care.entry(space, hidden, { as: 'dr-petit' })).toMatchObject({ body: { confidentiality: ['N'], warnings: [] } });
      expect(await warned()).toBe(0);
      expect(await revealed()).toEqual([]);
      // The look of this moment is no secret any more.
      expect(await notices()).toEqual(['FIRST_ACCESS', ...before]);

      const list = (await care.list(space, { as: 'alice' })).body;
      for (const _ of ['late', 'again']) {
        await system.fireDue();
        await system.waitUntilCaughtUp();
        expect(await revealed()).toHaveLength(1);
        expect((await care.list(space, { as: 'alice' })).body).toEqual(list);
        expect(await foundBy('alice')).toMatchObject({ listed: all.listed, inDossier: all.inDossier });
        expect((await notices()).filter((kind) => kind === 'DOCUMENT_REVEALED')).toHaveLength(1);
      }
    } finally {
      await running.close();
    }
  });
});

describe('What was put into the wrong record, and is hidden in it', () => {
  it('is taken back from there when the space is closed too, in every version', async () => {
    const running = withPatients(await openSystem({}, '2026-03-02T08:00:00.000Z' as Instant));
    try {
      const care = careIn(running);
      const { space } = await patientOf(running, 'alice');
      const [HOLDER, DOCTOR] = [{ as: 'alice' }, { as: 'dr-petit' }] as const;
      await care.consent(space, 'dr-petit');
      const first = await care.deposited(space, DOCTOR, HIDDEN);
      await running.system.waitUntilCaughtUp();
      const second = await care.deposited(space, DOCTOR, { ...BIOLOGY, replaces: first });
      await running.system.waitUntilCaughtUp();
      await care.done('PUT', `/spaces/${space}/closure`, HOLDER);
      await running.system.waitUntilCaughtUp();
      for (const document of [second, first])
        await care.done('PUT', `/spaces/${space}/documents/${document}/unpublication`, DOCTOR, { reason: 'WRONG_PATIENT' });
      expect(await running.inside(blobsIn)).toBe(0);
    } finally {
      await running.close();
    }
  });
});

describe('What is hidden from somebody', () => {
  let world: World;
  let care: Care;
  beforeAll(async () => {
    world = await openWorld({ SIMULATED_CLOCK: '1' });
    care = careIn(world);
  });
  afterAll(() => world.close());

  it('A16 is not masked to professionals as well: nobody could announce it; nothing of it is kept', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.consent(space, 'dr-petit');
    const [kept, before] = [await blobsIn(world.platform), await factsAbout(world.platform, patient)];
    const both = await care.deposit(space, { as: 'dr-petit' }, { ...HIDDEN, confidentiality: ['INVISIBLE_PATIENT', 'MASQUE_PS'] });
    expect(both).toMatchObject({ status: 400, body: { code: 'record/hiding-excludes-masking' } });
    expect(await blobsIn(world.platform)).toBe(kept);
    expect(await factsAbout(world.platform, patient)).toHaveLength(before.length);
    const byHolder = await care.deposit(
      space,
      { as: 'alice' },
      { typeCode: 'DOCPAT05', title: 'x', confidentiality: ['INVISIBLE_PATIENT'] },
    );
    expect(byHolder).toMatchObject({ status: 403, body: { code: 'record/hiding-is-for-professionals' } });

    await care.done('PUT', `/spaces/${space}/default-confidentiality`, { as: 'alice' }, { masked: true });
    const hidden = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
    expect(await care.entry(space, hidden, { as: 'dr-petit' })).toMatchObject({ body: { confidentiality: ['INVISIBLE_PATIENT'] } });
    const masked = await care.deposited(space, { as: 'dr-petit' });
    expect(await care.entry(space, masked, { as: 'alice' })).toMatchObject({ body: { confidentiality: ['MASQUE_PS'] } });
  });

  const OFFICER = { as: 'compliance', headers: { 'x-purpose': 'plainte 12' } } as const;
  /** How often somebody reads that compliance looked up who could see a document. */
  const lookedUpIn = async (space: string, asking: Parameters<Care['history']>[1]) =>
    (await care.history(space, asking)).filter(({ en }) => en.includes('looked up who could see')).length;
  /** One who asks and may not; then one who may. */
  const lookUp = async (space: string, document: string): Promise<void> => {
    const path = `/spaces/${space}/documents/${document}/possible-readers`;
    for (const as of ['dr-petit', 'alice'] as const) expect(await care.ask(path, { as })).toMatchObject({ status: 403 });
    expect(await care.ask(path, OFFICER)).toMatchObject({ status: 200, body: { document } });
  };

  it('A17 who could see it: a line that parents never read, also when it was taken back; the minor and compliance do', async () => {
    const [minor, parent] = [await patientOf(world, 'bruno', '2010-06-14'), await patientOf(world, 'alice')];
    const { space } = minor;
    await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
    await care.consent(space, 'dr-petit');
    const code = { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] };
    const [kept, open] = [
      await care.deposited(space, { as: 'dr-petit' }, { ...BIOLOGY, ...code }),
      await care.deposited(space, { as: 'dr-petit' }),
    ];
    await care.list(space, { as: 'dr-petit' });
    const later = await care.deposited(space, { as: 'dr-petit' }, { ...BIOLOGY, ...code, replaces: kept });
    const documents = [open, kept, later];
    for (const document of documents) await lookUp(space, document);
    for (const document of documents)
      await care.done('PUT', `/spaces/${space}/documents/${document}/unpublication`, { as: 'dr-petit' }, { reason: 'ERROR' });
    for (const document of documents) await lookUp(space, document);
    for (const asking of [{ as: 'bruno' } as const, OFFICER]) expect(await lookedUpIn(space, asking)).toBe(6);
    expect(await lookedUpIn(space, { as: 'alice' })).toBe(2);
    // Nothing was read of the document for those who may not ask.
    const refused = (await factsAbout(world.platform, minor)).filter(({ event: { type } }) => type === 'AccessDenied');
    expect(refused.map(({ event: { action, document, veil } }) => [action, document, veil])).toEqual(
      refused.map(() => ['WhoCouldSee', undefined, undefined]),
    );
    expect(refused.length).toBeGreaterThan(1);
  });

  it('A15 nor the holder before its month is over', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const hidden = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
    await care.list(space, { as: 'dr-petit' });
    await care.done('PUT', `/spaces/${space}/documents/${hidden}/unpublication`, { as: 'dr-petit' }, { reason: 'WRONG_PATIENT' });
    expect(await care.ask(`/spaces/${space}/documents/${hidden}/possible-readers`, OFFICER)).toMatchObject({ status: 200 });
    expect(await lookedUpIn(space, OFFICER)).toBe(1);
    expect(await lookedUpIn(space, { as: 'alice' })).toBe(0);
  });

  /** Two professionals who may read, but not this: both are refused its announcement, each at another door. Who they are, as a history shows them. */
  const refusedToAnnounce = async (space: string, document: string) => {
    await care.done('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: professional('dr-martin') });
    await care.list(space, { as: 'dr-petit' });
    const atTheOther = 'mutation ($space: ID!, $document: ID!) { announceDocument(space: $space, document: $document) { position } }';
    expect(await care.send('PUT', `/spaces/${space}/documents/${document}/announcement`, { as: 'nurse-leroy' })).toMatchObject(NOT_FOUND);
    expect((await care.graphql(atTheOther, { space, document }, { as: 'dr-martin' })).body.errors).toMatchObject([{}]);
    return [idOf('nurse-leroy'), idOf('dr-martin')];
  };
  const refusedIn = async (space: string, asking: Parameters<Care['history']>[1]) =>
    (await care.history(space, asking)).flatMap(({ lane, by, who }) => (lane === 'REFUSED' && by === 'professional' ? [who?.id] : []));

  it('A16 a refused announcement of it leaves the holder no line until he was told; compliance reads it at once', async () => {
    const { space } = await patientOf(world, 'alice');
    for (const as of ['dr-petit', 'dr-martin', 'nurse-leroy'] as const) await care.consent(space, as);
    const hidden = await care.deposited(space, { as: 'dr-petit' }, { ...HIDDEN, typeCode: PSYCHOLOGY });
    const tried = await refusedToAnnounce(space, hidden);
    expect(await refusedIn(space, { as: 'alice' })).toEqual([]);
    expect(await refusedIn(space, OFFICER)).toEqual(tried);

    await care.done('PUT', `/spaces/${space}/documents/${hidden}/announcement`, { as: 'dr-petit' });
    expect(await refusedIn(space, { as: 'alice' })).toEqual(tried);
  });

  it('A17 nor a line for the parents of a minor, for whom it is hidden for good; he reads it', async () => {
    const [{ space }, parent] = [await patientOf(world, 'bruno', '2010-06-14'), await patientOf(world, 'alice')];
    await care.done('POST', `/spaces/${space}/legal-representatives`, { as: 'agent-3422' }, { representative: parent.space });
    for (const as of ['dr-petit', 'dr-martin', 'nurse-leroy'] as const) await care.consent(space, as);
    const kept = { ...BIOLOGY, typeCode: PSYCHOLOGY, confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] };
    const tried = await refusedToAnnounce(space, await care.deposited(space, { as: 'dr-petit' }, kept));
    expect(await refusedIn(space, { as: 'alice' })).toEqual([]);
    for (const asking of [{ as: 'bruno' } as const, OFFICER]) expect(await refusedIn(space, asking)).toEqual(tried);
  });

  it('the holder who tries to announce it himself reads of his try as of one for a document that nobody has', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const hidden = await care.deposited(space, { as: 'dr-petit' }, HIDDEN);
    await care.list(space, { as: 'dr-petit' });
    for (const document of [hidden, crypto.randomUUID()])
      expect(await care.send('PUT', `/spaces/${space}/documents/${document}/announcement`, { as: 'alice' })).toMatchObject({ status: 403 });
    const tries = (await care.history(space, { as: 'alice' })).filter(({ lane }) => lane === 'REFUSED');
    const read = tries.map(({ by, fr, en, secret, receipt }) => ({ by, fr, en, secret, receipt }));
    expect(read).toEqual([read[0], read[0]]);
    // Whom the holder asked to try for him would find it out as well.
    expect(await care.entry(space, hidden, { as: 'bruno' })).toMatchObject({ status: 404 });
    expect((await care.history(space, { as: 'alice' })).filter(({ lane }) => lane === 'REFUSED')).toHaveLength(3);
  });
});
