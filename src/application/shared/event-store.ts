import type { StreamName } from '../../domain/shared/fact.js';
import type { Revision, StoreUnavailable } from './ports.js';

/**
 * One event, as bytes. The store keeps exactly these bytes for ever and never looks inside the body.
 * `header` is the canonical JSON of docs/reference/event-format.md; `body` is the ciphertext (or 00 ‖ clear JSON of the public types).
 */
export interface EventBytes {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** An event where it lies. (stream, rev) is its identity everywhere. */
export interface StoredEvent extends EventBytes {
  readonly stream: StreamName;
  /** Dense from 0 in its stream. */
  readonly rev: Revision;
  /** Comparable, increasing in commit order; opaque otherwise. Position 0 means "before the first". */
  readonly position: bigint;
}

/** Events for one stream: all are written or none. Event k must carry revision expected + 1 + k in its header. */
export interface Append {
  readonly stream: StreamName;
  /** Revision of the last event of the stream as the caller knows it; NO_STREAM (-1) for a new one. There is no "any". */
  readonly expected: Revision;
  /** UTC epoch milliseconds of the headers' `at`. */
  readonly at: number;
  /**
   * How long before the append was handed over its writer read `at` off his own clock, milliseconds; absent: just now. What he did meanwhile is no fault of
   * that clock. At most LONGEST_WAIT_MS count, together with what the append waits here.
   */
  readonly heldMs?: number;
  readonly events: readonly EventBytes[];
}

/**
 * `written`   — durable, or found there already with exactly the same bytes (a resend); position and revision of the last event.
 * `conflict`  — another revision lies there, or other bytes under the same revisions; `actual` is the revision found.
 * `clock`     — `at` is more than 2 s off the clock of the database, or more than 2 s before the previous event of the stream.
 */
export type AppendOutcome =
  | { readonly outcome: 'written'; readonly position: bigint; readonly revision: Revision; readonly resent: boolean }
  | { readonly outcome: 'conflict'; readonly actual: Revision }
  | { readonly outcome: 'clock'; readonly offByMs: number };

/** A batch as a subscriber sees it: in order, gap-free, at least once. */
export interface Batch {
  readonly events: readonly StoredEvent[];
  /** Everything up to here was considered (events of other prefixes included). */
  readonly position: bigint;
  /** True when nothing lay behind this batch at the time it was read. */
  readonly live: boolean;
}

/** Where the certificate lies under which streams may be removed: a clear `SpaceDestroyed` in an audit stream. */
export interface CertificatePlace {
  readonly stream: StreamName;
  readonly rev: Revision;
}
/** The certificate does not cover what lies in the stream: nothing was removed. The message holds no stored data. */
export class NotCertified extends Error {}

/** A reader of the log that runs until it is stopped or its handler fails. */
export interface Subscription {
  /** Resolves when stopped; rejects with the error of the handler. Errors of the store are retried with back-off, for ever. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

/** How long an append may wait, from the moment when its writer read his clock: what comes later counts as a clock that is off. Milliseconds. */
export const LONGEST_WAIT_MS = 30_000;

/**
 * How far, in milliseconds, an event may lie behind one that was written later: the store takes an `at` up to 2 s before its clock and up to 2 s after it, as
 * that was when the writer read it, and lets nobody count more than 30 s of waiting since. So behind an event of 34 s past a moment there is none of before it.
 */
export const DISORDER_MS = 4_000 + LONGEST_WAIT_MS;

/** The append-only log. Two adapters pass the same contract suite (test/infrastructure/event-store.contract.ts). */
export abstract class EventStore {
  /** One append; equals appendMany of one. Throws StoreUnavailable when nothing can be promised: then the same bytes may be sent again. */
  abstract append(append: Append): Promise<AppendOutcome>;
  /** Many streams, an outcome for each, no atomicity across them; StoreUnavailable for those of which nothing can be promised. At most one append per stream. */
  abstract appendMany(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]>;
  /** The events of a stream from `from` (inclusive, default 0), in order; empty when there is no such stream. */
  abstract read(stream: StreamName, from?: Revision): Promise<readonly StoredEvent[]>;
  /** Several streams in one go; a stream that does not exist maps to an empty list. */
  abstract readMany(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, readonly StoredEvent[]>>;
  /** Events behind `after`, in order, in batches, up to the head at the time of the call. Prefixes are categories ("space"); none means all. */
  abstract readAll(after: bigint, categories?: readonly string[]): AsyncIterable<Batch>;
  /**
   * Catch-up, then live. The handler is awaited before the next batch: back-pressure. A handler that throws ends the subscription.
   * The first batch comes at once, even when it is empty; later ones may be empty when only other categories moved on.
   */
  abstract subscribe(after: bigint, categories: readonly string[], handler: (batch: Batch) => Promise<void>): Subscription;
  /** The event at exactly this position, or null: how a checkpoint is verified when resuming. */
  abstract at(position: bigint): Promise<StoredEvent | null>;
  /** Position of the last event; 0 when empty. */
  abstract head(): Promise<bigint>;
  /**
   * Removes every event of a stream for ever, bytes and headers; returns how many there were, 0 when it was removed before. The only way anything ever
   * leaves the log. Works only when one part of the certificate names number and digest of the leaf hashes of exactly this stream; their 32 bytes stay with
   * whoever keeps proofs. The stream is ended with it: whoever appends to it from then on is told StoreUnavailable. Throws NotCertified otherwise, StoreUnavailable when nothing can be promised: then it may be asked again.
   */
  abstract purge(stream: StreamName, certificate: CertificatePlace): Promise<number>;
  /** Ends subscriptions and connections. */
  abstract close(): Promise<void>;
}
