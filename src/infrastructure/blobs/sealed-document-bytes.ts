import { DocumentBytes, type PlacedDocument } from '../../application/record/document-bytes.js';
import { DocumentUnreadable, type BlobName, type BlobStore } from '../../application/record/blob-store.js';
import type { ActiveKey, KeyVault, RingPurpose } from '../../application/shared/key-vault.js';
import { KeyGone } from '../../application/shared/ports.js';
import { asBlobName, newBlobName } from './blob-name.js';
import { decrypt, encrypt } from './document-cipher.js';

/** Every deposited version is a document of its own, so each has the number one. */
const VERSION = 1;
const slot = (document: string): RingPurpose => `document:${document}`;

/** Documents in a blob store, each under its own key in the ring of its space. */
export class SealedDocumentBytes extends DocumentBytes {
  constructor(
    private readonly vault: KeyVault,
    private readonly blobs: BlobStore,
  ) {
    super();
  }

  async write(
    { space, document, stream }: PlacedDocument,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly blob: BlobName; readonly size: number }> {
    const key = await this.keyOf(space, document);
    const blob = newBlobName(stream);
    const counted = counting(bytes);
    await this.blobs.put(blob, encrypt(key, { documentId: document, version: VERSION }, counted.bytes));
    return { blob, size: counted.size() };
  }

  async read(
    space: string,
    document: string,
    blob: string,
    plainSize: number,
    range = { start: 0, end: plainSize },
  ): Promise<AsyncIterable<Uint8Array>> {
    const key = await this.keyOf(space, document);
    const of = { documentId: document, version: VERSION };
    const plain = await decrypt(key, of, (part) => this.blobs.get(asBlobName(blob), part), range, plainSize);
    if (plain !== null) return plain;
    // Whoever takes a document back destroys its key before its bytes: then this says so.
    await this.keyOf(space, document);
    throw new DocumentUnreadable('there is no object of this name');
  }

  async discard(_space: string, _document: string, blob: string): Promise<void> {
    await this.blobs.delete(asBlobName(blob));
  }

  private async keyOf(space: string, document: string): Promise<ActiveKey> {
    const key = await this.vault.keyFor(space, slot(document));
    if (key.state !== 'active') throw new KeyGone('the key of this document is archived or destroyed');
    return key;
  }
}

/** The same bytes, and how many they were. */
function counting(source: AsyncIterable<Uint8Array>): { readonly bytes: AsyncIterable<Uint8Array>; readonly size: () => number } {
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      size += piece.length;
      yield piece;
    }
  }
  return { bytes: counted(), size: () => size };
}
