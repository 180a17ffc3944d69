import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { StoredEvent } from './event-store.js';

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
  /** Forgets wishes done before this moment; a fact delivered again brings its wish back, and firing it again changes nothing. Returns how many. */
  abstract purge(before: Instant): Promise<number>;
}

/** How far each process has come along the log. */
export abstract class ProcessPoints {
  /** Position to go on behind; 0 for a process that never ran. Throws when the log is another one than it had followed. */
  abstract load(process: string): Promise<bigint>;
  /** Everything up to this position was reacted to; `last` is the last event met, null when there was none. Durable when it resolves. */
  abstract reacted(process: string, position: bigint, last: StoredEvent | null): Promise<void>;
  /** The same where nothing called for anything: written a moment later, together with what follows, because passing over it again is harmless. */
  abstract passed(process: string, position: bigint, last: StoredEvent | null): void;
  /** Writes what was passed over and not written yet: before a process stops. */
  abstract settle(process: string): Promise<void>;
}
