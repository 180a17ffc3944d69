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
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { BreachEvent } from '../../domain/registers/breaches.js';
import type { RightsRequestEvent } from '../../domain/registers/rights-requests.js';
import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import type { knownFacts } from '../system/known-facts.js';
import { accessRows } from './access-rows.js';
import { documentRows } from './document-rows.js';
import { reviewRows } from './review-rows.js';
import { copyRows } from './copy-rows.js';
import { exportRows } from './export-rows.js';
import { passageRows } from './passage-rows.js';
import type { Row } from './rows.js';
import { auditRows, breachRows, campaignRows, matrixRows, noticeRows, requestRows } from './service-rows.js';
import { spaceRows } from './space-rows.js';

/** Every fact there is. */
export type AnyFact =
  | SpaceEvent
  | EndingEvent
  | AccessEvent
  | DocumentEvent
  | PassageEvent
  | ActorEvent
  | ProfessionalNoticeEvent
  | NoticesEvent
  | CampaignEvent
  | MatrixEvent
  | AuditEvent
  | QuarantineEvent
  | WrappingKeyEvent
  | RealignmentEvent
  | SuppressionEvent
  | RightsRequestEvent
  | BreachEvent
  | AlertRulesEvent
  | CaseEvent
  | ComplianceLookEvent
  | CopyEvent
  | ExportEvent
  | AuditorEvent;

type Known = typeof knownFacts;
/** Every type the software writes; one without a row does not compile. */
export type KnownType = { [C in keyof Known]: keyof Known[C] }[keyof Known];

/** What each fact becomes. */
export const everyRow: { readonly [T in KnownType]: Row<Of<AnyFact, T>> } = {
  ...spaceRows,
  ...accessRows,
  ...documentRows,
  ...passageRows,
  ...noticeRows,
  ...campaignRows,
  ...matrixRows,
  ...auditRows,
  ...requestRows,
  ...breachRows,
  ...reviewRows,
  ...exportRows,
  ...copyRows,
};
