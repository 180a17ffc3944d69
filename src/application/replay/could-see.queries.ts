import type { Assumption, Missing } from '../../domain/access/could-see.js';
import type { Profession, Role } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import type { HistoryLine, HistoryReceipt } from '../history/history.queries.js';
import type { Words } from '../record/words.js';

/**
 * Somebody who may have seen a document. `HOLDER`, `REPRESENTATIVE`, `PROFESSIONAL`: whom a fact names; `PROFESSIONS`: whoever has one of these professions and
 * no fact names; `ROLE`: whoever came in this role.
 */
export interface PossibleReader extends Words {
  readonly kind: 'HOLDER' | 'REPRESENTATIVE' | 'PROFESSIONAL' | 'PROFESSIONS' | 'ROLE';
  /** National identifier of a professional. */
  readonly id: string | null;
  /** As he last stated it in this space until then; null where he never did. */
  readonly name: string | null;
  /** Of a professional his own, of a class all that the answer holds for. */
  readonly professions: readonly (Profession & Words)[];
  /** The place of care from which he would have asked. */
  readonly facility: { readonly id: string; readonly name: string | null } | null;
  readonly role: Role | null;
  /** What is taken for granted that no fact says; nothing of it stands in the receipt. */
  readonly assumption: Assumption;
  /** `normal`, `bris_de_glace`, `centre_15`. */
  readonly mode: string;
}
/** What the policy said, and on which facts. */
export interface ForeseenDecision {
  /** `NOT_RECORDED`: it depends on a fact that is missing. */
  readonly outcome: 'ALLOW' | 'DENY' | 'NOT_RECORDED';
  /** Null where the outcome is not recorded. */
  readonly receipt: HistoryReceipt | null;
  readonly missing: readonly Missing[];
  /** Outcomes that what is known leaves open. */
  readonly possible: readonly ('ALLOW' | 'DENY')[];
}
/** A stretch of time in which the answer was the same: from (included) until (excluded). */
export interface ForeseenInterval extends ForeseenDecision {
  readonly from: Instant;
  readonly until: Instant;
}
export interface ForeseenReader {
  readonly reader: PossibleReader;
  readonly intervals: readonly ForeseenInterval[];
}
/** The law that was applied: the matrix of then, the rules as this software has them today. */
export interface AppliedLaw {
  /** Versions of the authorisation matrix in force within the period, and from when. */
  readonly matrix: readonly { readonly version: number; readonly from: Instant }[];
  /** Version of the rules; not of that day. */
  readonly policy: string;
  /** What that means for the answer. */
  readonly caveat: Words;
}
/** Who could have seen a document, and who did. */
export interface WhoCouldSeeAnswer {
  readonly document: string;
  readonly from: Instant;
  /** Excluded. */
  readonly until: Instant;
  readonly law: AppliedLaw;
  readonly readers: readonly ForeseenReader[];
  /** Who opened it or tried to within the period, with the receipts of then; latest first. */
  readonly did: readonly HistoryLine[];
}

/** A document as a controller sees it: that it is there and of which kind, nothing that it says. Null: gone with its key. */
export interface DocumentOutline {
  readonly document: string;
  readonly set: string;
  readonly status: 'CURRENT' | 'DEPRECATED' | 'ARCHIVED';
  readonly depositedAt: Instant;
  readonly typeCode: string | null;
  readonly category: string | null;
}
/** A document, and the answer for each stretch of the period in which it was the same. */
export interface ForeseenDocument {
  readonly document: DocumentOutline;
  readonly intervals: readonly ForeseenInterval[];
}
/** What one professional could see of a space, in each way that the facts of then let him come. */
export interface WhatCouldSeeAnswer {
  readonly from: Instant;
  /** Excluded. */
  readonly until: Instant;
  readonly law: AppliedLaw;
  readonly readers: readonly {
    readonly reader: PossibleReader;
    readonly documents: readonly ForeseenDocument[];
  }[];
}

/** A recorded decision that would have been another one. */
export interface ChangedDecision {
  /** Id of the line of the history. */
  readonly line: string;
  /** Handle. */
  readonly space: string;
  readonly at: Instant;
  readonly action: string;
  readonly document: string | null;
  readonly professional: string | null;
  readonly recorded: HistoryReceipt;
  readonly otherwise: ForeseenDecision;
}
/** How many decisions of a period there were, and what another matrix would have made of them. */
export interface WhatIfCounts {
  readonly decisions: number;
  readonly same: number;
  readonly allowedNow: number;
  readonly deniedNow: number;
  /** The outcome is the same, the rule or the reason another. */
  readonly otherReason: number;
  /** It depends on a fact that is missing. */
  readonly notRecorded: number;
  /** The rules of today on the facts of then do not give what was decided then: nothing is said of it. */
  readonly notReproduced: number;
}
export interface WhatIfAnswer extends WhatIfCounts {
  readonly from: Instant;
  /** Excluded. */
  readonly until: Instant;
  readonly policy: string;
  readonly changes: readonly ChangedDecision[];
}
