import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DocumentUnreadable } from '../../../src/application/record/blob-store.js';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  MessageKey,
  SEALED_CHUNK_BYTES,
  sealedSize,
  type ByteRange,
} from '../../../src/infrastructure/blobs/cobblestone.js';
import { decrypt, encrypt } from '../../../src/infrastructure/blobs/document-cipher.js';
import { inPieces } from '../../../src/infrastructure/blobs/pieces.js';
import { activeKey } from '../../../src/infrastructure/keys/active-key.js';
import { bytesOf, collected, failure, inSteps, keyNumbered, lying } from './bytes.js';

const key = keyNumbered(1);
const of = { documentId: '0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071', version: 1 };

const sealedOf = (plain: Uint8Array, step?: number) => collected(encrypt(key, of, inSteps(plain, step)));
const whole = (plainSize: number): ByteRange => ({ start: 0, end: plainSize });
const opened = async (sealed: Uint8Array, plainSize: number, range = whole(plainSize)) =>
  collected(await decrypt(key, of, lying(sealed), range, plainSize));

/** Sizes where something begins or ends, and any other up to three chunks. */
const sizes = fc.oneof(
  fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES - 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1),
  fc.nat(3 * CHUNK_BYTES),
);
const ranges = sizes.chain((size) =>
  fc.tuple(fc.constant(size), fc.nat(size), fc.nat(size)).map(([plainSize, one, other]) => ({
    plainSize,
    range: { start: Math.min(one, other), end: Math.max(one, other) },
  })),
);

describe('a document, encrypted and decrypted,', () => {
  it('is the document, however its bytes came, in as many bytes as announced', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1_000, max: 40_000 }), async (size, step) => {
        const plain = bytesOf(size);
        const sealed = await sealedOf(plain, step);
        expect(sealed.length).toBe(sealedSize(size));
        expect((await opened(sealed, size)).equals(plain)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('gives any range as a slice of it', async () => {
    await fc.assert(
      fc.asyncProperty(ranges, async ({ plainSize, range }) => {
        const plain = bytesOf(plainSize);
        const given = await opened(await sealedOf(plain), plainSize, range);
        expect(given.equals(plain.subarray(range.start, range.end))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is never the same bytes twice', async () => {
    expect((await sealedOf(bytesOf(10))).equals(await sealedOf(bytesOf(10)))).toBe(false);
  });
});

describe('a range of a document', () => {
  const plain = bytesOf(10 * CHUNK_BYTES);

  it('reads the header and the chunks concerned, and nothing else', async () => {
    const sealed = await sealedOf(plain);
    const asked: ByteRange[] = [];
    const range = { start: 3 * CHUNK_BYTES + 5, end: 5 * CHUNK_BYTES };
    const given = await collected(await decrypt(key, of, lying(sealed, asked), range, plain.length));
    expect(given.equals(plain.subarray(range.start, range.end))).toBe(true);
    expect(asked).toEqual([
      { start: 0, end: HEADER_BYTES },
      { start: HEADER_BYTES + 3 * SEALED_CHUNK_BYTES, end: HEADER_BYTES + 5 * SEALED_CHUNK_BYTES },
    ]);
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0, plain.length + 1],
    [Number.NaN, 5],
  ])('outside of it is refused before anything is read: %p to %p', async (start, end) => {
    const asked: ByteRange[] = [];
    expect(await failure(decrypt(key, of, lying(Buffer.alloc(0), asked), { start, end }, plain.length))).toBeInstanceOf(RangeError);
    expect(asked).toEqual([]);
  });

  it('of an object that is not there is nothing', async () => {
    expect(await decrypt(key, of, async () => null, whole(5), 5)).toBeNull();
  });

  it('of an object that goes away meanwhile is refused', async () => {
    const sealed = await sealedOf(bytesOf(5));
    const reads = [inSteps(sealed.subarray(0, HEADER_BYTES)), null].values();
    const going = await decrypt(key, of, async () => reads.next().value ?? null, whole(5), 5);
    expect(await failure(collected(going))).toBeInstanceOf(DocumentUnreadable);
  });
});

describe('what was done to an encrypted document is noticed:', () => {
  const expectRefused = async (sealed: Uint8Array, plainSize: number, range?: ByteRange) =>
    expect(await failure(opened(sealed, plainSize, range))).toBeInstanceOf(DocumentUnreadable);
  const swapped = (sealed: Buffer, order: readonly number[]): Buffer =>
    Buffer.concat([
      sealed.subarray(0, HEADER_BYTES),
      ...order.map((chunk) => sealed.subarray(HEADER_BYTES + chunk * SEALED_CHUNK_BYTES, HEADER_BYTES + (chunk + 1) * SEALED_CHUNK_BYTES)),
    ]);

  it('any bit that was flipped', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(7), async (size, place, bit) => {
        const sealed = await sealedOf(bytesOf(size));
        const at = place % sealed.length;
        sealed.writeUInt8(sealed.readUInt8(at) ^ (1 << bit), at);
        await expectRefused(sealed, size);
      }),
      { numRuns: 100 },
    );
  });

  it('every single byte of a small one', async () => {
    const sealed = await sealedOf(bytesOf(20));
    for (const at of sealed.keys()) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      await expectRefused(altered, 20);
    }
  });

  it('any end that was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, place) => {
        const sealed = await sealedOf(bytesOf(size));
        await expectRefused(sealed.subarray(0, place % sealed.length), size);
      }),
      { numRuns: 100 },
    );
  });

  it('the empty chunk at the end that was left out', async () => {
    const sealed = await sealedOf(bytesOf(2 * CHUNK_BYTES));
    await expectRefused(sealed.subarray(0, HEADER_BYTES + 2 * SEALED_CHUNK_BYTES), 2 * CHUNK_BYTES);
  });

  it.each([1, 16, SEALED_CHUNK_BYTES])('%p bytes that were added', async (added) => {
    for (const size of [0, 20, CHUNK_BYTES - 1, CHUNK_BYTES]) {
      await expectRefused(Buffer.concat([await sealedOf(bytesOf(size)), Buffer.alloc(added)]), size);
    }
  });

  it.each([[[1, 0, 2]], [[0, 0, 2]], [[0, 2]], [[0, 1, 1, 2]]])('chunks in the order %p', async (order) => {
    await expectRefused(swapped(await sealedOf(bytesOf(2 * CHUNK_BYTES + 9)), order), 2 * CHUNK_BYTES + 9);
  });

  it('a chunk from elsewhere in it, where only that chunk is read', async () => {
    const size = 2 * CHUNK_BYTES + 9;
    await expectRefused(swapped(await sealedOf(bytesOf(size)), [0, 0, 2]), size, { start: CHUNK_BYTES, end: CHUNK_BYTES + 1 });
  });

  it('another size than the log knows', async () => {
    const sealed = await sealedOf(bytesOf(2 * CHUNK_BYTES));
    for (const size of [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 1]) await expectRefused(sealed, size);
  });

  it('another key, document or version', async () => {
    const plain = bytesOf(20);
    const sealed = await sealedOf(plain);
    const attempts = [
      decrypt(keyNumbered(2), of, lying(sealed), whole(20), 20),
      decrypt(key, { ...of, documentId: `${of.documentId}1` }, lying(sealed), whole(20), 20),
      decrypt(key, { ...of, version: 2 }, lying(sealed), whole(20), 20),
    ];
    for (const attempt of attempts) expect(await failure(attempt)).toBeInstanceOf(DocumentUnreadable);
  });

  it('nothing of a chunk leaves before it is authenticated', async () => {
    const plain = bytesOf(3 * CHUNK_BYTES);
    const sealed = await sealedOf(plain);
    const at = HEADER_BYTES + SEALED_CHUNK_BYTES + 100;
    sealed.writeUInt8(sealed.readUInt8(at) ^ 1, at);
    const left: Uint8Array[] = [];
    const reading = async () => {
      for await (const part of (await decrypt(key, of, lying(sealed), whole(plain.length), plain.length)) ?? []) left.push(part);
    };
    expect(await failure(reading())).toBeInstanceOf(DocumentUnreadable);
    expect(Buffer.concat(left).equals(plain.subarray(0, CHUNK_BYTES))).toBe(true);
  });
});

describe('memory', () => {
  it('stays flat: of 64 MiB at most two chunks are inside at any time', async () => {
    const step = Buffer.alloc(64 * 1024, 7);
    const size = 1024 * step.length;
    let given = 0;
    let received = 0;
    let mostInside = 0;
    const source = async function* () {
      while (given < size) {
        given += step.length;
        yield step;
      }
    };
    const object = async function* () {
      for await (const part of encrypt(key, of, source())) {
        yield part;
        mostInside = Math.max(mostInside, given - received);
      }
    };
    // The object is read as it is written: header first, then the chunks, as a store would give them.
    const stream = object();
    const read = async ({ start, end }: ByteRange) =>
      start === 0 && end === HEADER_BYTES ? inSteps(((await stream.next()).value as Uint8Array) ?? Buffer.alloc(0)) : stream;
    for await (const part of (await decrypt(key, of, read, whole(size), size)) ?? []) received += part.length;
    expect(received).toBe(size);
    expect(mostInside).toBeLessThanOrEqual(step.length + 2 * CHUNK_BYTES);
    expect(mostInside).toBeGreaterThan(0);
  });
});

describe('the bytes that another implementation of the format wrote', () => {
  interface Vector {
    readonly documentId: string;
    readonly version: number;
    readonly plainSize: number;
    readonly salt: string;
    readonly commitment: string;
    readonly sealedSize: number;
    readonly sealedSha256: string;
    readonly sealed?: string;
  }
  const { ringKey, inputKey, vectors } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../golden/blobs/cobblestone-256.json'), 'utf8'),
  ) as { ringKey: string; inputKey: string; vectors: Vector[] };
  const hex = (text: string) => Buffer.from(text, 'hex');

  const writtenAgain = async ({ plainSize, salt, documentId, version }: Vector): Promise<Buffer> => {
    const message = new MessageKey(hex(inputKey), hex(salt), Buffer.from(`${documentId}|${version}`));
    const parts = [message.header()];
    for await (const piece of inPieces(inSteps(bytesOf(plainSize)), CHUNK_BYTES)) parts.push(message.seal(parts.length - 1, piece));
    return Buffer.concat(parts);
  };

  it.each(vectors)('are written again to the byte: $plainSize bytes, version $version', async (vector) => {
    const sealed = await writtenAgain(vector);
    expect(sealed.subarray(24, 56).toString('hex')).toBe(vector.commitment);
    expect(sealed.length).toBe(vector.sealedSize);
    expect(createHash('sha256').update(sealed).digest('hex')).toBe(vector.sealedSha256);
    if (vector.sealed !== undefined) expect(sealed.toString('hex')).toBe(vector.sealed);
  });

  it.each(vectors)('are read with the key of the ring: $plainSize bytes, version $version', async (vector) => {
    const object = lying(await writtenAgain(vector));
    const given = await collected(
      await decrypt(activeKey('ring', hex(ringKey)), vector, object, whole(vector.plainSize), vector.plainSize),
    );
    expect(given.equals(bytesOf(vector.plainSize))).toBe(true);
  });
});

describe('a message key', () => {
  it.each([
    [31, 24],
    [33, 24],
    [32, 23],
  ])('is not made of %p bytes and a salt of %p', (bytes, salt) => {
    expect(() => new MessageKey(Buffer.alloc(bytes), Buffer.alloc(salt), Buffer.alloc(0))).toThrow(RangeError);
  });

  it('numbers at most 2^38 chunks', () => {
    const message = new MessageKey(Buffer.alloc(32), Buffer.alloc(24), Buffer.alloc(0));
    expect(message.open(2 ** 38 - 1, message.seal(2 ** 38 - 1, Buffer.of(1)))).toEqual(Buffer.of(1));
    expect(() => message.seal(2 ** 38, Buffer.of(1))).toThrow(RangeError);
  });
});
