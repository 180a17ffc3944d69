import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { GetCampaignReport, ListDeadlinesDue } from '../../../src/application/enrolment/campaign.queries.js';
import { FindSpaceByIdentity, GetSpaceOverview, ListMySpaces, PreviewClosure } from '../../../src/application/enrolment/space.queries.js';
import { JournalMatrices } from '../../../src/application/access/journal-matrices.js';
import { Matrices } from '../../../src/application/access/matrices.js';
import { EVERY_LINE, GetActivityHistory, type HistoryPage, type Lane } from '../../../src/application/history/history.queries.js';
import { Gate } from '../../../src/application/shared/gate.js';
import { Quarantine } from '../../../src/application/shared/quarantine.js';
import { PassageRecorder } from '../../../src/application/shared/passage-recorder.js';
import { Clock, Journal, Secrets } from '../../../src/application/shared/ports.js';
import { ReadModels } from '../../../src/application/shared/subject-query.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import type { SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import { instant, type LocalDate } from '../../../src/domain/shared/time.js';
import { answerCampaignReport } from '../../../src/projections/enrolment/campaign-report.js';
import { answerPreviewClosure } from '../../../src/projections/enrolment/closure-preview.js';
import { answerDeadlinesDue } from '../../../src/projections/enrolment/deadlines-due.js';
import { answerActivityHistory } from '../../../src/projections/history/history-pages.js';
import { answerFindSpaceByIdentity, answerListMySpaces, answerSpaceOverview } from '../../../src/projections/enrolment/space-overview.js';
import { ShiftedClock } from '../../support/command-side.js';
import { camille, campaignFacts as c, spaceFacts as f } from '../../support/enrolment-facts.js';
import { caughtUp, declared, ENROLMENT, newSpace, readSide, tell, type ReadSide } from '../../support/read-side.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';

const holder: Actor = { role: 'person', subject: camille, assurance: 'substantial', authenticatedAt: 0 };
const support: Actor = { role: 'support', subject: { issuer: 'https://agents.example', sub: 'agent-7' }, assurance: 'high' };
const operator: Actor = { ...support, role: 'operator' };
const by = (actor: Actor) => ({ actor, messageId: newSpace() });

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let side: ReadSide;
let queries: QueryBus;

const answers = [
  answerActivityHistory,
  answerCampaignReport,
  answerPreviewClosure,
  answerDeadlinesDue,
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerSpaceOverview,
];

beforeAll(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
  side = readSide(log);
  const ports = [
    { provide: Journal, useValue: log.journal },
    { provide: Clock, useValue: new ShiftedClock() },
    { provide: Secrets, useValue: log.secrets },
    { provide: Quarantine, useValue: log.quarantine },
    { provide: ReadModels, useValue: side.models },
  ];
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [...answers, ...ports, { provide: Matrices, useClass: JournalMatrices }, Gate, PassageRecorder],
  }).compile();
  await module.init();
  queries = module.get(QueryBus);
  side.projector.start();
});
afterAll(async () => {
  await side.projector.stop();
  await house.close();
});

const told = async (...facts: readonly SpaceEvent[]): Promise<string> => {
  const space = newSpace();
  await tell(log, `space-${space}`, -1, declared(), ...facts);
  await caughtUp(side);
  return space;
};
const activated: readonly SpaceEvent[] = [
  f.InvitationSent,
  f.ProvisionalCodeIssued,
  f.SpaceOpened,
  f.ProvisionalCodeConsumed,
  f.SpaceActivated,
  f.TermsAccepted,
];

describe('The overview', () => {
  it('tells an invited person until when to oppose and when the space opens', async () => {
    const space = await told(f.InvitationSent, f.ProvisionalCodeIssued);
    expect(await queries.execute(new FindSpaceByIdentity(space, by(support)))).toMatchObject({
      status: 'INVITED',
      channel: 'EMAIL',
      opposableUntil: {
        fr: 'vendredi 1 janvier 2027 (inclus)',
        en: 'Friday 1 January 2027 (included)',
        iso: '2027-01-01T23:59:59.999+01:00[Europe/Paris]',
      },
      opensOn: { fr: 'samedi 2 janvier 2027' },
      codeExpires: { fr: 'vendredi 1 janvier 2027 (inclus)' },
      archivedUntil: null,
      hindrance: 'NONE',
      revision: 2,
    });
  });

  it.each([
    ['ELIGIBLE', []],
    ['OPPOSED', [f.InvitationSent, f.OppositionRegistered]],
    ['INVITED', [f.InvitationSent, f.OppositionRegistered, f.OppositionWithdrawn]],
    ['OPENED', [f.InvitationSent, f.SpaceOpened]],
    ['OPPOSED', [f.InvitationSent, f.SpaceOpened, f.SpaceOpeningRevoked, f.OppositionRegistered]],
    ['ACTIVE', activated],
    ['CLOSED', [...activated, f.SpaceClosed]],
    ['ACTIVE', [...activated, f.SpaceClosed, f.SpaceReopened]],
  ])('says %s', async (status, facts) => {
    const space = await told(...facts);
    expect(await queries.execute(new GetSpaceOverview(space, by(support)))).toMatchObject({ status });
  });

  it('promises no opening while something stands in its way', async () => {
    const space = await told(f.InvitationSent, f.InvitationBounced);
    expect(await queries.execute(new GetSpaceOverview(space, by(support)))).toMatchObject({ hindrance: 'BOUNCED', opensOn: null });
    const failed = await told(f.InvitationSent, f.InvitationBounced, f.AutomaticOpeningFailed);
    expect(await queries.execute(new GetSpaceOverview(failed, by(support)))).toMatchObject({ hindrance: 'BOUNCED', opensOn: null });
    const declined = await told(f.InvitationSent, f.AutomaticCreationBlocked, f.InvitationBounced, f.InvitationSent);
    expect(await queries.execute(new GetSpaceOverview(declined, by(support)))).toMatchObject({ hindrance: 'BLOCKED', opensOn: null });
  });

  it('asks for newer terms than those accepted', async () => {
    const space = await told(...activated.slice(0, -1), { ...f.TermsAccepted, conditions: '2025-01' });
    expect(await queries.execute(new GetSpaceOverview(space, by(holder)))).toMatchObject({
      terms: { conditions: '2025-01', privacy: '2026-01' },
      shouldAcceptTerms: true,
    });
  });

  it('lists the spaces of the account that asks, and no others', async () => {
    const mine = await told(...activated);
    const sub = `other-${mine}`;
    const other = await told(...activated.slice(0, 4), { ...f.SpaceActivated, subject: { ...camille, sub } });
    const stranger: Actor = { role: 'person', subject: { ...camille, sub }, assurance: 'low', authenticatedAt: 0 };
    const [found, ...more] = await queries.execute(new ListMySpaces(by(stranger)));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ status: 'ACTIVE', space: (await queries.execute(new GetSpaceOverview(other, by(support))))?.space });
  });
});

describe('The preview of a closure', () => {
  it('says what is lost, what stays, and until when it can be undone, in both languages', async () => {
    const space = await told(...activated);
    const preview = await queries.execute(new PreviewClosure(space, by(holder), instant('2026-11-22T10:00:00Z')));
    expect(preview).toMatchObject({ possible: true, archivedUntil: { fr: 'samedi 22 novembre 2036 (inclus)' } });
    const french = preview?.consequences.map(({ fr }) => fr).join(' ');
    for (const said of [
      'n’aurez plus accès',
      'professionnels de santé',
      'archivées',
      'rouvrir',
      'directives anticipées',
      'Restent inchangés',
    ])
      expect(french).toContain(said);
    expect(preview?.consequences.every(({ en }) => en.endsWith('.'))).toBe(true);
  });

  it('keeps the date of an archive that began already', async () => {
    const space = await told(...activated, f.SpaceClosed);
    expect(await queries.execute(new PreviewClosure(space, by(holder), instant('2030-01-01T10:00:00Z')))).toMatchObject({
      possible: false,
      archivedUntil: { fr: 'mardi 10 février 2037 (inclus)' },
    });
  });

  it('knows nothing of a space that does not exist', async () =>
    expect(await queries.execute(new PreviewClosure(newSpace(), by(support), instant('2030-01-01T10:00:00Z')))).toBeNull());
});

describe('The report of a campaign', () => {
  it('counts files, channels and where people stand', async () => {
    const campaign = newSpace();
    const sent = { ...f.InvitationSent, campaign };
    const secondFile = { ...c.CampaignFileImported, file: 'f2' };
    await tell(log, `campaign-${campaign}`, -1, c.CampaignOpened, c.CampaignFileImported, secondFile, c.CampaignPaused);
    await told(sent);
    await told({ ...sent, channel: 'POST' }, f.InvitationDelayed);
    await told(sent, f.OppositionRegistered);
    await told(sent, f.InvitationBounced, { ...sent, channel: 'POST' }, f.SpaceOpened);
    expect(await queries.execute(new GetCampaignReport(campaign, by(operator)))).toEqual({
      campaign,
      label: 'Automne 2026',
      status: 'PAUSED',
      files: 2,
      declared: 18,
      rejected: 4,
      invitedByEmail: 2,
      invitedByPost: 2,
      awaitingAnother: 1,
      byStatus: { INVITED: 2, OPPOSED: 1, OPENED: 1 },
    });
  });

  it('knows nothing of a campaign that does not exist', async () =>
    expect(await queries.execute(new GetCampaignReport('none', by(operator)))).toBeNull());
});

describe('The deadlines due', () => {
  it('count openings and archive ends by day, and leave out what is held back', async () => {
    const opensAt = instant('2029-05-01T22:00:00Z');
    const sent = { ...f.InvitationSent, opensAt };
    await told(sent);
    await told(sent);
    await told(sent, f.OppositionRegistered);
    await told(sent, f.InvitationBounced);
    await told(sent, f.InvitationBounced, f.AutomaticCreationBlocked, sent);
    await told(...activated, { ...f.SpaceClosed, archivedUntil: instant('2029-05-03T21:59:59.999Z') });
    const days = await queries.execute(new ListDeadlinesDue('2029-05-02' as LocalDate, '2029-05-03' as LocalDate, by(operator)));
    expect(days).toEqual([
      { day: '2029-05-02', openings: 2, archiveEnds: 0 },
      { day: '2029-05-03', openings: 0, archiveEnds: 1 },
    ]);
  });
});

describe('The activity history', () => {
  const pages = async (space: string, first: number, lane: Lane) => {
    const all: HistoryPage[] = [];
    const asking = by(holder);
    for (let cursor: string | null = null; all.length === 0 || cursor !== null; cursor = all.at(-1)?.next ?? null)
      all.push(await queries.execute(new GetActivityHistory(space, asking, { first, cursor, filter: { ...EVERY_LINE, lanes: [lane] } })));
    return all;
  };

  it('gives every line once, newest first, on pages of any length', async () => {
    const space = await told(...activated);
    await queries.execute(new GetSpaceOverview(space, by(support)));
    await caughtUp(side);
    const [whole] = await pages(space, 100, 'LIFE');
    expect(whole?.lines.map(({ kind }) => kind)).toEqual(['PersonDeclaredEligible', ...activated.map(({ type }) => type)].reverse());
    for (const first of [1, 2, 3, 7]) expect((await pages(space, first, 'LIFE')).flatMap(({ lines }) => lines)).toEqual(whole?.lines);
  });

  it('shows who looked in a lane of its own, the reader included', async () => {
    const space = await told(...activated);
    await queries.execute(new GetSpaceOverview(space, by(support)));
    await caughtUp(side);
    const [page] = await pages(space, 10, 'ACCESS');
    expect(page?.lines.at(-1)).toMatchObject({
      lane: 'ACCESS',
      kind: 'AccessGranted',
      by: 'support',
      fr: 'Un agent du 3422 a consulté l’état de votre espace.',
    });
  });

  it('shows the state of a past moment in the same way', async () => {
    const space = await told(f.InvitationSent, f.SpaceOpened, f.SpaceActivated);
    const asOf = instant(new Date().toISOString());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await tell(log, `space-${space}`, 3, f.TermsAccepted);
    const page = { first: 10, cursor: null, filter: { ...EVERY_LINE, lanes: ['LIFE'] as const } };
    const past = await queries.execute(new GetActivityHistory(space, { ...by(holder), asOf }, page));
    expect(past.lines.map(({ kind }) => kind)).toEqual(['SpaceActivated', 'SpaceOpened', 'InvitationSent', 'PersonDeclaredEligible']);
  });

  it.each([0, 101, 1.5])('refuses a page of %d lines', async (first) => {
    const space = await told(...activated);
    await expect(
      queries.execute(new GetActivityHistory(space, by(holder), { first, cursor: null, filter: EVERY_LINE })),
    ).rejects.toMatchObject({
      rejection: { rejected: 'query/page-size', kind: 'invalid' },
    });
  });

  it.each(['x', '', 'MjAyNiBMSUZFIDE', Buffer.from('2026-13-45T00:00:00Z LIFE 1').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      const space = await told(...activated);
      await expect(
        queries.execute(new GetActivityHistory(space, by(holder), { first: 5, cursor, filter: EVERY_LINE })),
      ).rejects.toMatchObject({
        rejection: { rejected: 'query/cursor-unknown', kind: 'invalid' },
      });
    },
  );
});
