import type { Provider } from '@nestjs/common';
import { AccessWatch } from '../../application/audit/access-watch.js';
import { AlertBooks } from '../../application/audit/alert-books.js';
import { AlertRuleOrders, ShippedAlertRules } from '../../application/audit/alert-rules.orders.js';
import { CaseOrders } from '../../application/audit/cases.orders.js';
import { ComplianceQuestions } from '../../application/audit/compliance.questions.js';
import { Lookers } from '../../application/audit/lookers.js';
import { accessWatch, breakGlassReview, caseDeadlines } from '../../domain/audit/case-processes.js';
import { readAlertRules, SHIPPED_ALERT_RULES } from '../codes/alert-rules-file.js';

/** Who looks at accesses and their reviews, and what watches over them. */
export const compliance: Provider[] = [
  { provide: ShippedAlertRules, useValue: { read: () => readAlertRules(SHIPPED_ALERT_RULES) } satisfies ShippedAlertRules },
  AlertBooks,
  AlertRuleOrders,
  Lookers,
  CaseOrders,
  ComplianceQuestions,
  AccessWatch,
];
/** Reactions to accesses and to cases. */
export const complianceProcesses = [breakGlassReview, caseDeadlines, accessWatch] as const;
