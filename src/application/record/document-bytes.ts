import type { StreamName } from '../../domain/shared/fact.js';

/** A document whose bytes are written. */
export interface PlacedDocument {
  readonly space: string;
  readonly document: string;
  /** Where the event will lie that names the bytes: the record, or the veil of a document that is hidden. */
  readonly stream: StreamName;
}

/**
 * The bytes of documents, each encrypted under its document's own key: when the key dies they are dead wherever a copy may be.
 * Throws StoreUnavailable when the store or the vault is away, KeyGone when the key of the document is archived or destroyed, DocumentUnreadable when the
 * store has no such object, or other bytes, though the key lives.
 */
export abstract class DocumentBytes {
  /**
   * Encrypts and stores them under a new name, reading once, with back-pressure. Resolves when every byte is durable; when it rejects, nothing of that
   * name can be read. Only an event of that stream may name them: in no other one the sweep of orphans looks for it. `size`: bytes in clear.
   */
  abstract write(of: PlacedDocument, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly blob: string; readonly size: number }>;
  /** In clear, authenticated piece by piece; resolves once it is known to be this document's. `range`: `start` inclusive, `end` exclusive; absent: all. `plainSize`: as the log knows it. */
  abstract read(
    space: string,
    document: string,
    blob: string,
    plainSize: number,
    range?: { readonly start: number; readonly end: number },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Removes what is stored under this name; nothing happens when there is nothing. */
  abstract discard(space: string, document: string, blob: string): Promise<void>;
}
