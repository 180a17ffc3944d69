import { open, type FileHandle } from 'node:fs/promises';
import type { RejectionList } from '../../application/enrolment/import-ports.js';

const FLUSH_LINES = 1_000;

/** The report of an import: `line;code`, one rejected line each, nothing of what stands in it. Second lines of a person come last. */
export class RejectionFile implements RejectionList {
  private waiting: string[] = ['line;code'];

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Replaces what an earlier run wrote. */
  static async create(path: string): Promise<RejectionFile> {
    return new RejectionFile(path, await open(path, 'w', 0o600));
  }

  async add(line: number, code: string): Promise<void> {
    this.waiting.push(`${line};${code}`);
    if (this.waiting.length >= FLUSH_LINES) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const text = this.waiting.map((line) => `${line}\n`).join('');
    this.waiting = [];
    await this.file.write(text);
  }
}
