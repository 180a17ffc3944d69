import type { BlobName } from './blob-store.js';

/** The bytes of documents: encrypted under the key of the document in the ring of its space, on the way into the store and out of it. */
export abstract class DocumentBytes {
  /** Resolves when all of it is durable; nothing of it can be read when it rejects. `size`: bytes in clear. Throws KeyGone, StoreUnavailable, and what the source throws. */
  abstract write(
    space: string,
    document: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly blob: BlobName; readonly size: number }>;
  /**
   * `range`: `start` inclusive, `end` exclusive, bytes in clear; absent: all. No byte leaves before its chunk was authenticated. Throws KeyGone when the key of
   * the document is destroyed or archived, StoreUnavailable when the store is away or holds no such object.
   */
  abstract read(
    space: string,
    document: string,
    blob: BlobName,
    plainSize: number,
    range?: { readonly start: number; readonly end: number },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Removes one copy and leaves the key: bytes that no event names, of a document that may well live. Nothing happens when there is none. */
  abstract remove(blob: BlobName): Promise<void>;
  /** Key and bytes die; idempotent. */
  abstract discard(space: string, document: string, blob: BlobName): Promise<void>;
}
