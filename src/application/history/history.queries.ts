import type { Profession } from '../../domain/shared/actor.js';
import type { Words } from '../record/words.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/**
 * `LIFE`: what happened to the space, its rights and documents; `ACCESS`: people who looked; `REFUSED`: who was refused;
 * `MACHINE`: parts of the service and software of places of care or of the health insurance that read.
 */
export const LANES = ['LIFE', 'ACCESS', 'REFUSED', 'MACHINE'] as const;
export type Lane = (typeof LANES)[number];

/** Who acted, as he stated himself then. */
export interface HistoryActor {
  /** `person` is the holder; `representative` acts for him; `stranger` is an account that is neither. Otherwise the role. */
  readonly kind: string;
  /** National identifier of a professional. */
  readonly id: string | null;
  readonly name: string | null;
  readonly profession: (Profession & Words) | null;
  readonly facility: { readonly id: string; readonly name: string } | null;
}
/** The receipt of a decision (domain reference 3.1), for the holder's side and for compliance. */
export interface HistoryReceipt {
  readonly outcome: 'ALLOW' | 'DENY';
  /** Step of the decision that had the last word. */
  readonly rule: string;
  readonly reason: string;
  /** The reason in words. */
  readonly words: Words;
  /** `normal`, `bris_de_glace`, `centre_15`. */
  readonly mode: string;
  /** Version of the authorisation matrix; null where the decision did not come to it. */
  readonly matrix: number | null;
  /** Ids of the lines of this history that it rested on, as far as this reader may see them. */
  readonly facts: readonly string[];
}
export interface HistoryLine {
  /** Stable identity of the line; says nothing of where it lies. */
  readonly id: string;
  readonly at: string;
  /** When it was true, if not when it was written. */
  readonly on: string;
  readonly kind: string;
  readonly lane: Lane;
  /** `who.kind`. */
  readonly by: string;
  readonly who: HistoryActor;
  /** Written under an emergency access, or opened one. */
  readonly emergency: boolean;
  /** Under the secret of a minor: not for his representatives (CSP R.1111-50). */
  readonly secret: boolean;
  /** Documents it speaks of that this reader may see. */
  readonly documents: readonly { readonly document: string; readonly title: string }[];
  readonly fr: string;
  readonly en: string;
  /** Null where nothing was decided, and for who may not read it. */
  readonly receipt: HistoryReceipt | null;
}
export interface HistoryPage {
  readonly lines: readonly HistoryLine[];
  /** Give it back to get the next, older page; null on the last one. */
  readonly next: string | null;
}

/** Which lines; every member narrows. */
export interface HistoryFilter {
  /** National identifier of a professional who acted, or whom the fact is about. */
  readonly professional: string | null;
  /** FINESS number of a place of care from which somebody acted, or which the fact is about. */
  readonly facility: string | null;
  /** Id of a document that was looked at or refused. Absent: any. */
  readonly document?: string;
  /** Written from (inclusive) until (exclusive). */
  readonly from: string | null;
  readonly until: string | null;
  /** Types of facts; empty: all. */
  readonly kinds: readonly string[];
  /** Empty: all. */
  readonly lanes: readonly Lane[];
}
export const EVERY_LINE: HistoryFilter = { professional: null, facility: null, from: null, until: null, kinds: [], lanes: [] };
export interface HistoryRequest {
  /** 1 to 100. */
  readonly first: number;
  readonly cursor: string | null;
  readonly filter: HistoryFilter;
}

/** What happened to a space and who looked, latest first. */
export class GetActivityHistory extends SubjectQuery<HistoryPage> {
  constructor(
    space: string,
    asking: Asking,
    readonly page: HistoryRequest,
  ) {
    super(space, asking);
  }
}
