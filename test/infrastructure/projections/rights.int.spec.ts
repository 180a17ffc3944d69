import { randomUUID } from 'node:crypto';
import { ListMyActs, ListMyPatients, type MyAct } from '../../../src/application/access/practice.queries.js';
import { GetDossier, ListRights, PreviewMask, type MaskWish } from '../../../src/application/access/rights.queries.js';
import { GetSpaceOverview } from '../../../src/application/enrolment/space.queries.js';
import { ListDocuments } from '../../../src/application/record/list-documents.js';
import { instant, instantOf } from '../../../src/domain/shared/time.js';
import { accessFacts, acting, claire, documentFacts, LILAS, looked, MARTIN, paul, PETIT, refused } from '../../support/record-facts.js';
import { by, holder, officer, parent, recordWorld, type RecordWorld } from '../../support/history-world.js';

let world: RecordWorld;
beforeAll(async () => (world = await recordWorld()));
afterAll(() => world.close());

const nurse = acting({ ...PETIT, id: '899700000033', name: 'Nora Leroy' });
const consentTo = (id: string, more = {}) => ({
  ...accessFacts.AccessConsentRecorded,
  consent: randomUUID(),
  grantee: { kind: 'PROFESSIONAL' as const, id },
  ...more,
});
const rightsOf = async (space: string, actor = holder) => {
  await world.caughtUp();
  return world.ask.execute(new ListRights(space, by(actor)));
};
const deposit = async (space: string, more = {}, title?: string) => {
  const id = randomUUID();
  const { DocumentDeposited, DocumentDescribed } = documentFacts(space, id, more, title);
  await world.writeAs(paul, `record-${space}`, [DocumentDeposited, DocumentDescribed]);
  return id;
};

describe('Rights', () => {
  it('name who has access and why, since when, by whom it was given, and the last access', async () => {
    const space = await world.space();
    await world.writeAs(claire, `access-${space}`, [consentTo(MARTIN.id)]);
    await world.writeAs(holder, `access-${space}`, [
      { ...accessFacts.AdministratorGranted, professional: PETIT.id },
      accessFacts.FacilityBlocked,
      accessFacts.EmergencyPreferenceSet,
      accessFacts.DefaultConfidentialitySet,
    ]);
    await world.writeAs(claire, `passage-${space}`, [looked('ListDocuments')]);
    await world.writeAs(paul, `passage-${space}`, [looked('FindPatient')]);
    const { rights, switches, defaultMask } = await rightsOf(space);
    expect(rights).toEqual([
      expect.objectContaining({
        kind: 'ADMINISTRATOR',
        whom: expect.objectContaining({ id: PETIT.id, name: 'Paul Petit' }),
        lastAccess: null,
        until: null,
      }),
      expect.objectContaining({
        kind: 'CONSENT',
        basis: 'CARE_TEAM',
        scope: ['CONSULT', 'FEED'],
        until: accessFacts.AccessConsentRecorded.until,
        whom: expect.objectContaining({ id: MARTIN.id, name: 'Claire Martin', facility: LILAS }),
        given: expect.objectContaining({ by: expect.objectContaining({ name: 'Claire Martin' }) }),
        lastAccess: expect.stringMatching(/^\d{4}-/),
      }),
      expect.objectContaining({
        kind: 'BLOCK',
        whom: expect.objectContaining({ kind: 'FACILITY', id: LILAS.id, name: LILAS.name }),
        scope: [],
      }),
    ]);
    expect(switches.map(({ which, value, given }) => [which, value, given?.by.kind])).toEqual([
      ['BTG', 'permit', undefined],
      ['ETREAT', 'permit', undefined],
      ['MASKED', 'permit', 'person'],
    ]);
    expect(defaultMask).toMatchObject({ masked: true, given: { by: { kind: 'person' } } });
  });

  it('that have run out are listed no more, but feeding goes on until it is withdrawn', async () => {
    const space = await world.space();
    const past = instant('2020-01-01T00:00:00Z');
    await world.writeAs(claire, `access-${space}`, [
      consentTo(MARTIN.id, { until: past }),
      consentTo(PETIT.id, { until: past, scope: ['CONSULT'] }),
      { ...accessFacts.TemporaryAccessUsed, until: past },
    ]);
    expect((await rightsOf(space)).rights.map(({ kind, whom, scope }) => [kind, whom.id, scope])).toEqual([
      ['CONSENT', MARTIN.id, ['FEED']],
    ]);
    await world.writeAs(holder, `access-${space}`, [accessFacts.AccessConsentWithdrawn]);
    expect((await rightsOf(space)).rights).toEqual([]);
  });

  it('of an emergency say what it lets do, and end when the holder refuses that kind', async () => {
    const space = await world.space();
    const call = { ...accessFacts.BreakGlassUsed, professional: PETIT.id, mode: 'centre_15' } as const;
    await world.writeAs(claire, `access-${space}`, [{ ...accessFacts.BreakGlassUsed, professional: MARTIN.id }, call]);
    const emergencies = async () => (await rightsOf(space)).rights.map(({ kind, whom, scope }) => [kind, whom.id, scope]);
    const [glass, called] = [
      ['EMERGENCY_ACCESS', MARTIN.id, ['CONSULT', 'FEED']],
      ['EMERGENCY_ACCESS', PETIT.id, ['CONSULT']],
    ];
    expect(await emergencies()).toEqual([glass, called]);
    await world.writeAs(holder, `access-${space}`, [{ ...accessFacts.EmergencyPreferenceSet, which: 'BTG', value: 'deny' }]);
    expect(await emergencies()).toEqual([called]);
  });

  it('never wait for a read model: a right that was given just now is there', async () => {
    const space = await world.space();
    await world.writeAs(holder, `access-${space}`, [accessFacts.AttendingDoctorDeclared]);
    const { rights } = await world.ask.execute(new ListRights(space, by(holder)));
    expect(rights.map(({ kind }) => kind)).toEqual(['ATTENDING_DOCTOR']);
  });

  it('are told as they were at a past moment', async () => {
    const space = await world.space();
    await world.writeAs(holder, `access-${space}`, [accessFacts.AdministratorGranted]);
    await world.caughtUp();
    const asOf = instantOf(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await world.writeAs(holder, `access-${space}`, [accessFacts.AdministratorRevoked]);
    const then = await world.ask.execute(new ListRights(space, { ...by(holder), asOf }));
    expect(then.rights.map(({ kind, given }) => [kind, given?.by.kind])).toEqual([['ADMINISTRATOR', 'person']]);
    expect((await rightsOf(space)).rights).toEqual([]);
  });

  it('are read by compliance; a mask on what a representative may not know is not told to him', async () => {
    const [space, id, veil] = [await world.space(), randomUUID(), `veil-${randomUUID()}` as const];
    const veiled = documentFacts(space, id, { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] });
    await world.writeAs(paul, veil, [
      { ...veiled.VeilOpened, hiddenFrom: ['REPRESENTATIVES'] },
      veiled.DocumentDeposited,
      veiled.DocumentDescribed,
    ]);
    await world.writeAs(holder, `access-${space}`, [accessFacts.LegalRepresentativeLinked, { ...accessFacts.DocumentMaskedFrom, set: id }]);
    const kinds = async (actor: typeof holder) => (await rightsOf(space, actor)).rights.map(({ kind }) => kind);
    expect(await kinds(holder)).toEqual(['REPRESENTATIVE', 'MASK']);
    expect(await kinds(parent)).toEqual(['REPRESENTATIVE']);
    expect(await kinds(officer)).toEqual(['REPRESENTATIVE', 'MASK']);
  });
});

describe('Rights given under the secret of a minor', () => {
  it('are there for the holder and not for his representatives, who are told of those before as if nothing had come after', async () => {
    const [space, linked] = [await world.space(), accessFacts.LegalRepresentativeLinked];
    const id = await deposit(space);
    await world.writeAs(holder, `access-${space}`, [linked]);
    await world.writeAs(claire, `access-${space}`, [consentTo(MARTIN.id)]);
    const before = await rightsOf(space, parent);
    await world.writeSecretly(claire, `access-${space}`, [consentTo(MARTIN.id), accessFacts.BreakGlassUsed]);
    await world.writeSecretly(nurse, `access-${space}`, [consentTo(nurse.professional.id)]);
    await world.caughtUp();
    expect(await rightsOf(space, parent)).toEqual(before);
    expect((await world.ask.execute(new GetDossier(space, by(parent))))?.rights).toEqual(before);
    expect((await rightsOf(space)).rights.map(({ kind }) => kind)).toEqual(['CONSENT', 'CONSENT', 'EMERGENCY_ACCESS', 'REPRESENTATIVE']);
    const losing = async (actor: typeof holder) =>
      (
        await world.ask.execute(new PreviewMask(space, by(actor), { kind: 'SETS', sets: [id], whom: null, from: null, until: null }))
      ).effects.map(({ whom }) => whom.id);
    expect(await losing(parent)).not.toContain(nurse.professional.id);
    expect(await losing(holder)).toContain(nurse.professional.id);
  });
});

describe('The preview of a mask', () => {
  const preview = async (space: string, wish: MaskWish) => {
    await world.caughtUp();
    return world.ask.execute(new PreviewMask(space, by(holder), wish));
  };
  /** Claire and Nora may read, Paul deposited; Claire looked. */
  async function followed() {
    const space = await world.space();
    const id = await deposit(space);
    await world.writeAs(claire, `access-${space}`, [consentTo(MARTIN.id)]);
    await world.writeAs(nurse, `access-${space}`, [consentTo(nurse.professional.id)]);
    await world.writeAs(claire, `passage-${space}`, [looked('DownloadDocument', { document: id })]);
    return { space, id };
  }
  const sets = (id: string) => ({ kind: 'SETS', sets: [id], whom: null, from: null, until: null }) as const;
  const outcome = ({ effects }: Awaited<ReturnType<typeof preview>>) =>
    Object.fromEntries(effects.map(({ whom, before, after, keepsBecause }) => [whom.id, [before, after, keepsBecause]]));

  it('says who loses sight of a document, and that its author keeps it', async () => {
    const { space, id } = await followed();
    const found = await preview(space, sets(id));
    expect(outcome(found)).toEqual({ [MARTIN.id]: [1, 0, null], [nurse.professional.id]: [1, 0, null], [PETIT.id]: [1, 1, 'AUTHOR'] });
    const doctor = found.effects.find(({ whom }) => whom.id === MARTIN.id);
    expect(doctor).toMatchObject({
      fr: 'Dr Claire Martin (médecin, Centre de santé des Lilas) perdra de vue 1 document.',
      loses: [{ document: id }],
      lastSeen: expect.stringMatching(/^\d{4}-/),
    });
    expect(found.emergency.possible).toBe(false);
    expect(found.documents).toHaveLength(1);
  });

  it('leaves to all others what is masked from one', async () => {
    const { space, id } = await followed();
    const whom = { kind: 'PROFESSIONAL', id: MARTIN.id } as const;
    expect(outcome(await preview(space, { ...sets(id), whom }))).toMatchObject({
      [MARTIN.id]: [1, 0, null],
      [nurse.professional.id]: [1, 1, 'CARE_TEAM'],
    });
    const nobody = { kind: 'FACILITY', id: LILAS.id } as const;
    expect(outcome(await preview(space, { ...sets(id), whom: nobody }))).toMatchObject({ [MARTIN.id]: [1, 0, null] });
  });

  it('has a line for the place of care that is named: for who came of it, and where nobody did', async () => {
    const { space, id } = await followed();
    const lineOf = async (facility: string) => {
      const { effects } = await preview(space, { ...sets(id), whom: { kind: 'FACILITY', id: facility } });
      return effects.filter(({ whom }) => whom.kind === 'FACILITY');
    };
    expect(await lineOf(LILAS.id)).toMatchObject([
      {
        ...{ whom: { id: LILAS.id, name: LILAS.name }, people: 1, before: 1, after: 0, loses: [{ document: id }] },
        fr: 'L’équipe « Centre de santé des Lilas » (1 personne déjà venue) perdra de vue 1 document.',
        lastSeen: expect.stringMatching(/^\d{4}-/),
      },
    ]);
    const unseen = '930000077';
    expect(await lineOf(unseen)).toMatchObject([
      {
        ...{ whom: { id: unseen, name: null }, people: 0, before: 0, after: 0, loses: [], until: null, lastSeen: null },
        en: `The team of the place of care no. ${unseen} (0 people who ever came) sees nothing of it.`,
      },
    ]);
    await world.writeAs(claire, `access-${space}`, [consentTo(unseen, { grantee: { kind: 'FACILITY', id: unseen } })]);
    expect(await lineOf(unseen)).toMatchObject([{ people: 0, before: 1, after: 0, loses: [{ document: id }] }]);
  });

  it('says until when sight is lost, and only to whom something is lost', async () => {
    const { space, id } = await followed();
    const until = instant('2030-07-01T08:30:00Z');
    const found = await preview(space, { ...sets(id), whom: { kind: 'PROFESSIONAL', id: MARTIN.id }, until });
    expect(Object.fromEntries(found.effects.map(({ whom, until: end }) => [whom.id, end]))).toEqual({
      ...{ [MARTIN.id]: until, [nurse.professional.id]: null, [PETIT.id]: null },
    });
    expect(found.effects.find(({ whom }) => whom.id === MARTIN.id)).toMatchObject({
      fr: 'Dr Claire Martin (médecin, Centre de santé des Lilas) perdra de vue 1 document jusqu’au lundi 1 juillet 2030 à 10 h 30.',
      en: expect.stringContaining('1 document until Monday 1 July 2030, 10:30 (Paris).'),
    });
  });

  it('tells that the attending doctor and administrators keep sight, and what an emergency could still show', async () => {
    const { space } = await followed();
    await world.writeAs(holder, `access-${space}`, [accessFacts.AttendingDoctorDeclared, accessFacts.EmergencyPreferenceSet]);
    for (const kind of ['ALL', 'DEFAULT'] as const) {
      const found = await preview(space, { kind });
      expect(outcome(found)).toMatchObject({ [MARTIN.id]: [1, 1, 'ATTENDING_DOCTOR'], [nurse.professional.id]: [1, 0, null] });
      expect(found.emergency.possible).toBe(true);
    }
  });

  it('masks nothing', async () => {
    const { space, id } = await followed();
    await preview(space, sets(id));
    const filter = { category: null, typeCode: null, title: null, from: null, until: null, all: true };
    const { total } = await world.ask.execute(new ListDocuments(space, by(nurse), filter, { first: 10, cursor: null }));
    expect(total).toBe(1);
  });
});

describe('The dossier', () => {
  it('holds the space, the latest documents of each category with their number, rights, and the last lines', async () => {
    const space = await world.space();
    for (let i = 0; i < 6; i++) await deposit(space, {}, `Document ${i}`);
    await world.writeAs(claire, `access-${space}`, [consentTo(MARTIN.id)]);
    await world.caughtUp();
    const dossier = await world.ask.execute(new GetDossier(space, by(holder)));
    expect(dossier).toMatchObject({
      overview: { status: 'ACTIVE' },
      categories: [{ category: 'CR', count: 6 }],
      rights: { rights: [{ kind: 'CONSENT' }] },
    });
    expect(dossier?.overview).not.toHaveProperty('revision');
    expect(dossier?.categories[0]?.latest.map(({ title }) => title)).toEqual([5, 4, 3, 2, 1].map((i) => `Document ${i}`));
    expect(dossier?.lastActivity).toHaveLength(10);
  });
});

describe('A professional', () => {
  const all = { first: 100, cursor: null };
  const patients = async (actor: typeof claire) => {
    await world.caughtUp();
    return (await world.ask.execute(new ListMyPatients(by(actor), all))).patients;
  };
  const own = () => acting({ ...MARTIN, id: `8${String(Math.random()).slice(2, 13)}` });

  it('lists whom he cares for by what was given to him and by his own looks, and by nothing that was taken away', async () => {
    const [doctor, space] = [own(), await world.space()];
    const { id } = doctor.professional;
    await world.writeAs(doctor, `access-${space}`, [consentTo(id)]);
    await world.writeAs(doctor, `passage-${space}`, [looked('ListDocuments')]);
    const before = await patients(doctor);
    expect(before).toEqual([
      {
        space: (await world.ask.execute(new GetSpaceOverview(space, by(holder))))?.space,
        grounds: [{ kind: 'CONSENT', since: expect.any(String), until: accessFacts.AccessConsentRecorded.until }],
        lastAccess: expect.any(String),
        warnings: [],
        standsStill: false,
      },
    ]);
    await world.writeAs(holder, `access-${space}`, [
      { ...accessFacts.AccessConsentWithdrawn, grantee: { kind: 'PROFESSIONAL', id } },
      { ...accessFacts.ProfessionalBlocked, professional: id },
    ]);
    expect(await patients(doctor)).toEqual(before);
    expect(await patients(own())).toEqual([]);
  });

  it('keeps whom he was given for a year, although he was given an hour since', async () => {
    const [doctor, space] = [own(), await world.space()];
    const hour = { basis: 'EXPLICIT', scope: ['CONSULT'], until: instant('2022-03-01T10:00:00Z') } as const;
    await world.writeAs(claire, `access-${space}`, [consentTo(doctor.professional.id), consentTo(doctor.professional.id, hour)]);
    const ground = { kind: 'CONSENT', since: expect.any(String), until: accessFacts.AccessConsentRecorded.until };
    expect(await patients(doctor)).toMatchObject([{ grounds: [ground] }]);
  });

  it('is warned of his own documents that others cannot see, until they can', async () => {
    const [doctor, space, id, veil] = [own(), await world.space(), randomUUID(), `veil-${randomUUID()}` as const];
    const veiled = documentFacts(space, id, { confidentiality: ['INVISIBLE_PATIENT'], since: instantOf(Date.now()) });
    await world.writeAs(holder, `access-${space}`, [{ ...accessFacts.AttendingDoctorDeclared, professional: doctor.professional.id }]);
    await world.writeAs(doctor, veil, [veiled.VeilOpened, veiled.DocumentDeposited, veiled.DocumentDescribed]);
    expect(await patients(doctor)).toMatchObject([
      { grounds: [{ kind: 'ATTENDING_DOCTOR' }], warnings: [{ document: id, en: 'Take care, the patient cannot see this document.' }] },
    ]);
    await world.writeAs(doctor, veil, [veiled.AnnouncementConsultationHeld]);
    expect(await patients(doctor)).toMatchObject([{ warnings: [] }]);
  });

  it('reads page by page what he did, tried and looked at, without the reason of a refusal', async () => {
    const [doctor, space, tries] = [own(), await world.space(), `actor-${randomUUID()}` as const];
    await world.writeAs(doctor, `access-${space}`, [consentTo(doctor.professional.id)]);
    await world.writeAs(doctor, `passage-${space}`, [looked('ListDocuments')]);
    await world.writeAs(doctor, tries, [refused(space, { reason: 'blocked' })]);
    await world.caughtUp();
    const acts: MyAct[] = [];
    let cursor: string | null = null;
    do {
      const page: { acts: readonly MyAct[]; next: string | null } = await world.ask.execute(
        new ListMyActs(by(doctor), { first: 1, cursor }),
      );
      acts.push(...page.acts);
      cursor = page.next;
    } while (cursor !== null);
    expect(acts.map(({ kind, action, outcome }) => [kind, action, outcome])).toEqual([
      ['AccessDenied', 'DownloadDocument', 'REFUSED'],
      ['AccessGranted', 'ListDocuments', 'DONE'],
      ['AccessConsentRecorded', null, 'DONE'],
    ]);
    expect(JSON.stringify(acts)).not.toMatch(new RegExp(`blocked|${space}`));
    // Made of where the fact lies, and not of when the log took it: a log that was moved numbers its positions anew.
    const places = [tries, `passage-${space}`, `access-${space}`];
    const name = `professional:${doctor.professional.id}`;
    expect(acts.map(({ id }) => id)).toEqual(places.map((stream) => world.log.secrets.digest('line', name, stream, '0')));
  });
});
