import type { AlertRulesCommand } from '../audit/alert-rule-versions.js';
import type { CaseCommand } from '../audit/case-vocabulary.js';
import type { AuditorCommand } from '../audit/auditors.js';
import type { ExportCommand } from '../audit/export-vocabulary.js';
import type { CampaignCommand } from '../enrolment/campaign.js';
import type { EndingCommand } from '../enrolment/ending-vocabulary.js';
import type { SpaceCommand } from '../enrolment/space-vocabulary.js';
import type { CopyCommand } from '../portability/copy-vocabulary.js';
import type { DocumentCommand } from '../record/document-vocabulary.js';
import type { BreachCommand } from '../registers/breaches.js';
import type { RightsRequestCommand } from '../registers/rights-requests.js';
import type { GeneralQueryName, OtherCommand, SpaceQueryName } from './action-names.js';
import type { AccessCommand } from './access-vocabulary.js';
import { ofDocument } from './document-rules.js';
import {
  administering,
  any,
  byRole,
  caring,
  declaring,
  declaringFacility,
  feedingFacility,
  inEmergency,
  theHolder,
  theHolderSide,
  trusted,
  whileOpen,
  type Rule,
} from './rules.js';

const whoHoldsTheLetter = any('bearer', 'person', 'support');
const ours = whileOpen(theHolderSide);
const theHolderSideOr = (...roles: readonly ('support' | 'compliance')[]): Rule =>
  byRole({ person: theHolderSide, ...Object.fromEntries(roles.map((role) => [role, any(role)])) });
const reader = byRole({ person: ours, professional: caring('CONSULT') });
const ownDepositor = any('professional', 'facility', 'insurer');

export type Action =
  | SpaceCommand['type']
  | EndingCommand['type']
  | CampaignCommand['type']
  | AccessCommand['type']
  | CaseCommand['type']
  | AlertRulesCommand['type']
  | DocumentCommand['type']
  | CopyCommand['type']
  | RightsRequestCommand['type']
  | BreachCommand['type']
  | OtherCommand
  | ExportCommand['type']
  | AuditorCommand['type']
  | SpaceQueryName
  | GeneralQueryName;

/** The matrix of actions: who may do what. Exhaustive, an action without a row does not compile; default is no. */
export const matrix: Readonly<Record<Action, Rule>> = {
  DeclareEligible: any('system', 'operator'),
  InviteHolder: any('system', 'operator'),
  ReportBounce: any('system', 'operator'),
  ReportDelay: any('system'),
  // The proof is in the letter or in the card, whoever brings it and whatever account he has; agents say what they checked.
  RenewProvisionalCode: whoHoldsTheLetter,
  RegisterOpposition: whoHoldsTheLetter,
  WithdrawOpposition: whoHoldsTheLetter,
  OpenAutomatically: any('system', 'operator'),
  ReportOpeningFailure: any('system', 'operator'),
  BlockAutomaticCreation: whoHoldsTheLetter,
  // Whose space it becomes is proven inside the command, by the code of the letter.
  ActivateSpace: any('person'),
  AcceptTerms: theHolder,
  CloseSpace: byRole({ person: theHolder, support: any('support') }),
  // As above: a code proves it where the account does not.
  ReopenSpace: any('person'),
  RequestErasure: any('person', 'support'),
  CancelErasure: any('person', 'support'),
  PlaceLegalHold: any('archivist', 'compliance'),
  LiftLegalHold: any('archivist', 'compliance'),
  RequestDestruction: any('system', 'archivist'),
  LiftSuppression: any('support'),

  OpenCampaign: any('operator'),
  PauseCampaign: any('operator'),
  ResumeCampaign: any('operator'),
  RecordImport: any('operator', 'system'),

  RecordConsent: byRole({ professional: declaring, facility: declaringFacility }),
  WithdrawConsent: ours,
  GrantTemporaryAccess: ours,
  UseTemporaryAccess: declaring,
  // Whom the holder named administrator may block in his name; lifting a block, and blocking a whole place, stays his own.
  BlockProfessional: byRole({ person: ours, professional: administering }),
  UnblockProfessional: ours,
  BlockFacility: ours,
  UnblockFacility: ours,
  DeclareAttendingDoctor: whileOpen(any('insurer', 'operator')),
  EndAttendingDoctor: whileOpen(any('insurer', 'operator')),
  GrantAdministrator: ours,
  RevokeAdministrator: ours,
  SetEmergencyPreference: ours,
  OpenEmergencyAccess: inEmergency,
  LinkLegalRepresentative: any('support', 'operator'),
  EndLegalRepresentation: any('support', 'operator'),
  MaskDocuments: ours,
  UnmaskDocuments: ours,
  MaskAllDocuments: ours,
  UnmaskAllDocuments: ours,
  SetDefaultConfidentiality: ours,
  MaskDocumentFrom: ours,
  LiftDocumentMask: ours,

  DepositDocument: byRole({
    person: ours,
    professional: caring('FEED'),
    facility: feedingFacility,
    insurer: whileOpen(any('insurer')),
  }),
  // Whose document it is, is seen where it is decided; a mistake must be mended also by somebody who lost the consent since.
  ChangeConfidentiality: whileOpen(ownDepositor),
  ArchiveDocument: whileOpen(ownDepositor),
  UnarchiveDocument: whileOpen(ownDepositor),
  // In a closed space too: what was put into the wrong one must not lie there until it is erased.
  UnpublishDocument: ownDepositor,
  // The opening was revoked: nobody's wish but that of who said no in time.
  DiscardDeposits: any('system'),
  DeleteDocuments: ours,
  RecordAnnouncement: ofDocument(caring('CONSULT')),
  RemindOfAnnouncement: any('system'),
  RevealDocument: any('system'),

  // To take with one: the holder, and who represents him (GDPR article 20); each gets what he may see.
  RequestCopy: ours,
  DeliverCopy: any('system'),
  FailCopy: any('system'),
  ExpireCopies: any('system'),
  WithdrawCopies: any('system'),

  // The software proposes the very first version, when there is none.
  ProposeMatrixVersion: any('operator', 'system'),
  PublishMatrixVersion: any('system'),
  IssueNotice: any('system'),
  NotifyProfessional: any('system'),
  MarkNoticesRead: theHolderSide,
  SetNoticePreference: theHolderSide,
  RetryQuarantine: any('operator'),
  ReleaseQuarantine: any('operator'),
  BeginKekEpoch: any('operator'),
  RewrapKeys: any('operator'),
  RetireKekEpoch: any('operator'),
  RealignStore: any('operator'),

  // Whoever takes the letter or the call writes it down; the answer is that of those who answer for the service.
  ReceiveRightsRequest: any('support', 'compliance'),
  ExtendRightsRequest: any('compliance'),
  AnswerRightsRequest: any('compliance'),
  RecordBreach: any('compliance', 'operator'),
  JudgeBreach: any('compliance'),
  NotifyAuthority: any('compliance'),
  InformPeople: any('compliance'),
  CloseBreach: any('compliance'),
  RaiseAlert: any('system'),
  OpenCase: any('compliance', 'system'),
  // Whose case it is, and that nobody judges his own looks, is seen where it is decided.
  AssignCase: any('compliance'),
  SetCaseDue: any('compliance'),
  CommentCase: any('compliance'),
  MarkCaseOverdue: any('system'),
  CloseCase: any('compliance'),
  ReopenCase: any('compliance'),
  // The software publishes the very first version, when there is none.
  PublishAlertRules: any('compliance', 'system'),

  GetSpaceOverview: theHolderSideOr('support', 'compliance'),
  GetHistoryReceipt: byRole({ person: theHolderSide }),
  GetActivityHistory: byRole({ person: theHolderSide, compliance: any('compliance'), professional: trusted }),
  ListAuditTrail: any('compliance'),
  PreviewClosure: byRole({ person: theHolder, support: any('support') }),
  PreviewEnding: any('archivist', 'compliance'),
  GetEvidence: any('compliance'),
  FindSpaceByIdentity: any('support'),
  // That somebody has a space, and whether it is open, is told to everybody who may have to feed it (domain reference 13.13).
  FindPatient: any('professional', 'facility', 'insurer'),
  ListDocuments: reader,
  GetDocument: ofDocument(reader),
  DownloadDocument: ofDocument(reader),
  GetDossier: ours,
  ListRights: byRole({ person: ours, compliance: any('compliance') }),
  PreviewMask: ours,
  ListAccesses: any('compliance'),
  ListNotices: theHolderSideOr('compliance'),
  ReplaySteps: any('compliance'),
  CompareMoments: any('compliance'),
  WhoCouldSee: any('compliance'),
  WhatCouldSee: any('compliance'),
  WhatIf: any('compliance'),
  RehearseExport: any('compliance'),
  ListCopies: ours,
  DownloadCopy: ours,

  ListMySpaces: any('person'),
  GetCampaignReport: any('operator', 'compliance'),
  ListDeadlinesDue: any('operator', 'compliance'),
  ListMyPatients: any('professional'),
  ListMyActs: any('professional'),
  ListProfessionalNotices: any('professional'),
  GetHabilitationMatrix: any('person', 'professional', 'facility', 'insurer', 'support', 'operator', 'compliance'),
  ListQuarantine: any('operator'),
  ListKekActs: any('compliance'),
  ListRightsRequests: any('compliance'),
  ListBreaches: any('compliance'),
  ListDestructions: any('compliance'),
  ListMatrixVersions: any('compliance'),
  GetRetention: any('compliance'),
  GetProcessingRegister: any('compliance'),
  GetControlReferences: any('compliance'),
  ListAccounts: any('compliance'),
  GetServices: any('compliance'),
  ListAccessesBy: any('compliance'),
  ListBreakGlass: any('compliance'),
  ListReviewCases: any('compliance'),
  GetReviewCase: any('compliance'),
  GetAlertRules: any('compliance'),
  WhatIfAcross: any('compliance'),

  RequestExport: any('compliance', 'auditor'),
  // That it takes two, and neither of them who asked where whole events are opened, is decided with the export itself.
  ApproveExport: any('compliance'),
  RefuseExport: any('compliance'),
  CancelExport: any('compliance', 'auditor'),
  ResumeExport: any('compliance'),
  ExpireExport: any('system'),
  RemoveExport: any('system'),
  StartExport: any('system'),
  CompleteExport: any('system'),
  FailExport: any('system'),
  DownloadExport: any('compliance', 'auditor'),
  ListExports: any('compliance', 'auditor'),
  RegisterAuditor: any('compliance'),
  EndAuditor: any('compliance'),
};
