import type { FileSink, PackageSink } from './sink.js';

/** Lines of one file at most (docs/reference/export-format.md). */
export const LINES_A_FILE = 50_000;
const CHUNK = 64 * 1024;

/** One file of the row, with how many lines it holds. */
export interface WrittenLines {
  readonly path: string;
  readonly lines: number;
}

/** Lines of text in numbered files, `<name>-000001.ndjson` and so on: a new one begins when the last is full, none is made for no line at all. */
export class LineFiles {
  readonly written: WrittenLines[] = [];
  /** Lines of all files. */
  total = 0;
  private file: FileSink | null = null;
  private lines = 0;
  private waiting: string[] = [];
  private size = 0;

  constructor(
    private readonly sink: PackageSink,
    private readonly name: string,
  ) {}

  /** `line` without its line feed. */
  async add(line: string): Promise<void> {
    if (this.lines === LINES_A_FILE) await this.close();
    this.waiting.push(line, '\n');
    this.size += line.length + 1;
    this.lines += 1;
    this.total += 1;
    if (this.size >= CHUNK) await this.flush();
  }

  /** Ends the file that is open. */
  async close(): Promise<void> {
    if (this.lines === 0) return;
    await this.flush();
    await this.file?.close();
    this.written.push({ path: this.path, lines: this.lines });
    this.file = null;
    this.lines = 0;
  }

  private async flush(): Promise<void> {
    this.file ??= await this.sink.open(this.path);
    const text = this.waiting.join('');
    this.waiting = [];
    this.size = 0;
    if (text !== '') await this.file.write(Buffer.from(text, 'utf8'));
  }

  private get path(): string {
    return `${this.name}-${String(this.written.length + 1).padStart(6, '0')}.ndjson`;
  }
}
