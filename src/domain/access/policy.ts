import type { Professional } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import type { AccessMode, Operation } from './access-vocabulary.js';
import type { FactRef } from './facts.js';
import type { HabilitationMatrix } from './habilitation.js';
import type { DecisionReceipt, Denial, Ground } from './receipt.js';

/** What a professional asks of a space, and when. */
export interface Request {
  readonly professional: Professional;
  readonly operation: Operation;
  readonly mode: AccessMode;
  readonly at: Instant;
}

/** A decision with its receipt. */
export type Decided =
  | {
      readonly allowed: true;
      readonly ground: Ground;
      /** Only what lies behind the three rubrics. */ readonly rubricsOnly: boolean;
      readonly receipt: DecisionReceipt;
    }
  | { readonly allowed: false; readonly denial: Denial; readonly receipt: DecisionReceipt };

/** What a decision about one document rests on. */
export interface DocumentFacts {
  readonly document: string;
  /** All versions of a document; masks are set on it. */
  readonly set: string;
  /** When the first version of the set was deposited. */
  readonly since: Instant;
  readonly depositedAt: Instant;
  readonly typeCode: string;
  /** Category shown to the holder (domain reference 2.3). */
  readonly category: string;
  /** Professional ids of its authors, and of who deposited it. */
  readonly authors: readonly string[];
  /** MASQUE_PS, as those who answer for it said: at the deposit, or since. */
  readonly masked: boolean;
  /** Where they said it since. */
  readonly maskedBecause?: FactRef;
  /** Hidden from these now: until the announcement, or for good. */
  readonly hiddenFrom: readonly Hidden[];
  readonly status: 'CURRENT' | 'DEPRECATED' | 'ARCHIVED';
  readonly because: FactRef;
}
export type Hidden = 'HOLDER' | 'REPRESENTATIVES';

/** Who looks at documents, once the space itself is open to him. */
export type Viewer =
  | { readonly kind: 'HOLDER' }
  | { readonly kind: 'REPRESENTATIVE' }
  | {
      readonly kind: 'PROFESSIONAL';
      readonly professional: Professional;
      readonly mode: AccessMode;
      readonly ground: Ground;
      readonly rubricsOnly: boolean;
    };

/** What the decision reads besides the facts: the version of the matrix that is in force. */
export interface Law {
  readonly matrix: HabilitationMatrix;
}
