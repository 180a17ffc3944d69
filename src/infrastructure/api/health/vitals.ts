/** How one read model stands. */
export interface ProjectionState {
  readonly name: string;
  /** Positions between the head of the log and what its rows include: events in PostgreSQL, bytes of the log in KurrentDB. */
  readonly lag: bigint;
  /** Stopped on an event it could not take in. */
  readonly failed: boolean;
}

/** How far a process or messenger is behind the log, in the same positions. */
export interface ProcessState {
  readonly name: string;
  readonly lag: bigint;
}

/** How the sealed log stands. */
export interface SealState {
  /** Events that are sealed. */
  readonly size: number;
  /** Positions between the head of the log and the last of them. */
  readonly lag: bigint;
  /** Why the sealer stopped; null while it works. */
  readonly trouble: string | null;
  /** How much of what comparisons of log and seal found was not found right since. */
  readonly findings: number;
  /** Events under the head that the outside is shown; 0 before the first. */
  readonly published: number;
  /** False when that head went out without the quorum of the witnesses' policy. */
  readonly quorum: boolean;
  /** Names of the witnesses in the policy, and what is wrong with each; null: nothing. */
  readonly witnesses: readonly { readonly label: string; readonly trouble: string | null }[];
}

/** What the doors need to know of the rest of the process; the composition root says who answers. */
export abstract class Vitals {
  /** Resolves when the database answers; rejects otherwise. */
  abstract database(): Promise<void>;
  /** Resolves when the event store answers; rejects otherwise. */
  abstract eventStore(): Promise<void>;
  abstract projections(): Promise<readonly ProjectionState[]>;
  /** Reactions and messengers, whichever process of the installation runs them. */
  abstract processes(): Promise<readonly ProcessState[]>;
  abstract seal(): Promise<SealState>;
  /** Appends that the store refused to this process because its clock is off, since it began. */
  abstract refusedByClock(): number;
  /** False when the antivirus does not find what is made to be found: deposits are then refused. */
  abstract antivirus(): Promise<boolean>;
  /** How many events that cannot be read wait for an operator. */
  abstract quarantine(): Promise<number>;
}
