import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { MatrixEvent } from '../../domain/access/matrix-version.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import type { AlertRulesEvent } from '../../domain/audit/alert-rule-versions.js';
import type { CaseEvent } from '../../domain/audit/case-vocabulary.js';
import type { ComplianceLookEvent } from '../../domain/audit/compliance-look.js';
import type { AuditEvent } from '../../domain/audit/destruction.js';
import type { AuditorEvent } from '../../domain/audit/auditors.js';
import type { ExportEvent } from '../../domain/audit/export-vocabulary.js';
import type { QuarantineEvent } from '../../domain/audit/quarantine.js';
import type { RealignmentEvent } from '../../domain/audit/realignment.js';
import type { WrappingKeyEvent } from '../../domain/audit/wrapping-keys.js';
import type { CampaignEvent } from '../../domain/enrolment/campaign.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { SuppressionEvent } from '../../domain/enrolment/suppression.js';
import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { ProfessionalNoticeEvent } from '../../domain/notices/professional-notices.js';
import type { BreachEvent } from '../../domain/registers/breaches.js';
import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import type { RightsRequestEvent } from '../../domain/registers/rights-requests.js';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import { Catalogue, type Upcasts } from '../eventstore/catalogue.js';

/** Every type of a union with the version that is written today: a fact that is forgotten here does not compile. */
type Versions<E extends { readonly type: string; readonly v: number }> = { readonly [T in E['type']]: Extract<E, { type: T }>['v'] };

const space: Versions<SpaceEvent | EndingEvent> = {
  PersonDeclaredEligible: 1,
  InvitationSent: 1,
  InvitationBounced: 1,
  InvitationDelayed: 1,
  ProvisionalCodeIssued: 1,
  ProvisionalCodeRenewed: 1,
  ProvisionalCodeRefused: 1,
  ProvisionalCodeLocked: 1,
  ProvisionalCodeConsumed: 1,
  OppositionRegistered: 1,
  OppositionWithdrawn: 1,
  SpaceOpened: 1,
  AutomaticOpeningFailed: 1,
  AutomaticCreationBlocked: 1,
  SpaceOpeningRevoked: 1,
  SpaceActivated: 1,
  TermsAccepted: 1,
  SpaceClosed: 1,
  SpaceReopened: 1,
  DestructionRequested: 1,
  ErasureRequested: 1,
  ErasureRequestCancelled: 1,
  LegalHoldPlaced: 1,
  LegalHoldLifted: 1,
};
const campaign: Versions<CampaignEvent> = { CampaignOpened: 1, CampaignFileImported: 1, CampaignPaused: 1, CampaignResumed: 1 };
const passage: Versions<PassageEvent> = { AccessGranted: 1 };
const actor: Versions<ActorEvent | ProfessionalNoticeEvent> = { AccessDenied: 1, AccessDeniedAgain: 1, ProfessionalNotified: 1 };
const notices: Versions<NoticesEvent> = { NoticeIssued: 1, NoticesRead: 1, NoticePreferenceSet: 1 };
const access: Versions<AccessEvent> = {
  AccessConsentRecorded: 1,
  AccessConsentWithdrawn: 1,
  TemporaryAccessGranted: 1,
  TemporaryAccessRefused: 1,
  TemporaryAccessUsed: 1,
  ProfessionalBlocked: 1,
  ProfessionalUnblocked: 1,
  FacilityBlocked: 1,
  FacilityUnblocked: 1,
  AttendingDoctorDeclared: 1,
  AttendingDoctorEnded: 1,
  AdministratorGranted: 1,
  AdministratorRevoked: 1,
  EmergencyPreferenceSet: 1,
  BreakGlassUsed: 1,
  LegalRepresentativeLinked: 1,
  LegalRepresentationEnded: 1,
  DocumentsMasked: 1,
  DocumentsUnmasked: 1,
  AllDocumentsMasked: 1,
  AllDocumentsUnmasked: 1,
  DefaultConfidentialitySet: 1,
  DocumentMaskedFrom: 1,
  DocumentMaskLifted: 1,
};
const document: Versions<DocumentEvent> = {
  VeilOpened: 1,
  DocumentDeposited: 1,
  DocumentDescribed: 1,
  DocumentReplaced: 1,
  DocumentConfidentialityChanged: 1,
  DocumentArchived: 1,
  DocumentUnarchived: 1,
  DocumentUnpublished: 1,
  DocumentDeleted: 1,
  AnnouncementConsultationHeld: 1,
  AnnouncementReminderSent: 1,
  DocumentRevealedAutomatically: 1,
};
const copy: Versions<CopyEvent> = { CopyRequested: 1, CopyReady: 1, CopyFailed: 1, CopyEnded: 1 };
const record = { ...document, ...copy };
const audit: Versions<AuditEvent | QuarantineEvent | WrappingKeyEvent | RealignmentEvent | ComplianceLookEvent | SuppressionEvent> = {
  SpaceDestroyed: 2,
  ArchiveOpened: 1,
  StoreRestored: 1,
  SealHeadPublished: 1,
  QuarantineRetried: 1,
  QuarantineReleased: 1,
  KekEpochBegun: 1,
  KeysRewrapped: 1,
  KekEpochRetired: 1,
  StoreRealigned: 1,
  ComplianceLooked: 1,
  SuppressionLifted: 1,
};
const alert: Versions<AlertRulesEvent> = { AlertRulesPublished: 1 };
const reviewed: Versions<CaseEvent> = {
  AlertRaised: 1,
  CaseOpened: 1,
  CaseAssigned: 1,
  CaseDueSet: 1,
  CaseCommented: 1,
  CaseFellDue: 1,
  CaseClosed: 1,
  CaseReopened: 1,
};
const request: Versions<RightsRequestEvent> = { RightsRequestReceived: 1, RightsRequestExtended: 1, RightsRequestAnswered: 1 };
const breach: Versions<BreachEvent> = { BreachRecorded: 1, BreachJudged: 1, AuthorityNotified: 1, PeopleInformed: 1, BreachClosed: 1 };
const exports: Versions<ExportEvent | AuditorEvent> = {
  ExportRequested: 1,
  ExportApproved: 1,
  ExportRefused: 1,
  ExportCancelled: 1,
  ExportExpired: 1,
  ExportStarted: 1,
  ExportGenerated: 2,
  ExportFailed: 1,
  ExportResumed: 1,
  ExportDownloaded: 1,
  ExportRemoved: 1,
  AuditorRegistered: 1,
  AuditorEnded: 1,
};
const matrix: Versions<MatrixEvent> = { MatrixVersionProposed: 1, MatrixVersionPublished: 1 };
/** A veil holds what would otherwise lie in the record, and the passages on it. */
const veil = { ...document, ...passage };

/** Every fact this software writes and reads, by category of stream. */
export const knownFacts = {
  ...{ space, access, record, veil, matrix, campaign, passage, actor, notices, request, breach, audit, alert },
  case: reviewed,
  export: exports,
};
/** How payloads of past versions are read; what they did not record is said to be unknown. */
export const upcasts: Upcasts = {
  'SpaceDestroyed@1': (old) => ({ ...old, v: 2, scope: null, askedOn: null }),
  'ExportGenerated@1': (old) => ({ ...old, v: 2, keptUntil: null }),
};
export const catalogue = new Catalogue(knownFacts, upcasts);
