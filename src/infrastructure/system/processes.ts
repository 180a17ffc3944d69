import type { AnyProcess } from '../../application/shared/process-runner.js';
import { matrixPublication } from '../../domain/access/matrix-publication.js';
import { accessWatch } from '../../domain/audit/case-processes.js';
import { exportDue, exportKept } from '../../domain/audit/export-process.js';
import { destructionDue } from '../../domain/enrolment/destruction-due.js';
import { invitationAfterBounce } from '../../domain/enrolment/invitation-after-bounce.js';
import { openingDelay } from '../../domain/enrolment/opening-delay.js';
import { holderNotices } from '../../domain/notices/holder-notices.js';
import { copyReactions } from '../../domain/portability/copy-reactions.js';
import { announcement } from '../../domain/record/announcement.js';
import { documentDestruction } from '../../domain/record/document-destruction.js';
import { revokedOpening } from '../../domain/record/revoked-opening.js';
import { complianceProcesses } from './compliance.js';

/** Every reaction of every context. */
export const processes: readonly AnyProcess[] = [
  openingDelay,
  invitationAfterBounce,
  announcement,
  matrixPublication,
  documentDestruction,
  revokedOpening,
  holderNotices,
  destructionDue,
  ...complianceProcesses,
  exportDue,
  exportKept,
  copyReactions,
];

export const MESSENGER = 'messenger';
export const NOTICE_MESSENGER = 'notice-messenger';

/** Names of the checkpoints of all that follows the log beside the read models. */
export const FOLLOWERS: readonly string[] = [...processes.map(({ name }) => name), MESSENGER, NOTICE_MESSENGER];

/** Old facts would tell people of today what they were not told then, or be held against the rules of today. */
const NEWS: readonly AnyProcess[] = [holderNotices, accessWatch];
/** Processes that may react to the whole log once more: the rules decide about their wishes by what stands, and what is done already changes nothing. */
export const REPEATABLE: readonly string[] = processes.filter((process) => !NEWS.includes(process)).map(({ name }) => name);
