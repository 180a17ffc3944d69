import type { Tagged } from '../../domain/shared/decider.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import type { StoredEvent, Subscription } from './event-store.js';
import type { Standstill } from './standstill.js';

/** An event whose key is archived or destroyed, or that an operator released: it lies there and counts, and nobody reads it. */
export interface Sealed {
  readonly sealed: true;
  /** By an operator's decision: no key is shut, and the rest of its stream is read as ever. */
  readonly released: boolean;
  /** Its key is put away, not gone: what it says may be read again one day. */
  readonly archived: boolean;
  readonly stream: StreamName;
  readonly rev: number;
  readonly position: bigint;
}
/** An event that cannot be read, and stands in quarantine for it: its space goes no further. */
export interface Held {
  readonly held: true;
  readonly stream: StreamName;
  readonly rev: number;
  readonly position: bigint;
}
/** What a reader of the log meets: a fact, the sealed place of one, or one that cannot be read. */
export type Met<E extends Tagged = Tagged> = Recorded<E> | Sealed | Held;
/** Tells a sealed place from all others. */
export const isSealed = (met: Met): met is Sealed => 'sealed' in met;
/** Tells an event that cannot be read from all others. */
export const isHeld = (met: Met): met is Held => 'held' in met;
/** Tells a fact from places where none can be read. */
export const isReadable = <E extends Tagged>(met: Met<E>): met is Recorded<E> => 'event' in met;

/** A batch of the log as facts, in order and gap-free. */
export interface FactBatch {
  readonly facts: readonly Met[];
  /** Everything up to here was considered. */
  readonly position: bigint;
  /** True when nothing lay behind this batch at the time it was read. */
  readonly live: boolean;
  /** The last event of the batch as it is stored: what a checkpoint remembers of it. Null when the batch holds none of the categories. */
  readonly last: StoredEvent | null;
  /** What stood still when the batch was opened, its own events included. */
  readonly standstill: Standstill;
}

/**
 * The log as facts, for those who read across streams: projections and processes. Event store and codec behind one port.
 * What cannot be read is in quarantine before a reader meets it as Held. Throws StoreUnavailable when the store or the vault is away.
 */
export abstract class FactReader {
  /** Batches behind `after`, up to the head at the time of the call; each is read while the one before is worked on. */
  abstract read(after: bigint, categories: readonly string[]): AsyncIterable<FactBatch>;
  /** Catch-up, then live, at least once; the handler is awaited before the next batch. A handler that throws ends the subscription. */
  abstract subscribe(after: bigint, categories: readonly string[], handler: (batch: FactBatch) => Promise<void>): Subscription;
  /** The facts of these streams, each from its beginning, in order. A stream that does not exist has none. */
  abstract readMany(streams: readonly StreamName[]): Promise<readonly Met[]>;
  /** What stands still now. */
  abstract standstill(): Promise<Standstill>;
  /** Position of the last event; 0 when the log is empty. */
  abstract head(): Promise<bigint>;
}
