import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { StoredEvent } from './event-store.js';
import type { HeldLine } from './quarantine.js';
import type { Claim, Ranges } from './ranges.js';
import type { HeldBack } from './standstill.js';

/** A wish that waits for its day. Computed from a fact, so it can be recomputed by anybody. */
export interface PendingWish {
  /** Identity: process, fact, index. */
  readonly process: string;
  readonly stream: StreamName;
  readonly rev: number;
  readonly index: number;
  /** The thing it is addressed to, and the wish without personal data. */
  readonly target: string;
  readonly wish: { readonly type: string };
  readonly notBefore: Instant;
}

/** The calendar of the service: written once per wish, fired at least once, by one worker at a time. */
export abstract class Deadlines {
  /** Idempotent: the same identity again changes nothing. */
  abstract keep(wishes: readonly PendingWish[]): Promise<void>;
  /**
   * Takes up to `limit` wishes due at `now`, oldest first, hands each to `fire`, and marks those that succeeded as done.
   * Rows stay locked meanwhile (FOR UPDATE SKIP LOCKED); a crash leaves them due; one that fails waits ever longer. Returns how many were fired.
   */
  abstract fireDue(now: Instant, limit: number, fire: (wish: PendingWish) => Promise<void>): Promise<number>;
  /**
   * Forgets up to `limit` wishes done before this moment, oldest first; a fact delivered again brings its wish back, and firing it again changes nothing.
   * Returns how many.
   */
  abstract purge(before: Instant, limit: number): Promise<number>;
}

/** Where some ranges of streams stand. */
export interface RangePoint {
  readonly ranges: Ranges;
  /** Everything up to here was reacted to. */
  readonly position: bigint;
}

/** How far each process has come along the log, range by range. */
export abstract class ProcessPoints {
  /**
   * Takes over the ranges of a claim: where they stand, 0 for a process that never ran. From here on nobody else moves them. Throws LeaseLost, and
   * AnotherLog when the log is another one than it had followed.
   */
  abstract claim(process: string, claim: Claim): Promise<readonly RangePoint[]>;
  /**
   * Everything of the claimed ranges up to this position was reacted to, except for what is held back, which is noted first; `last` is the last event
   * met, null when there was none. Durable when it resolves. Throws LeaseLost when somebody else has claimed some of them: nothing was written.
   */
  abstract reacted(process: string, claim: Claim, to: Reached, heldBack: HeldBack): Promise<void>;
  /** The same where nothing called for anything: written a moment later, together with what follows, because passing over it again is harmless. */
  abstract passed(process: string, claim: Claim, to: Reached): void;
  /** Writes what was passed over and not written yet: before a process stops. */
  abstract settle(process: string): Promise<void>;
  /** The position that every range outside of a claim has reached, whoever takes it; null when all of them are in the claim. May be a second old. */
  abstract elsewhere(process: string, claim: Claim): Promise<bigint | null>;
  /** What this process holds back, whoever holds the ranges. */
  abstract heldBack(process: string): Promise<readonly HeldLine[]>;
  /** What this line stood for was reacted to. */
  abstract gaveBack(line: HeldLine): Promise<void>;
  /** What this line stood for was reacted to up to this position, without it; the rest waits on. */
  abstract gaveBackUntil(line: HeldLine, position: bigint): Promise<void>;
}

/** The end of a batch. */
export interface Reached {
  readonly position: bigint;
  readonly last: StoredEvent | null;
}
