import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Fault } from './ports.js';
import type { KnownPlace, Standstill, Subject } from './standstill.js';

/** An event where it lies, and why it cannot be read, or shown. */
export interface UnreadablePlace {
  readonly stream: StreamName;
  readonly rev: number;
  readonly position: bigint;
  readonly fault: Fault;
}

/** One line of the book. */
export interface QuarantinedPlace extends UnreadablePlace {
  readonly id: string;
  /** `LIFTED`: it could be read again. */
  readonly state: KnownPlace['state'] | 'LIFTED';
  readonly since: Instant;
  readonly settledAt: Instant | null;
}

/** What one reader of the log holds back of a subject. */
export interface HeldLine {
  /** Name of the read model, process or messenger. */
  readonly reader: string;
  readonly subject: Subject;
  readonly from: bigint;
  /** Grows with every further batch: what was added meanwhile is not settled with what was there. */
  readonly times: number;
}

/** Tries whether read models can make their rows of an event. */
export abstract class RowTrial {
  /** True when each of them can. Changes nothing. Throws StoreUnavailable. */
  abstract passes(place: Pick<UnreadablePlace, 'stream' | 'rev'>): Promise<boolean>;
}

/**
 * The durable book of events that cannot be read, or on which a read model fails. An event is written into it by whoever meets it first; its space, and
 * nothing else, stands still until an operator settles the place. No personal data: places and classes of reasons only.
 */
export abstract class Quarantine {
  /** What stands still now; may be a second old, except for what this process reported itself. Throws StoreUnavailable. */
  abstract now(): Promise<Standstill>;
  /**
   * Writes the place down, once, with an alarm; a place that was lifted stands still again, and so does one that was released and to be read all the same, once
   * that is not possible any more. `RELEASED`: it counts as sealed. Throws StoreUnavailable.
   */
  abstract report(place: UnreadablePlace): Promise<KnownPlace['state']>;
  /** Every place that was ever written down, the latest first. */
  abstract all(): Promise<readonly QuarantinedPlace[]>;
  /** Settles a place that is held. False when it was settled before. */
  abstract settle(id: string, state: 'LIFTED' | 'RELEASED'): Promise<boolean>;
  /** What readers hold back at this moment. */
  abstract heldBack(): Promise<readonly HeldLine[]>;
}
