import type { MatrixEvent } from '../../domain/access/matrix-version.js';
import type { AuditEvent } from '../../domain/audit/destruction.js';
import type { QuarantineEvent } from '../../domain/audit/quarantine.js';
import type { RealignmentEvent } from '../../domain/audit/realignment.js';
import type { WrappingKeyEvent } from '../../domain/audit/wrapping-keys.js';
import type { CampaignEvent } from '../../domain/enrolment/campaign.js';
import type { SuppressionEvent } from '../../domain/enrolment/suppression.js';
import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { BreachEvent } from '../../domain/registers/breaches.js';
import type { RightsRequestEvent } from '../../domain/registers/rights-requests.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, deletes, reads, updates, type Row } from './rows.js';

/** What the holder's side is told. */
export const noticeRows: { readonly [T in NoticesEvent['type']]: Row<Of<NoticesEvent, T>> } = {
  NoticeIssued: creates('Communication', ({ notice }) => [notice]),
  NoticesRead: reads('Communication', ({ notices }) => notices),
  NoticePreferenceSet: updates('Consent'),
};

/** Campaigns: no patient is named in them. */
export const campaignRows: { readonly [T in CampaignEvent['type']]: Row<Of<CampaignEvent, T>> } = {
  CampaignOpened: creates('Basic'),
  CampaignFileImported: creates('Basic', ({ file }) => [file]),
  CampaignPaused: updates('Basic'),
  CampaignResumed: updates('Basic'),
};

const ofVersion = ({ version }: { readonly version: number }): readonly string[] => [`matrix-${version}`];
/** Versions of the authorisation matrix. */
export const matrixRows: { readonly [T in MatrixEvent['type']]: Row<Of<MatrixEvent, T>> } = {
  MatrixVersionProposed: creates('Basic', ofVersion),
  MatrixVersionPublished: updates('Basic', ofVersion),
};

type Audit = AuditEvent | QuarantineEvent | WrappingKeyEvent | RealignmentEvent | SuppressionEvent;
const ofEpoch = ({ epoch }: { readonly epoch: number }): readonly string[] => [`epoch-${epoch}`];
const placeOf = ({ place }: { readonly place: string }): readonly string[] => [place];
/** Acts of operators, archivists and agents. A certificate of destruction and a suppression that is lifted name nobody, so they have no patient. */
export const auditRows: { readonly [T in Audit['type']]: Row<Of<Audit, T>> } = {
  SpaceDestroyed: deletes('List'),
  ArchiveOpened: reads('List'),
  SealHeadPublished: creates('Basic'),
  StoreRestored: updates('Device'),
  QuarantineRetried: updates('Basic', placeOf),
  QuarantineReleased: updates('Basic', placeOf),
  KekEpochBegun: creates('Basic', ofEpoch),
  KeysRewrapped: updates('Basic', ofEpoch),
  KekEpochRetired: deletes('Basic', ofEpoch),
  StoreRealigned: updates('Device'),
  SuppressionLifted: deletes('Basic'),
};

/** The register of requests about rights: which space one is about stands in it, and is not told again. */
export const requestRows: { readonly [T in RightsRequestEvent['type']]: Row<Of<RightsRequestEvent, T>> } = {
  RightsRequestReceived: creates('Basic'),
  RightsRequestExtended: updates('Basic'),
  RightsRequestAnswered: updates('Basic'),
};

/** The register of breaches: nobody is named in it. */
export const breachRows: { readonly [T in BreachEvent['type']]: Row<Of<BreachEvent, T>> } = {
  BreachRecorded: creates('Basic'),
  BreachJudged: updates('Basic'),
  AuthorityNotified: updates('Basic'),
  PeopleInformed: updates('Basic'),
  BreachClosed: updates('Basic'),
};
