import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CopyFile } from '../../../src/application/portability/copy-ports.js';
import { ZipPacking } from '../../../src/infrastructure/portability/zip-packing.js';
import { unzipped } from '../../support/unzip.js';

const AT = '2026-03-02T08:00:00.000Z';
const MIB = 1_048_576;
async function* bytesOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
async function* filesOf(...files: readonly CopyFile[]): AsyncGenerator<CopyFile> {
  yield* files;
}
async function read(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('An archive of a copy', () => {
  const noise = randomBytes(3 * MIB);
  const files = () =>
    filesOf(
      { path: 'LISEZMOI.txt', bytes: bytesOf(Buffer.from('Bonjour, é')) },
      { path: 'documents/0001-scan.png', bytes: bytesOf(noise.subarray(0, MIB), noise.subarray(MIB)) },
      { path: 'recus/sans-recu.csv', bytes: bytesOf() },
    );

  it('holds every file as it was, and a list of their digests as sha512sum reads it', async () => {
    const packed = new ZipPacking().pack(files(), AT);
    const found = unzipped(await read(packed.bytes));
    expect([...found.keys()]).toEqual(['LISEZMOI.txt', 'documents/0001-scan.png', 'recus/sans-recu.csv', 'manifest-sha512.txt']);
    expect(found.get('documents/0001-scan.png')?.equals(noise)).toBe(true);
    const lines = [...found].slice(0, -1).map(([path, bytes]) => `${createHash('sha512').update(bytes).digest('hex')}  ${path}\n`);
    expect(found.get('manifest-sha512.txt')?.toString()).toBe(lines.join(''));
  });

  it('is the same bytes for the same files, and says its own digest', async () => {
    const [one, other] = [new ZipPacking().pack(files(), AT), new ZipPacking().pack(files(), AT)];
    const bytes = await read(one.bytes);
    expect((await read(other.bytes)).equals(bytes)).toBe(true);
    expect(one.sha256()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('is made piece by piece: of twenty-five documents of a megabyte no more than two are ever under way', async () => {
    let [begun, taken, most] = [0, 0, 0];
    async function* document(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 16; n++) {
        begun += 65_536;
        most = Math.max(most, begun - taken);
        yield randomBytes(65_536);
      }
    }
    async function* many(): AsyncGenerator<CopyFile> {
      for (let n = 0; n < 25; n++) yield { path: `documents/${n}.bin`, bytes: document() };
    }
    for await (const piece of new ZipPacking().pack(many(), AT).bytes) {
      taken += piece.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(begun).toBe(25 * MIB);
    expect(most).toBeLessThan(2 * MIB);
  });

  it('fails when one of its files does, and leaves none of them open', async () => {
    let isClosed = false;
    async function* broken(): AsyncGenerator<Uint8Array> {
      try {
        yield randomBytes(100_000);
        throw new Error('the store is away');
      } finally {
        isClosed = true;
      }
    }
    await expect(read(new ZipPacking().pack(filesOf({ path: 'a', bytes: broken() }), AT).bytes)).rejects.toThrow('the store is away');
    expect(isClosed).toBe(true);
  });

  it('lets go of the file under way when nobody wants the rest', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield randomBytes(65_536);
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of new ZipPacking().pack(filesOf({ path: 'a', bytes: endless() }), AT).bytes) if (piece.length > 1_000) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(true);
  });
});
