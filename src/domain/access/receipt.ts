import type { AccessMode } from './access-vocabulary.js';
import type { FactRef } from './facts.js';

/** Why somebody may. */
export type Ground =
  | 'HOLDER'
  | 'REPRESENTATIVE'
  | 'STAFF'
  | 'SYSTEM'
  | 'LETTER'
  | 'ATTENDING_DOCTOR'
  | 'ADMINISTRATOR'
  | 'CARE_TEAM'
  | 'CONSENT'
  | 'TEMPORARY_ACCESS'
  | 'EMERGENCY'
  | 'AUTHOR'
  | 'FEEDING_DUTY';

/** Why somebody may not: the code that the holder and compliance read; the refused reads the answer of the door, which may say less. */
export type Denial =
  | 'not-allowed'
  | 'nothing-here'
  | 'not-open'
  | 'never-allowed'
  | 'blocked'
  | 'no-consent'
  | 'consent-withdrawn'
  | 'express-consent-needed'
  | 'emergency-refused'
  | 'emergency-not-open'
  | 'not-regulating'
  | 'consult-only'
  | 'matrix'
  | 'masked'
  | 'masked-from-you'
  | 'hidden-from-holder'
  | 'hidden-from-representatives'
  | 'no-such-document';

/**
 * The receipt of one decision (domain reference 3.1): by which rule, under which version of the matrix, and on which facts it rested. It goes with the
 * passage or the refusal; holder and compliance read it, the refused does not. With the facts of that day anybody comes to the same answer.
 */
export interface DecisionReceipt {
  readonly outcome: 'ALLOW' | 'DENY';
  /** Step of the decision that had the last word: `4a` blocked, `4b` authorisation, `5c` mask… */
  readonly rule: string;
  readonly reason: Ground | Denial;
  readonly mode: AccessMode;
  /** Version of the authorisation matrix that was read; null where the decision did not come to it. */
  readonly matrix: number | null;
  readonly facts: readonly FactRef[];
}

/** Rule of a refusal that somebody met who represents the holder. */
export const BY_REPRESENTATIVE = 'representative';
