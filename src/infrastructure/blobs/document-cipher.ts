import { randomBytes } from 'node:crypto';
import { DocumentUnreadable, type BlobStore } from '../../application/record/blob-store.js';
import type { ActiveKey } from '../../application/shared/key-vault.js';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  lastChunkOf,
  MessageKey,
  SALT_BYTES,
  SEALED_CHUNK_BYTES,
  sealedChunkSize,
  sealedOffset,
  type ByteRange,
} from './cobblestone.js';
import { inPieces } from './pieces.js';

/*
 * Documents lie in the store encrypted in chunks (cobblestone.ts, docs/reference/blob-format.md), each under a key of its own in the ring:
 *
 *   input key = HMAC-SHA-256(K["document:<id>"], "mes-document-v1" ‖ 00)
 *   context   = document id ‖ "|" ‖ version in decimal digits
 *
 * A bit that was flipped, a chunk left out, cut off, added or moved, the bytes of another document or version: each is refused.
 */

/** Whose bytes these are. An object is bound to both: the bytes of one version never pass for those of another. */
export interface DocumentVersion {
  readonly documentId: string;
  /** From 1. */
  readonly version: number;
}

/** Reads the object as it lies in the store: BlobStore.get with its name. */
export type ReadObject = (range: ByteRange) => ReturnType<BlobStore['get']>;

const USE = Buffer.from('mes-document-v1\0', 'latin1');
const contextOf = ({ documentId, version }: DocumentVersion): Buffer => Buffer.from(`${documentId}|${version}`, 'utf8');

/** The bytes to put into the store. Reads the plaintext once, with back-pressure, and holds one chunk of it; `sealedSize` says how many come out. */
export async function* encrypt(key: ActiveKey, of: DocumentVersion, plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const message = new MessageKey(key.derive(USE), randomBytes(SALT_BYTES), contextOf(of));
  yield message.header();
  let index = 0;
  for await (const piece of inPieces(plain, CHUNK_BYTES)) yield message.seal(index++, piece);
}

/**
 * A range of the plaintext, reading of the object its header and the chunks concerned; null when the store has no such object.
 * Resolves once the object is known to be this document's under this key; a chunk is handed on when it is authenticated, never before.
 * `plainSize` is the size that the log knows. A range up to the end also proves that nothing was cut off or added.
 * Throws RangeError for a range outside the document, DocumentUnreadable for bytes that are not those written, StoreUnavailable from the store.
 */
export async function decrypt(
  key: ActiveKey,
  of: DocumentVersion,
  read: ReadObject,
  range: ByteRange,
  plainSize: number,
): Promise<AsyncIterable<Uint8Array> | null> {
  if (!(range.start >= 0 && range.start <= range.end && range.end <= plainSize)) throw new RangeError('the range is outside the document');
  const beginning = await read({ start: 0, end: HEADER_BYTES });
  if (beginning === null) return null;
  const message = MessageKey.ofHeader(key.derive(USE), await whole(beginning), contextOf(of));
  return opened(message, read, range, plainSize);
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

/** Reading to the end asks for one byte more than there can be: what was added shows itself. */
async function* opened(message: MessageKey, read: ReadObject, { start, end }: ByteRange, plainSize: number): AsyncGenerator<Uint8Array> {
  const first = Math.floor(start / CHUNK_BYTES);
  const last = end === plainSize ? lastChunkOf(plainSize) : Math.floor(Math.max(start, end - 1) / CHUNK_BYTES);
  const beyond = sealedOffset(last) + sealedChunkSize(last, plainSize) + (end === plainSize ? 1 : 0);
  const sealed = await read({ start: sealedOffset(first), end: beyond });
  if (sealed === null) throw new DocumentUnreadable('the object went away while it was read');
  let index = first;
  for await (const piece of inPieces(sealed, SEALED_CHUNK_BYTES)) {
    if (piece.length !== (index > last ? 0 : sealedChunkSize(index, plainSize))) {
      throw new DocumentUnreadable('the object is not as long as it was written');
    }
    if (index > last) return;
    const from = index * CHUNK_BYTES;
    yield message.open(index, piece).subarray(Math.max(start - from, 0), Math.min(end - from, CHUNK_BYTES));
    index++;
  }
}
