import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { CopyPacking, type CopyFile, type Packed } from '../../application/portability/copy-ports.js';

const MANIFEST = 'manifest-sha512.txt';

/** The same bytes; `done` is told the digest of all of them. */
async function* digesting(bytes: AsyncIterable<Uint8Array>, algorithm: string, done: (hex: string) => void): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithm);
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
  done(hash.digest('hex'));
}

/** The files, and the list of their digests behind them, which `sha512sum -c` reads. */
async function* withManifest(files: AsyncIterable<CopyFile>): AsyncGenerator<CopyFile> {
  const lines: string[] = [];
  for await (const { path, bytes } of files)
    yield { path, bytes: digesting(bytes, 'sha512', (digest) => void lines.push(`${digest}  ${path}\n`)) };
  yield { path: MANIFEST, bytes: Readable.from([Buffer.from(lines.join(''))]) };
}

/** One file at a time: the next one is not asked for before this one is in the archive. */
class Feeding {
  private current: Readable | null = null;

  constructor(private readonly zip: ZipFile) {}

  async run(files: AsyncIterable<CopyFile>, mtime: Date): Promise<void> {
    for await (const { path, bytes } of files) {
      this.current = Readable.from(bytes, { objectMode: false });
      const read = finished(this.current);
      this.zip.addReadStream(this.current, path, { mtime, mode: 0o100644 });
      await read;
    }
    this.zip.end();
  }

  /** Nobody wants the rest. */
  abandon(): void {
    this.current?.destroy();
  }
}

/** Copies as ZIP archives, which open everywhere. */
export class ZipPacking extends CopyPacking {
  pack(files: AsyncIterable<CopyFile>, at: string): Packed {
    let sha256 = '';
    const bytes = digesting(zipped(withManifest(files), new Date(at)), 'sha256', (digest) => (sha256 = digest));
    return { bytes, sha256: () => sha256 };
  }
}

async function* zipped(files: AsyncIterable<CopyFile>, mtime: Date): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const feeding = new Feeding(zip);
  const fail = (error: unknown): void => void output.destroy(error as Error);
  zip.on('error', fail);
  const fed = feeding.run(files, mtime).catch(fail);
  try {
    for await (const piece of output) yield piece as Uint8Array;
    await fed;
  } finally {
    feeding.abandon();
  }
}
