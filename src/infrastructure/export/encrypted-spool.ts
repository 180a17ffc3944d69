import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSink } from './sink.js';
import type { Runs } from './stream-heads.js';

/** Where a file of the spool lies, and how it is opened again. */
export interface Spooled {
  readonly size: number;
  /** Its bytes in clear. */
  readonly read: () => AsyncIterable<Buffer>;
}

const IV_BYTES = 16;
const CHUNK = 64 * 1024;

/**
 * A private folder (0700) for what must wait on disk while a package is made. Every file is encrypted (AES-256-CTR) under a random key that is in the
 * memory of this process alone: after a crash what lies there is noise. What comes back is compared with the digests of the manifest.
 */
export class EncryptedSpool implements Runs {
  private readonly key = randomBytes(32);
  private files = 0;

  private constructor(private readonly folder: string) {}

  /** A new folder below this one; takes away those that a dead process left there. */
  static async open(below: string): Promise<EncryptedSpool> {
    await mkdir(below, { recursive: true, mode: 0o700 });
    await clearAbandoned(below);
    return new EncryptedSpool(await mkdtemp(join(below, SPOOL_PREFIX)));
  }

  async create(): Promise<{ readonly sink: FileSink; readonly spooled: () => Spooled }> {
    const path = join(this.folder, String((this.files += 1)));
    const iv = randomBytes(IV_BYTES);
    const file = await open(path, 'wx', 0o600);
    const cipher = createCipheriv('aes-256-ctr', this.key, iv);
    let size = 0;
    let waiting: Buffer[] = [];
    let held = 0;
    const flush = async (): Promise<void> => {
      const bytes = Buffer.concat(waiting);
      waiting = [];
      held = 0;
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
    };
    const sink: FileSink = {
      write: async (bytes) => {
        size += bytes.length;
        held += bytes.length;
        waiting.push(cipher.update(bytes));
        if (held >= CHUNK) await flush();
      },
      close: async () => {
        await flush();
        await file.close();
      },
    };
    return { sink, spooled: () => ({ size, read: () => this.read(path, iv) }) };
  }

  async keep(lines: readonly string[]): Promise<AsyncIterable<string>> {
    const { sink, spooled } = await this.create();
    for (const line of lines) await sink.write(Buffer.from(`${line}\n`));
    await sink.close();
    const { read } = spooled();
    return { [Symbol.asyncIterator]: () => linesOf(read())[Symbol.asyncIterator]() };
  }

  /** Takes everything away. */
  async destroy(): Promise<void> {
    this.key.fill(0);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async *read(path: string, iv: Buffer): AsyncGenerator<Buffer, void> {
    const decipher = createDecipheriv('aes-256-ctr', this.key, iv);
    for await (const chunk of createReadStream(path)) yield decipher.update(chunk as Buffer);
  }
}

/** How the folders of spools are named: whatever a dead process left is recognised by it. */
const SPOOL_PREFIX = 'spool-';
/** Nobody counts that long without a new file: others may be at work in the same folder now. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/** A process that ended in order took it away. */
const goneMeanwhile = (error: unknown): null => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
};

async function clearAbandoned(below: string): Promise<void> {
  for (const name of await readdir(below)) {
    if (!name.startsWith(SPOOL_PREFIX)) continue;
    const touched = (await stat(join(below, name)).catch(goneMeanwhile))?.mtimeMs ?? Infinity;
    if (touched < Date.now() - ABANDONED_AFTER_MS) await rm(join(below, name), { recursive: true, force: true });
  }
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
