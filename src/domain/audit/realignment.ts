import type { Decider, Event, Intent } from '../shared/decider.js';

/** What was taken out because the log does not hold it any more. */
export interface Removed {
  /** Rows of persons in the registry. */
  readonly addresses: number;
  /** Codes of letters, in the registry. */
  readonly codes: number;
  /** Lines of the calendar. */
  readonly deadlines: number;
  /** Quarantines of events. */
  readonly quarantines: number;
}

/** What follows the log again. */
export interface SetBack {
  /** Spaces whose keys were put away or taken back by an event that is lost. */
  readonly rings: number;
  /** Processes and messengers. */
  readonly readers: number;
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `audit-<yyyymm>-realignments`: an operator made registry, calendar and processes agree with a log that ends before them. Written before anything goes. */
export type RealignmentEvent = Event<'StoreRealigned', 1, Removed & SetBack>;
export type RealignmentCommand = Intent<'RealignStore', Removed & SetBack>;

/** Every run that found something is written, also one that goes on with another that was killed: each says what it found. */
export const realignment: Decider<RealignmentCommand, null, RealignmentEvent> = {
  category: 'audit',
  initial: null,

  decide: {
    RealignStore: ({ addresses, codes, deadlines, quarantines, rings, readers }) => [
      { type: 'StoreRealigned', v: 1, addresses, codes, deadlines, quarantines, rings, readers },
    ],
  },

  evolve: { StoreRealigned: () => null },
};
