import { SingleBar } from 'cli-progress';

/** What a stream must offer to be written to; `isTTY` tells a person's terminal from a file or a pipe. */
export interface Sink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Progress of one long piece of work. */
export interface Progress {
  to(done: number, total: number | null): void;
  end(): void;
}

const LINE_EVERY_MS = 2_000;

/** A part of an answer: its piece of the one JSON text, and what of it stands on lines for people. */
export interface Part {
  readonly json: string;
  readonly lines: readonly string[];
}

/** Answers go to standard output, everything said on the way to standard error: what is piped is only the answer. */
export class Terminal {
  constructor(
    private readonly out: Sink,
    private readonly err: Sink,
    private readonly json: boolean,
  ) {}

  /** The answer: for machines as one JSON line, for people as these lines. */
  answer(value: unknown, lines: readonly string[]): void {
    this.out.write(this.json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
  }

  /** The same in parts, each written as it comes: the pieces of JSON make one text. */
  async answerInParts(parts: AsyncIterable<Part>): Promise<void> {
    for await (const { json, lines } of parts) this.out.write(this.json ? json : lines.map((line) => `${line}\n`).join(''));
    if (this.json) this.out.write('\n');
  }

  /** A remark on the way. */
  say(line: string): void {
    this.err.write(`${line}\n`);
  }

  progress(what: string): Progress {
    return this.err.isTTY === true && !this.json ? barOf(what) : linesOf(what, (line) => this.say(line));
  }
}

function barOf(what: string): Progress {
  const bar = new SingleBar({ format: `${what} {bar} {value}/{total} ({percentage} %)`, stream: process.stderr, hideCursor: true });
  let started = false;
  return {
    to: (done, total) => {
      if (!started) bar.start(total ?? done, done);
      started = true;
      bar.setTotal(total ?? done);
      bar.update(done);
    },
    end: () => {
      if (started) bar.stop();
    },
  };
}

function linesOf(what: string, say: (line: string) => void): Progress {
  let last = performance.now();
  return {
    to: (done, total) => {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      say(`${what}: ${done}${total === null ? '' : ` of ${total}`}`);
    },
    end: () => undefined,
  };
}

/** Columns under each other; numbers to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return cells.map(line);
}
