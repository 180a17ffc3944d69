import type { Rights } from '../access/rights.queries.js';
import type { SpaceOverview } from '../enrolment/space.queries.js';
import type { HistoryLine } from '../history/history.queries.js';
import type { LinePlace } from '../history/receipts.js';
import type { DocumentEntry } from '../record/record.queries.js';
import type { Admission } from '../shared/gate.js';
import type { Actor } from '../../domain/shared/actor.js';

/** Through whose eyes a copy is put together, and up to where. */
export interface CopyReading {
  readonly space: string;
  readonly actor: Actor;
  readonly admission: Admission;
  /** Of the wish for the copy: lines up to it, itself included, are in the copy. */
  readonly position: bigint;
}
export interface CopiedLine {
  readonly line: HistoryLine;
  /** Where it lies, for its receipt; a code where this reader gets none (`history/line-under-veil`, `history/no-receipt-here`). */
  readonly place: LinePlace | string;
}
export interface CopiedProfile {
  readonly overview: Omit<SpaceOverview, 'revision'>;
  readonly rights: Rights;
}

/** What a reader may have of a space, read page by page. Throws StoreUnavailable. */
export abstract class CopyReads {
  /** Null when there is no such space. */
  abstract profile(reading: CopyReading): Promise<CopiedProfile | null>;
  /** All versions, those put aside too; latest deposit first. */
  abstract documents(reading: CopyReading): AsyncIterable<DocumentEntry>;
  /** Latest first. */
  abstract lines(reading: CopyReading): AsyncIterable<CopiedLine>;
}

/** A file of a copy. `path`: ASCII letters, digits, `.`, `-`, `_` and `/`. */
export interface CopyFile {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}
export interface Packed {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** SHA-256 of the whole, hex; once the bytes were read to their end. */
  readonly sha256: () => string;
}
/** Makes one archive of files, as they come: nothing is held but the piece under way. */
export abstract class CopyPacking {
  /** The files one after the other, and last `manifest-sha512.txt`, which names them all but itself. `at`: the date of every file. */
  abstract pack(files: AsyncIterable<CopyFile>, at: string): Packed;
}
