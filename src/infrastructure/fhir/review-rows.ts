import type { AlertRulesEvent } from '../../domain/audit/alert-rule-versions.js';
import type { CaseEvent } from '../../domain/audit/case-vocabulary.js';
import type { ComplianceLookEvent } from '../../domain/audit/compliance-look.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, updates, type Row } from './rows.js';

type Review = AlertRulesEvent | CaseEvent | ComplianceLookEvent;

/** Reviews of accesses, the rules that ask for them, and what compliance looked at beyond one space. */
export const reviewRows: { readonly [T in Review['type']]: Row<Of<Review, T>> } = {
  AlertRulesPublished: creates('Basic'),
  AlertRaised: creates('Basic'),
  CaseOpened: creates('Basic'),
  CaseAssigned: updates('Basic'),
  CaseDueSet: updates('Basic'),
  CaseCommented: updates('Basic'),
  CaseFellDue: updates('Basic'),
  CaseClosed: updates('Basic'),
  CaseReopened: updates('Basic'),
  ComplianceLooked: { as: 'Trail' },
};
