import type { Recorded } from '../../domain/shared/fact.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Confidentiality } from '../../domain/record/document-vocabulary.js';
import type { RestfulKind } from './profiles.js';
import type { AuditOutcome } from './resources.js';
import type { ThingType } from './refs.js';

/** A restful act: one event for each thing that it touches, because BALP allows one data entity. */
export interface Act<E> {
  readonly as: Exclude<RestfulKind, 'Query'>;
  readonly on: ThingType;
  /** Things with ids of their own; absent or none: what there is once in the space, or the stream itself where there is no space. */
  readonly ids?: (event: E) => readonly string[];
  /** What the thing is labelled with from then on. */
  readonly labels?: (event: E) => readonly Confidentiality[];
}
/** A question: its name and the past moment it was about are all the log keeps of the request. */
export interface Question<E> {
  readonly as: 'Query';
  readonly query: (event: E) => string;
}
/** Somebody was refused: AuthZconsent. */
export interface Refusal<E> {
  readonly as: 'Refusal';
  /** Code of the reason, how often it came again, or that a code was wrong. */
  readonly why: (event: E) => string;
  readonly details: (event: E) => Readonly<Record<string, string>>;
  /** A document that was asked for, if what was asked for has the form of one. */
  readonly document: (event: E) => string | null;
}
/** Somebody proved, or failed to prove, who he is (DCM 110114); IHE has no profile for it. */
export interface Proof {
  readonly as: 'Proof';
  readonly outcome: AuditOutcome;
}
/** Somebody looked at the trail itself (DCM 110101); IHE has no profile for it. */
export interface Trail {
  readonly as: 'Trail';
}
/** Data leave: PrivacyDisclosure.Source. */
export interface Disclosure<E> {
  readonly as: 'Disclosure';
  /** Whom they are encrypted for. */
  readonly recipient: (event: E) => string;
}
/** No audit event, and why not. */
export interface Silent {
  readonly as: 'None';
  readonly because: string;
}
/** Depends on what the fact says; `says` in words for the reference. */
export interface Varies<E extends Tagged> {
  readonly as: 'Varies';
  readonly says: string;
  readonly row: (fact: Recorded<E>) => PlainRow<E>;
}
export type PlainRow<E> = Act<E> | Question<E> | Refusal<E> | Disclosure<E> | Proof | Trail | Silent;
/** What one kind of fact becomes. */
export type Row<E extends Tagged> = PlainRow<E> | Varies<E>;

type Ids<E> = Act<E>['ids'];
const act =
  (as: Act<never>['as']) =>
  <E>(on: ThingType, ids?: Ids<E>, labels?: Act<E>['labels']): Act<E> => ({ as, on, ...(ids && { ids }), ...(labels && { labels }) });
export const creates = act('Create');
export const reads = act('Read');
export const updates = act('Update');
export const deletes = act('Delete');
export const silent = (because: string): Silent => ({ as: 'None', because });
