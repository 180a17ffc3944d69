import type { Subject } from '../shared/actor.js';
import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import type { AlertRule } from './alert-rules.js';

/** How a review ended: what was done was in order, was not, goes to somebody else (prosecutor, order of doctors, employer), or the case itself was a mistake. */
export const OUTCOMES = ['JUSTIFIED', 'NOT_JUSTIFIED', 'REFERRED', 'ERROR'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whose accesses are reviewed, and the accounts he is known to have. */
export interface Looker {
  /** `nameOf` him. */
  readonly actor: string;
  readonly accounts: readonly Subject[];
}
/** Why a case was opened: somebody said so, or an emergency access, named by the revision of its fact in the access stream of the space. */
export type CaseCause =
  { readonly kind: 'HAND'; readonly reason: string } | { readonly kind: 'BREAK_GLASS'; readonly on: Instant; readonly rev: number };
/** What a rule found (see `Alert`), under which version of the rules. */
export interface RaisedAlert {
  readonly rule: AlertRule;
  readonly rules: number;
  readonly looker: Looker;
  readonly space?: string;
  /** The Paris day. */
  readonly window: string;
  /** Of the access that exceeded it. */
  readonly on: Instant;
  readonly measured: number;
  readonly most: number;
  readonly accesses: readonly string[];
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `case-<id>`: one review, from what called for it to its outcome. An alert is the first fact of its case: neither is there without the other. */
export type CaseEvent =
  | Event<'AlertRaised', 1, RaisedAlert>
  | Event<
      'CaseOpened',
      1,
      { cause: CaseCause | { readonly kind: 'ALERT'; readonly rule: AlertRule }; looker: Looker; space?: string; due: Instant }
    >
  | Event<'CaseAssigned', 1, { assignee: Subject }>
  | Event<'CaseDueSet', 1, { due: Instant }>
  | Event<'CaseCommented', 1, { text: string }>
  /** Its day came and it was not closed. */
  | Event<'CaseFellDue', 1, { due: Instant }>
  | Event<'CaseClosed', 1, { outcome: Outcome; reason: string }>
  | Event<'CaseReopened', 1, { reason: string; due: Instant }>;

export type CaseCommand =
  | Intent<'RaiseAlert', RaisedAlert & { due: Instant }>
  | Intent<'OpenCase', { cause: CaseCause; looker: Looker; space?: string; due: Instant }>
  /** `known`: accounts that whoever looked was seen with since the case was opened. */
  | Intent<'AssignCase', { assignee: Subject; known: readonly Subject[] }>
  | Intent<'SetCaseDue', { due: Instant; known: readonly Subject[] }>
  | Intent<'CommentCase', { text: string; known: readonly Subject[] }>
  | Intent<'MarkCaseOverdue', { due: Instant }>
  | Intent<'CloseCase', { outcome: Outcome; reason: string; known: readonly Subject[] }>
  | Intent<'ReopenCase', { reason: string; due: Instant; known: readonly Subject[] }>;
