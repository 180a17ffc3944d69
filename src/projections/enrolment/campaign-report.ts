import { GetCampaignReport, type CampaignReport } from '../../application/enrolment/campaign.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { CampaignEvent } from '../../domain/enrolment/campaign.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { ignored, nullable, table, type Projected, type Projection, type RowOf } from '../shared/projection.js';
import { eligible, standing, statusSql, type ShownStatus } from './space-standing.js';

const campaigns = table('campaign', { campaign_id: 'text' }, { label: 'text', paused: 'boolean' });
/** One row per file, so that a file is counted once however often its fact is met. */
const files = table('campaign_file', { campaign_id: 'text', file: 'text' }, { declared: 'integer', rejected: 'integer' });
const people = table(
  'campaign_person',
  { space_id: 'uuid' },
  { ...standing, campaign_id: 'text', channel: nullable('text'), missed: 'boolean' },
  ['campaign_id'],
);

const stands = (space_id: string, change: Partial<RowOf<typeof people.row>>): Projected => [people.patch({ space_id }, change)];

/** How a mailing campaign goes: what its files brought, and where the people in it stand now. */
export const campaignReport: Projection<SpaceEvent | CampaignEvent> = {
  name: 'campaign-report',
  version: 2,
  reads: ['campaign', 'space'],
  tables: [campaigns, files, people],
  on: {
    CampaignOpened: ({ event }, campaign_id) => [campaigns.put({ campaign_id }, { label: event.label, paused: false })],
    CampaignFileImported: ({ event: { file, declared, rejected } }, campaign_id) => [
      files.put({ campaign_id, file }, { declared, rejected }),
    ],
    CampaignPaused: (_, campaign_id) => [campaigns.patch({ campaign_id }, { paused: true })],
    CampaignResumed: (_, campaign_id) => [campaigns.patch({ campaign_id }, { paused: false })],

    PersonDeclaredEligible: ({ event }, space_id) => [
      people.put({ space_id }, { ...eligible, campaign_id: event.campaign, channel: null, missed: false }),
    ],
    InvitationSent: ({ event }, id) => stands(id, { invited: true, campaign_id: event.campaign, channel: event.channel, missed: false }),
    InvitationBounced: (_, id) => stands(id, { missed: true }),
    InvitationDelayed: (_, id) => stands(id, { missed: true }),
    AutomaticOpeningFailed: ignored,
    AutomaticCreationBlocked: ignored,
    ProvisionalCodeIssued: ignored,
    ProvisionalCodeRenewed: ignored,
    ProvisionalCodeRefused: ignored,
    ProvisionalCodeLocked: ignored,
    ProvisionalCodeConsumed: ignored,
    OppositionRegistered: (_, id) => stands(id, { opposed: true }),
    OppositionWithdrawn: (_, id) => stands(id, { opposed: false }),
    SpaceOpened: ({ event }, id) => (event.mode === 'AUTOMATIC' ? stands(id, { opened: true }) : ignored()),
    SpaceOpeningRevoked: (_, id) => stands(id, { opened: false }),
    SpaceActivated: (_, id) => stands(id, { activated: true }),
    TermsAccepted: ignored,
    SpaceClosed: (_, id) => stands(id, { closed: true }),
    SpaceReopened: (_, id) => stands(id, { closed: false, activated: true }),
    DestructionRequested: ignored,
  },
};

interface Head {
  readonly campaign: string;
  readonly label: string;
  readonly paused: boolean;
  readonly files: number;
  readonly declared: number;
  readonly rejected: number;
}
interface Group {
  readonly status: ShownStatus;
  readonly channel: 'EMAIL' | 'POST' | null;
  /** The last information came back, or did not leave on its day, and no other was made. */
  readonly missed: boolean;
  readonly people: number;
}

const HEAD = `SELECT c.campaign_id AS campaign, c.label, c.paused, count(f.file)::integer AS files,
    coalesce(sum(f.declared), 0)::integer AS declared, coalesce(sum(f.rejected), 0)::integer AS rejected
  FROM campaign c LEFT JOIN campaign_file f USING (campaign_id) WHERE c.campaign_id = $1 GROUP BY c.campaign_id, c.label, c.paused`;
const GROUPS = `SELECT ${statusSql} AS status, channel, missed, count(*)::integer AS people
  FROM campaign_person WHERE campaign_id = $1 GROUP BY 1, 2, 3 ORDER BY 1`;

const sumOf = (groups: readonly Group[], of: (group: Group) => boolean): number =>
  groups.filter(of).reduce((sum, { people }) => sum + people, 0);

const byStatus = (groups: readonly Group[]): CampaignReport['byStatus'] =>
  Object.fromEntries(groups.map(({ status }) => [status, sumOf(groups, (group) => group.status === status)]));

export const answerCampaignReport = answerTo('GetCampaignReport', GetCampaignReport, async (sql, { campaign }) => {
  const [head] = await sql<Head>(HEAD, campaign);
  if (head === undefined) return null;
  const groups = await sql<Group>(GROUPS, campaign);
  const { paused, ...counts } = head;
  return {
    ...counts,
    status: paused ? 'PAUSED' : 'RUNNING',
    invitedByEmail: sumOf(groups, ({ channel }) => channel === 'EMAIL'),
    invitedByPost: sumOf(groups, ({ channel }) => channel === 'POST'),
    awaitingAnother: sumOf(groups, ({ status, missed }) => status === 'INVITED' && missed),
    byStatus: byStatus(groups),
  } satisfies CampaignReport;
});
