/** The name of one object in the store: random, 1 to 100 characters of `[A-Za-z0-9_-]`, no reference to a person. */
export type BlobName = string & { readonly __brand: 'BlobName' };

/** Bytes that lie in the store: already encrypted, the store knows nothing of what they say. */
export interface StoredBlob {
  readonly name: BlobName;
  /** Bytes as they lie there. */
  readonly size: number;
  /** When it was written, epoch ms by the clock of the store: what the sweep of orphans goes by. */
  readonly writtenAt: number;
}

/**
 * Where the encrypted bytes of documents lie. Files by default, or any store that speaks S3. An object is written once and never changed.
 * Throws StoreUnavailable when the store is away or full: then nothing lies there.
 */
export abstract class BlobStore {
  /**
   * Resolves when every byte is durable. When it rejects, or the process dies meanwhile, no object of this name can be read.
   * The bytes are read once, with back-pressure; an error of the source rejects with that error.
   */
  abstract put(name: BlobName, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly size: number }>;
  /** `start` inclusive, `end` exclusive, bytes as they lie there; null when there is no such object. */
  abstract get(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array> | null>;
  /** Removes it; nothing happens when there is none. */
  abstract delete(name: BlobName): Promise<void>;
  /** Every object, in pages, in any order; what was written meanwhile may be missing. */
  abstract list(): AsyncIterable<readonly StoredBlob[]>;
}
