import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Staging, type Ordered, type StagedLine, type StagingArea } from '../../application/enrolment/import-ports.js';

/** `import-<machine>-<process>-<random>`; without a machine: of an earlier version, on this one. */
const PREFIX = 'import-';
const NAME = /^import-(?:(.+)-)?(\d+)-[A-Za-z0-9]{6}$/;
/** No import goes on for so long behind the last of its lines, milliseconds. */
const LEFT_BEHIND = 7 * 24 * 3_600_000;
/** Buckets by the first ten bits of the key of order: 70 million lines give buckets of some 25 megabytes. */
const BUCKET_BITS = 10;
const FLUSH_BYTES = 4 * 1024 * 1024;
const IV = 12;
const TAG = 16;
const LENGTH = 4;

/**
 * Staging on disk: lines go into buckets by the beginning of their key of order, and each bucket is sorted when it is read.
 * They are encrypted under a key that only this process has, so that what a crash leaves behind can be read by nobody.
 */
export class SealedStaging extends Staging {
  constructor(private readonly folder: string) {
    super();
  }

  async open(): Promise<StagingArea> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.clearAbandoned();
    return new SealedArea(await mkdtemp(join(this.folder, `${PREFIX}${hostname()}-${process.pid}-`)));
  }

  private async clearAbandoned(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (await isAbandoned(name, path)) await rm(path, { recursive: true, force: true });
    }
  }
}

class SealedArea implements StagingArea {
  private readonly key = randomBytes(32);
  private readonly waiting = new Map<number, Buffer[]>();
  private readonly filled = new Set<number>();
  private waitingBytes = 0;
  private written = 0n;

  constructor(private readonly folder: string) {}

  async add({ order, line }: Ordered): Promise<void> {
    const sortable = Buffer.from(order, 'base64url');
    const record = this.seal(JSON.stringify([sortable.toString('hex'), order, line]));
    const bucket = sortable.readUInt16BE(0) >> (16 - BUCKET_BITS);
    const already = this.waiting.get(bucket);
    if (already) already.push(record);
    else this.waiting.set(bucket, [record]);
    this.waitingBytes += record.length;
    if (this.waitingBytes >= FLUSH_BYTES) await this.flush();
  }

  async *inOrder(): AsyncIterable<Ordered> {
    await this.flush();
    for (const bucket of [...this.filled].sort((a, b) => a - b)) {
      const records = this.unsealed(await readFile(this.path(bucket)));
      records.sort(([a, , one], [b, , other]) => (a === b ? one.number - other.number : a < b ? -1 : 1));
      for (const [, order, line] of records) yield { order, line };
    }
  }

  discard(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async flush(): Promise<void> {
    for (const [bucket, records] of this.waiting) {
      await appendFile(this.path(bucket), Buffer.concat(records), { mode: 0o600 });
      this.filled.add(bucket);
    }
    this.waiting.clear();
    this.waitingBytes = 0;
  }

  private seal(text: string): Buffer {
    // One key, one counter: no initialisation vector comes twice.
    const iv = Buffer.alloc(IV);
    iv.writeBigUInt64BE(this.written++, IV - 8);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const length = Buffer.alloc(LENGTH);
    length.writeUInt32BE(sealed.length);
    return Buffer.concat([length, iv, cipher.getAuthTag(), sealed]);
  }

  private unsealed(bytes: Buffer): [sortable: string, order: string, line: StagedLine][] {
    const records: [string, string, StagedLine][] = [];
    for (let at = 0; at < bytes.length;) {
      const ivAt = at + LENGTH;
      const body = ivAt + IV + TAG;
      const end = body + bytes.readUInt32BE(at);
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(ivAt, ivAt + IV), { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(ivAt + IV, body));
      const text = decipher.update(bytes.subarray(body, end)).toString('utf8') + decipher.final('utf8');
      records.push(JSON.parse(text) as [string, string, StagedLine]);
      at = end;
    }
    return records;
  }

  private path(bucket: number): string {
    return join(this.folder, bucket.toString(16).padStart(3, '0'));
  }
}

/** Its process is gone; where another machine shares the folder, or the number lives on in another process, only time tells. */
async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [, machine = hostname(), owner] = NAME.exec(name) ?? [];
  if (owner === undefined) return false;
  if (machine === hostname() && !lives(Number(owner))) return true;
  const { mtimeMs } = await stat(path).catch(gone);
  return Date.now() - mtimeMs > LEFT_BEHIND;
}

/** Whoever it belonged to was faster. */
function gone(error: unknown): { readonly mtimeMs: number } {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { mtimeMs: Infinity };
  throw error;
}

/** Signal 0 asks whether the process is there; one of another user is (EPERM). */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
