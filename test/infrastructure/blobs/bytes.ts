import { createHash, randomUUID } from 'node:crypto';
import type { BlobName } from '../../../src/application/record/blob-store.js';
import { newBlobName } from '../../../src/infrastructure/blobs/blob-name.js';
import type { ByteRange } from '../../../src/infrastructure/blobs/cobblestone.js';
import type { ReadObject } from '../../../src/infrastructure/blobs/document-cipher.js';
import { activeKey } from '../../../src/infrastructure/keys/active-key.js';

const BLOCK = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 31 + (index >> 8)) & 0xff));
/** Byte `i` is (31 i + ⌊i / 256⌋) mod 256: different at every place of a chunk and in neighbouring chunks, the same on every run. */
export const bytesOf = (size: number): Buffer => (size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, BLOCK));

/** The name of an object of some space. */
export const freshName = (): BlobName => newBlobName(`record-${randomUUID()}`);

/** A source that gives these bytes in steps. */
export async function* inSteps(bytes: Uint8Array, step = 5_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

export async function collected(bytes: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  if (bytes === null) throw new Error('there is no such object');
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

/** The error that a promise ends with; a promise that is kept is none. */
export const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** Bytes as an object of a store, with the ranges that were read of it. */
export const lying = (bytes: Uint8Array, asked: ByteRange[] = []): ReadObject => {
  return async (range) => {
    asked.push(range);
    return inSteps(bytes.subarray(range.start, range.end));
  };
};

export const keyNumbered = (number: number) => activeKey(`key-${number}`, createHash('sha256').update(`${number}`).digest());
