import type { ExportFigures, ExportResult, ExportWish } from '../../domain/audit/export-vocabulary.js';

/** How far the making of a package has come. */
export interface ExportProgress {
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

/** Which file of an export is fetched: the encrypted package, its digest, the proof that the log names it, and the event the proof is of. */
export type ExportFile = 'package' | 'sha256' | 'proof' | 'event';

/** Bytes of one file, a part of them where a range was asked for: `end` is exclusive. */
export interface ExportBytes {
  readonly name: string;
  readonly size: number;
  readonly range: { readonly start: number; readonly end: number };
  readonly bytes: AsyncIterable<Uint8Array>;
}
/** Chooses the part that is wanted of so many bytes; null: all of them. */
export type WantedBytes = (size: number) => { readonly start: number; readonly end: number } | null;

/** What the makers of packages give to the doors. */
export abstract class ExportShelf {
  /** Leaves of the head of the log that was published last: only what lies below it can be exported. Throws StoreUnavailable. */
  abstract sealed(): Promise<number>;
  /** How far this one has come; null when nobody works on it. Throws StoreUnavailable. */
  abstract progress(id: string): Promise<ExportProgress | null>;
  /** Null when the file is not there (yet): a proof comes after the next signed head. */
  abstract open(
    id: string,
    result: Pick<ExportResult, 'attempt' | 'name'>,
    file: ExportFile,
    wanted: WantedBytes,
  ): Promise<ExportBytes | null>;
  /** Counts what a package would hold, and writes nothing. Throws NothingSealed, StrangeCheckpoint. */
  abstract rehearse(wish: ExportWish, progress: (done: number, total: number) => void): Promise<ExportFigures>;
}
