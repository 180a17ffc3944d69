import type { Role } from '../../domain/shared/actor.js';
import type { DestructionGround, DestructionScope } from '../../domain/shared/destruction-ground.js';
import type { Instant, LocalDate } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** What a person was told, what he opposed or agreed to, and under which text: what a controller asks as proof. */
export type EvidenceKind =
  | 'INFORMATION'
  | 'INFORMATION_NOT_DELIVERED'
  | 'OPPOSITION'
  | 'OPPOSITION_WITHDRAWN'
  | 'OPENING_BLOCKED'
  | 'OPENING'
  | 'TERMS'
  | 'CONSENT'
  | 'CONSENT_WITHDRAWN'
  | 'TEMPORARY_CONSENT'
  | 'CLOSURE'
  | 'REOPENING'
  | 'ERASURE_REQUESTED'
  | 'ERASURE_CANCELLED';
export interface EvidenceLine {
  readonly kind: EvidenceKind;
  /** When it was written, and when it was true. */
  readonly at: Instant;
  readonly on: Instant;
  readonly by: Role;
  /** How it was sent or said; null where the fact records none. */
  readonly channel: string | null;
  /** Version of the text that was sent or accepted; null: not recorded. */
  readonly text: string | null;
  /** Mode, basis or limit, in codes. */
  readonly detail: string | null;
  /** The fact itself: category of its stream and revision. */
  readonly stream: string;
  readonly rev: number;
}

/** A version of the authorisation matrix: from when, who wanted it and why. */
export interface MatrixVersionLine {
  readonly version: number;
  readonly proposedAt: Instant;
  /** Kind of account; `id` of the account where a person proposed it. */
  readonly by: Role;
  readonly account: string | null;
  readonly reason: string;
  readonly source: string;
  readonly appliesFrom: Instant;
  /** Null while it is not published: it then holds for nobody. */
  readonly publishedAt: Instant | null;
}

/** Whether what must be gone is gone. */
export interface RetentionReport {
  readonly at: Instant;
  /** Closed spaces whose ten years are over and whose destruction nobody decided; must be 0. */
  readonly pastArchive: number;
  /** Closed spaces whose express erasure is due and not decided; must be 0. */
  readonly pastErasure: number;
  /** Of the due ones, those that a legal hold keeps: counted in neither. */
  readonly held: number;
  /** Destructions that were decided and are under way. */
  readonly underWay: number;
  /**
   * Traces that outlived an express erasure and whose own end has come, and that still lie there; must be 0. Of a past moment: those due then that are
   * there today.
   */
  readonly pastTraces: number;
  /** The oldest fact that can still be read, by category of stream; null: there is none in the whole log. */
  readonly oldest: readonly { readonly category: string; readonly at: Instant | null }[];
}
/** The counts of a report: what the read model knows. */
export type RetentionCounts = Pick<RetentionReport, 'pastArchive' | 'pastErasure' | 'held' | 'underWay'>;

/** Destructions as they stand now, beside the log. */
export abstract class StandingDestructions {
  /** Traces kept after an express erasure that had to be gone by this moment and are not. Throws StoreUnavailable. */
  abstract tracesPast(moment: Instant): Promise<number>;
  /** Those whose rows are gone and whose certificate is not written yet, at most so many. Throws StoreUnavailable. */
  abstract unseen(most: number): Promise<readonly UnseenDestruction[]>;
}
/** A destruction between its last row and its certificate. `askedOn`: as in the register. */
export interface UnseenDestruction {
  readonly ground: DestructionGround;
  readonly scope: DestructionScope;
  readonly askedOn: LocalDate | null;
}

/** How much is kept beyond its time; must be nothing. */
export class GetRetention extends SubjectQuery<RetentionCounts> {
  constructor(asking: Asking) {
    super(null, asking);
  }
}
