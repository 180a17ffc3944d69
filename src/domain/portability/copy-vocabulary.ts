import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';

/** Why a copy was not made: who asked may no longer have it, or it could not be put together. */
export type CopyFailure = 'NOT_ALLOWED' | 'NOT_MADE';
/** Why a copy went: its days were over, or a document in it was taken back or deleted. */
export type CopyEnd = 'EXPIRED' | 'DOCUMENT_WITHDRAWN';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `record-<space>`: copies of what lies in the space, made for one account each (*copie des données*, CSP R.1111-35). */
export type CopyEvent =
  /** `asker`: `nameOf` the account; the copy holds what it may see, and is for nobody else. */
  | Event<'CopyRequested', 1, { copy: string; asker: string }>
  | Event<
      'CopyReady',
      1,
      {
        copy: string;
        blob: string;
        /** Bytes in clear. */ size: number;
        /** Of the whole archive, hex. */ sha256: string;
        /** Documents in it. */ documents: readonly string[];
        /** Lines of the history in it. */ lines: number;
        /** Exclusive. */ until: Instant;
      }
    >
  | Event<'CopyFailed', 1, { copy: string; reason: CopyFailure }>
  | Event<'CopyEnded', 1, { copy: string; blob: string; why: CopyEnd }>;

/** A copy as it was put together. */
export interface MadeCopy {
  readonly copy: string;
  readonly blob: string;
  readonly size: number;
  readonly sha256: string;
  readonly documents: readonly string[];
  readonly lines: number;
}

export type CopyCommand =
  | Intent<'RequestCopy', { copy: string }>
  | Intent<'DeliverCopy', MadeCopy>
  | Intent<'FailCopy', { copy: string; reason: CopyFailure }>
  /** All whose days are over. */
  | Intent<'ExpireCopies'>
  /** All that hold a document which was taken back or deleted. */
  | Intent<'WithdrawCopies', { document: string }>;
