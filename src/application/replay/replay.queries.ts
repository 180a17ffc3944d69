import type { Knowledge } from '../../domain/shared/knowledge.js';
import type { Instant } from '../../domain/shared/time.js';
import type { HistoryActor } from '../history/history.queries.js';
import type { Words } from '../record/words.js';
import type { Admission } from '../shared/gate.js';
import type { Sight } from '../shared/subject-query.js';

/** A value of the state: JSON that `===` compares. */
export type StateValue = string | number | boolean | null;
/**
 * The dossier as a controller sees it (structure and dates, no title and nothing that a document says): by part, its fields. Parts: `overview`,
 * `documents/<id>`, `rights/<what> <whom>…`, `switches/<which>`, `defaultMask`, `allDocuments`.
 */
export type DossierState = Readonly<Record<string, Readonly<Record<string, StateValue>>>>;
/** One part of a state, as doors show it. */
export interface StatePart {
  readonly part: string;
  readonly fields: readonly { readonly field: string; /** JSON. */ readonly value: string }[];
}
/** One difference between two states. `ADDED` and `REMOVED` concern a whole part (field null), `CHANGED` one of its fields. */
export interface StateChange extends Words {
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  readonly part: string;
  readonly field: string | null;
  /** JSON: of a part its fields as an object, of a field its value; null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One event, and what it did to the dossier. */
export interface ReplayStep extends Words {
  /** Place among all events about this space, from 1. */
  readonly number: number;
  /** When it was written; null where it cannot be read any more. */
  readonly at: Instant | null;
  /** When it was true. */
  readonly on: Instant | null;
  /** Type of the fact; `Sealed` where its key is archived or destroyed, or it was released. */
  readonly kind: string;
  /** Category of its stream, and its revision there. */
  readonly category: string;
  readonly revision: number;
  readonly who: HistoryActor | null;
  /** Id of its line in the history; null where it has none of its own. */
  readonly line: string | null;
  /** What the time that passed since the event before changed by itself: what ran out, what showed. */
  readonly elapsed: readonly StateChange[];
  /** What the event changed. */
  readonly changes: readonly StateChange[];
}
export interface StepPage {
  /** The dossier before the first step of the page, and after the last. */
  readonly before: readonly StatePart[];
  readonly steps: readonly ReplayStep[];
  readonly after: readonly StatePart[];
  /** Give it back to get the next, later page; null on the last one. */
  readonly next: string | null;
}
export interface StepRequest {
  /** 1 to 100. */
  readonly first: number;
  readonly cursor: string | null;
  /** Written from (inclusive) until (exclusive); what was written before is played without being shown. */
  readonly from: Instant | null;
  readonly until: Instant | null;
}

/** What became of a dossier between two moments. */
export interface DossierDifference {
  readonly from: Instant;
  readonly to: Instant;
  readonly knowledge: Knowledge;
  readonly changes: readonly StateChange[];
}

/** The past of one space, played again in the order in which it was written. */
export abstract class DossierReplays {
  /** Events oldest first, each with what it changed. Throws Refused `query/page-size`, `query/cursor-unknown`, `query/not-caught-up-yet`. */
  abstract steps(space: string, request: StepRequest, looking: DossierLooking): Promise<StepPage>;
  /** The state of the dossier at a moment, in one of both senses. */
  abstract state(space: string, at: Instant, knowledge: Knowledge, looking: DossierLooking): Promise<readonly StatePart[]>;
  /** What was added, changed and removed between two moments. */
  abstract difference(space: string, request: Omit<DossierDifference, 'changes'>, looking: DossierLooking): Promise<DossierDifference>;
}
export interface DossierLooking {
  readonly admission: Admission;
  readonly sight: Sight;
  /** Facts written later are left out: what was known then. */
  readonly asOf: Instant;
}
