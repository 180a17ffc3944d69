import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import type { EncryptedSpool, Spooled } from './encrypted-spool.js';
import type { FileSink, PackageSink } from './sink.js';

/** What came back from the spool is not what was put there. */
export class SpoolDamaged extends Error {}

interface Kept {
  readonly path: string;
  readonly spooled: Spooled;
  readonly digest: string;
}

/** The tag files first, so that whoever reads a stream knows what comes. */
const inOrder = (a: Kept, b: Kept): number => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1);
const rank = (path: string): number => (path.startsWith('data/') ? 1 : 0);

/** A package whose files wait, encrypted, until all of them are whole and their sizes known; then it is a tar, in one stream. */
export class SpooledPackage implements PackageSink {
  private readonly kept: Kept[] = [];

  constructor(private readonly spool: EncryptedSpool) {}

  async open(path: string): Promise<FileSink> {
    const { sink, spooled } = await this.spool.create();
    const digest = createHash('sha256');
    return {
      write: async (bytes) => {
        digest.update(bytes);
        await sink.write(bytes);
      },
      close: async () => {
        await sink.close();
        this.kept.push({ path, spooled: spooled(), digest: digest.digest('hex') });
      },
    };
  }

  /** The tar (ustar, pax where a name is long), everything below one folder. `at`: the time all of its files bear. Its stream fails with SpoolDamaged. */
  tar(folder: string, at: Date): AsyncIterable<Uint8Array> {
    const tar = pack();
    this.fill(tar, folder, at).then(
      () => tar.finalize(),
      (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    return tar as unknown as AsyncIterable<Uint8Array>;
  }

  private async fill(tar: Pack, folder: string, mtime: Date): Promise<void> {
    for (const kept of [...this.kept].sort(inOrder)) await put(tar, { name: `${folder}/${kept.path}`, mode: 0o644, mtime }, kept);
  }
}

async function put(
  tar: Pack,
  header: { readonly name: string; readonly mode: number; readonly mtime: Date },
  { spooled, digest }: Kept,
): Promise<void> {
  const seen = createHash('sha256');
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ ...header, size: spooled.size }, (error) => (error ? reject(error) : resolve()));
    // What is asked for is read: no more than a chunk waits in memory.
    const bytes = Readable.from(tapped(spooled.read(), seen), { objectMode: false });
    bytes.once('error', reject);
    entry.once('close', () => bytes.destroy());
    bytes.pipe(entry);
  });
  if (seen.digest('hex') !== digest) throw new SpoolDamaged('a file of the spool did not come back as it was');
}

async function* tapped(bytes: AsyncIterable<Buffer>, seen: Hash): AsyncGenerator<Buffer, void> {
  for await (const chunk of bytes) {
    seen.update(chunk);
    yield chunk;
  }
}
