/** The right to do a piece of work alone, for a term that must be renewed. */
export interface Lease {
  /** What it is for: `sealer`, `projections/07`. */
  readonly name: string;
  /** Higher with every new holder: whoever comes with a lower one has lost it, and what he writes is refused. */
  readonly fence: bigint;
}

/** Somebody else holds it by now: nothing was written, and nothing may be done under it any more. */
export class LeaseLost extends Error {
  constructor(readonly leases: readonly string[]) {
    super(`lost: ${leases.join(', ')}`);
  }
}

/**
 * Who does what, among processes that may die at any moment. A lease ends when its term is over and nobody renewed it; the clock is the database's.
 * That a holder still holds it is checked in the transaction of what he writes (`assertHeld` of the adapter), never by asking beforehand.
 * Every method throws StoreUnavailable when the database is away.
 */
export abstract class Leases {
  /** How long a lease runs without being renewed, milliseconds. */
  abstract readonly term: number;
  /** Takes up to `most` of these that nobody holds, or whose term is over; what this process holds already is not taken again. */
  abstract take(names: readonly string[], most: number): Promise<readonly Lease[]>;
  /** Begins their term anew. Returns those that are still held: the others have been taken by somebody else. */
  abstract renew(held: readonly Lease[]): Promise<readonly Lease[]>;
  /** Lets others take them at once. */
  abstract giveUp(held: readonly Lease[]): Promise<void>;
  /** Says that this process lives and wants to do this work, for a term. Returns how many processes do, this one included. */
  abstract attend(work: string): Promise<number>;
  /** Takes that back. */
  abstract leave(work: string): Promise<void>;
}
