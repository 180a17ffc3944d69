import type { LookKind } from '../../domain/audit/look.js';
import type { AlertRule } from '../../domain/audit/alert-rules.js';
import type { Outcome } from '../../domain/audit/case-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import type { HistoryActor, HistoryReceipt } from '../history/history.queries.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Somebody's access to somebody's space (domain reference 8.4, points 5 and 6). */
export interface AccessLine {
  /** Stable identity of the line. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: LookKind;
  /** Handle; null for a question about no space, and where nobody has it. */
  readonly space: string | null;
  readonly who: HistoryActor;
  readonly role: string;
  /** Account of who is no professional, `<issuer>|<subject>`. */
  readonly account: string | null;
  readonly action: string;
  /** `normal`, `bris_de_glace`, `centre_15`. */
  readonly mode: string;
  readonly document: string | null;
  /** The decision; null where nothing was decided. The facts it rests on are named by category and revision. */
  readonly receipt: AccessReceipt | null;
  readonly purpose: string | null;
  /** Under the secret of a minor. */
  readonly secret: boolean;
  /** Somebody entitled to the history may not know of it yet. */
  readonly veiled: boolean;
  /** How often within its minute. */
  readonly times: number;
  /** The past moment that was asked about. */
  readonly asOf: string | null;
  /** What was said for an emergency. */
  readonly said: string | null;
}
export type AccessReceipt = HistoryReceipt;
export interface AccessPage {
  readonly accesses: readonly AccessLine[];
  /** Give it back to get the next, older page; null on the last one. */
  readonly next: string | null;
}
/** Which accesses; every member narrows. */
export interface AccessRequest {
  /** 1 to 100. */
  readonly first: number;
  readonly cursor: string | null;
  /** Written from (inclusive) until (exclusive). */
  readonly from: string | null;
  readonly until: string | null;
  readonly mode: string | null;
  readonly kind: LookKind | null;
}

/** One emergency access and what followed. */
export interface BreakGlassLine extends Pick<AccessLine, 'id' | 'at' | 'space' | 'who' | 'mode' | 'said'> {
  readonly until: Instant | null;
  /** When the holder's side was told, and the attending doctor; null: not yet, or there is none. */
  readonly holderTold: Instant | null;
  readonly attendingDoctorTold: Instant | null;
  /** Looks of the same professional at this space in this mode until it ended. */
  readonly looks: number;
  readonly review: Pick<ReviewCaseView, 'case' | 'state' | 'due' | 'overdue' | 'assignee' | 'outcome'> | null;
}
export interface BreakGlassPage {
  readonly accesses: readonly BreakGlassLine[];
  readonly next: string | null;
}

/** A review as it stands. */
export interface ReviewCaseView {
  readonly case: string;
  readonly openedAt: Instant;
  readonly cause: 'HAND' | 'BREAK_GLASS' | 'ALERT';
  readonly reason: string | null;
  readonly alert: AlertView | null;
  /** `nameOf` whose accesses are reviewed. */
  readonly actor: string;
  readonly space: string | null;
  readonly state: 'OPEN' | 'CLOSED';
  readonly due: Instant;
  /** Open, and its day has come. */
  readonly overdue: boolean;
  /** `<issuer>|<subject>`. */
  readonly assignee: string | null;
  readonly outcome: Outcome | null;
  readonly closedAt: Instant | null;
}
export interface AlertView {
  readonly rule: AlertRule;
  /** Version of the rules. */
  readonly rules: number;
  readonly measured: number;
  readonly most: number;
  /** Ids of the lines it rests on. */
  readonly accesses: readonly string[];
}
export interface ReviewCasePage {
  readonly cases: readonly ReviewCaseView[];
  readonly next: string | null;
}
export interface ReviewStepView {
  readonly at: Instant;
  readonly kind: string;
  readonly by: string;
  readonly text: string | null;
  readonly due: Instant | null;
  readonly outcome: Outcome | null;
}
/** One review and all that happened to it, oldest first. */
export interface ReviewCaseFile extends ReviewCaseView {
  readonly steps: readonly ReviewStepView[];
}
export interface CaseRequest {
  readonly first: number;
  readonly cursor: string | null;
  readonly state: 'OPEN' | 'CLOSED' | null;
  readonly cause: ReviewCaseView['cause'] | null;
  readonly rule: string | null;
  readonly overdue: boolean;
  /** Assigned to who asks. */
  readonly mine: boolean;
}

/** All accesses to one person. */
export class ListAccesses extends SubjectQuery<AccessPage> {
  constructor(
    space: string,
    asking: Asking,
    readonly page: AccessRequest,
  ) {
    super(space, asking);
  }
}
/** All accesses by one professional, or by one account of staff (`actor`: its `nameOf`). */
export class ListAccessesBy extends SubjectQuery<AccessPage> {
  constructor(
    readonly actor: string,
    asking: Asking,
    readonly page: AccessRequest,
  ) {
    super(null, { ...asking, about: { actor } });
  }
}
/** All emergency accesses, with what followed. */
export class ListBreakGlass extends SubjectQuery<BreakGlassPage> {
  constructor(
    asking: Asking,
    readonly page: AccessRequest,
  ) {
    super(null, asking);
  }
}
export class ListReviewCases extends SubjectQuery<ReviewCasePage> {
  constructor(
    asking: Asking,
    readonly page: CaseRequest,
    readonly now: Instant,
  ) {
    super(null, asking);
  }
}
/** Null: there is none with this id. */
export class GetReviewCase extends SubjectQuery<ReviewCaseFile | null> {
  constructor(
    readonly id: string,
    asking: Asking,
    readonly now: Instant,
  ) {
    super(null, { ...asking, about: { case: id } });
  }
}
