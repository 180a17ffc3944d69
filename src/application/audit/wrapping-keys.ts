/**
 * `open`: wraps keys and may wrap new ones. `closed`: no key comes under it any more, and those it wraps are being wrapped anew. `empty`: a whole walk since
 * then left none under it. `unknown`: in the file alone, because the table does not know it (any more).
 */
export type EpochUse = 'open' | 'closed' | 'empty' | 'unknown';

/** One key that wraps keys. */
export interface EpochState {
  readonly epoch: number;
  /** When it was begun, ISO 8601; null when the table does not know it (any more). */
  readonly since: string | null;
  readonly use: EpochUse;
  /** How many keys of older epochs were wrapped anew by it. */
  readonly rewrapped: number;
  /** Whether its bytes are in the file. */
  readonly here: boolean;
}

/** What a walk over the keys of older epochs came to. */
export interface Rewrapped {
  /** How many keys were wrapped anew, this time. */
  readonly wrapped: number;
  /** How many do not open and stay under their epoch, which cannot be retired before their bytes are back or gone. */
  readonly left: number;
}

/** Told how many keys of about how many are wrapped anew. */
export type RotationProgress = (done: number, about: number) => void;

/** The keys that wrap keys, as the vault has them. Every step may be killed anywhere and done again. Every method throws StoreUnavailable. */
export abstract class WrappingKeys {
  /** Every epoch, the newest first. Looks at no key. */
  abstract epochs(): Promise<readonly EpochState[]>;
  /** How many living keys each epoch wraps. Reads every key. */
  abstract count(): Promise<ReadonlyMap<number, number>>;
  /** Begins a new epoch, by which every new key is wrapped from then on; its number. */
  abstract begin(): Promise<number>;
  /** Closes every epoch but the newest and wraps their keys anew by it. While keys were left, the next time looks at all of them again. */
  abstract rewrap(progress: RotationProgress): Promise<Rewrapped>;
  /** What stands against destroying an epoch; null when nothing does. Throws RangeError when there is no such epoch. */
  abstract hindrance(epoch: number): Promise<string | null>;
  /** Destroys the bytes of an epoch, for ever. Throws EpochInUse while anything stands against it. */
  abstract destroy(epoch: number): Promise<void>;
}

/** An epoch that may still wrap keys cannot go. */
export class EpochInUse extends Error {}
