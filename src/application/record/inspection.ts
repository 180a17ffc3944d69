import type { Rejection } from '../../domain/shared/rejection.js';

/** The media types that may be deposited at all (domain/record/formats.ts says by whom and how large). */
export type MediaType = 'application/pdf' | 'text/plain' | 'application/rtf' | 'image/jpeg' | 'image/png' | 'image/tiff' | 'text/xml';

/** What a file claims to be, and how large it may be, before a byte of it is read. */
export interface Claimed {
  /** As the depositor states it; must agree with what the bytes are. */
  readonly mediaType: string;
  /** The name the depositor gives the file; only its extension is looked at, and it must agree too. Null when there is none. */
  readonly fileName: string | null;
  /** Bytes; one more and the file is refused. */
  readonly maxSize: number;
  readonly allowed: readonly MediaType[];
}

/** What a file turned out to be. */
export interface Inspected {
  readonly mediaType: MediaType;
  readonly size: number;
  /** Hex; SHA-1 is what XDS and PDSm want in their metadata, integrity rests on SHA-256. */
  readonly sha1: string;
  readonly sha256: string;
}

/**
 * Looks at the bytes of a deposit while they flow: what they are by their content, size, archives and active content, viruses.
 * Refusals: `record/too-large`, `record/empty`, `record/type-not-accepted`, `record/type-mismatch` (content, claimed type and extension must agree),
 * `record/truncated`, `record/archive-refused`, `record/active-content` (scripts, launch actions, embedded files, external references), `record/virus-found`.
 */
export abstract class Inspection {
  /**
   * Hands the bytes through to `sink` as they come (back-pressure both ways), and says at the end what they were or why they are refused.
   * The sink is awaited; when the file is refused the sink's iterator is ended by a throw, so that it keeps nothing. Memory does not grow with the file
   * beyond `maxSize`. Throws StoreUnavailable when the antivirus is away: fails closed.
   */
  abstract inspect(
    bytes: AsyncIterable<Uint8Array>,
    claimed: Claimed,
    sink: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<Inspected | Rejection>;
}

/** Looks for viruses in a stream of bytes. */
export abstract class Antivirus {
  /** `found`: the name of what was found, never shown to the depositor. Throws StoreUnavailable when no answer can be had: fails closed. */
  abstract scan(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly clean: true } | { readonly clean: false; readonly found: string }>;
}
