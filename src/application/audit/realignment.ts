import type { Removed } from '../../domain/audit/realignment.js';

/** Told how many addresses were looked up. */
export type RealignmentProgress = (done: number) => void;

/** What stands ahead of the log, and what would be taken out for it. */
export interface Lead {
  /** Whether the registry has read events that the log does not hold. */
  readonly registry: boolean;
  /** Processes and messengers that have. */
  readonly readers: readonly string[];
  /** Position of the last event up to which the log is the one that was followed; 0 when nothing shows it. Registry and `readers` read on from there. */
  readonly from: bigint;
  /** What is done once more because its cause is here and its effect may be lost: processes read the whole log, lines of the calendar fire again. What stands stays. */
  readonly again: { readonly readers: readonly string[]; readonly deadlines: number };
  /** Addresses in the registry that were looked up. */
  readonly people: number;
  /** Spaces whose content lies under keys that were put away, or taken back, by an event that is lost; they follow the log again. */
  readonly rings: number;
  readonly removed: Removed;
}
/** What was found, for doing it. */
export interface Finding {
  readonly lead: Lead;
  /** Takes out what the log does not hold, then sets everything back to where the log still is the one that was followed. Safe to be killed and done again. */
  apply(): Promise<void>;
}

/** Nothing can be done; the message says why, in words for an operator. */
export class CannotRealign extends Error {}

/** What PostgreSQL says of a log that was restored to an earlier moment, or cut off. Every method throws StoreUnavailable. */
export abstract class Realignment {
  /**
   * Looks everything up, changes nothing. Only one at a time works with what it found. Throws CannotRealign when nothing is ahead of the log, and when none of
   * the addresses is in it: that is another log.
   */
  abstract find<T>(progress: RealignmentProgress, work: (finding: Finding) => Promise<T>): Promise<T>;
  /** How many workers of other processes are at work. */
  abstract atWork(): Promise<number>;
}
