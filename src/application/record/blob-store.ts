import type { StreamName } from '../../domain/shared/fact.js';

/** The name of one object in the store: 1 to 100 characters of `[A-Za-z0-9_-]`, no reference to a person. New ones are `<stream>_<uuid>` (ADR 0052). */
export type BlobName = string & { readonly __brand: 'BlobName' };

/** Bytes that lie in the store: already encrypted, the store knows nothing of what they say. */
export interface StoredBlob {
  readonly name: BlobName;
  /** Bytes as they lie there. */
  readonly size: number;
  /** When it was written, epoch ms by the clock of the store: what the sweep of orphans goes by. */
  readonly writtenAt: number;
}

/** An object of this name lies there already: nothing was changed. Names end in something random, so this is a fault of the caller. */
export class BlobNameTaken extends Error {}

/** The bytes are not those that were written for this document under this key. The message says nothing of them. Doors answer 503, and it is an alarm. */
export class DocumentUnreadable extends Error {}

/** Whether a text may be the name of an object. */
export const isBlobName = (text: string): text is BlobName => /^[A-Za-z0-9_-]{1,100}$/.test(text);

const IN_STREAM = /^((?:record|veil)-[A-Za-z0-9_-]+)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The stream in which the event lies that names this object, if any does; null for names of before there was one in them. */
export const streamIn = (name: BlobName): StreamName | null => (IN_STREAM.exec(name)?.[1] as StreamName | undefined) ?? null;

/**
 * Where the encrypted bytes of documents lie. Files by default, or any store that speaks S3. An object is written once and never changed.
 * Throws StoreUnavailable when the store is away or full: then nothing lies there.
 */
export abstract class BlobStore {
  /**
   * Resolves when every byte is durable. When it rejects, or the process dies meanwhile, no object of this name can be read.
   * The bytes are read once, with back-pressure; an error of the source rejects with that error.
   * Throws BlobNameTaken when there is an object of this name: of many who put it at once, one succeeds.
   */
  abstract put(name: BlobName, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly size: number }>;
  /**
   * `start` inclusive, `end` exclusive, bytes as they lie there, cut to what there is; null when there is no such object.
   * Whoever gets bytes reads them, to the end or until he leaves the loop: the store holds something open meanwhile.
   */
  abstract get(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array> | null>;
  /** Removes it; nothing happens when there is none. */
  abstract delete(name: BlobName): Promise<void>;
  /** Every object, in pages, in any order; what was written meanwhile may be missing. */
  abstract list(): AsyncIterable<readonly StoredBlob[]>;
}
