import type { StreamName } from '../../domain/shared/fact.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import type { PackageSink } from './sink.js';

/** How far a stream is sealed, and how many of its events were taken. */
export interface StreamHead {
  readonly stream: StreamName;
  readonly rev: number;
  readonly count: number;
}

/** Where runs of heads wait that do not fit into memory: nothing in clear. */
export interface Runs {
  /** Keeps these lines; they are read back in the same order, as often as asked. */
  keep(lines: readonly string[]): Promise<AsyncIterable<string>>;
}

/** Streams in memory at once. */
const MOST_STREAMS = 50_000;

/**
 * `tetes-de-flux.ndjson`: for every stream of the scope its last revision and how many of its events are in the export. Its memory does not grow with the
 * number of streams: sorted runs are put aside and merged at the end.
 */
export class StreamHeads {
  private heads = new Map<StreamName, { rev: number; count: number }>();
  private readonly runs: AsyncIterable<string>[] = [];

  constructor(
    private readonly aside: Runs,
    private readonly most = MOST_STREAMS,
  ) {}

  /** `taken`: the event is in the export. */
  async note(stream: StreamName, rev: number, taken: boolean): Promise<void> {
    const known = this.heads.get(stream);
    if (known !== undefined) {
      known.rev = Math.max(known.rev, rev);
      if (taken) known.count += 1;
      return;
    }
    if (this.heads.size >= this.most) await this.putAside();
    this.heads.set(stream, { rev, count: taken ? 1 : 0 });
  }

  /**
   * Writes the lines, in the order of the names. `whole`: nothing of a stream was left out on purpose, so one of which nothing was taken has its line
   * too, and what is not there is counted. `each`: told of every stream that has a line, in their order.
   */
  async write(
    sink: PackageSink,
    whole: boolean,
    each: (stream: StreamName) => Promise<void>,
  ): Promise<{ readonly lines: number; readonly missing: number }> {
    const file = await sink.open('tetes-de-flux.ndjson');
    let [lines, missing] = [0, 0];
    for await (const head of merged([...this.runs, inMemory(this.linesNow())])) {
      if (head.count === 0 && !whole) continue;
      lines += 1;
      missing += head.rev + 1 - head.count;
      await file.write(Buffer.from(`${canonicalJson({ ...head })}\n`));
      await each(head.stream);
    }
    await file.close();
    return { lines, missing: whole ? missing : 0 };
  }

  private async putAside(): Promise<void> {
    this.runs.push(await this.aside.keep(this.linesNow()));
    this.heads = new Map();
  }

  private linesNow(): readonly string[] {
    const names = [...this.heads.keys()].sort();
    return names.map((stream) => JSON.stringify({ stream, ...this.heads.get(stream) }));
  }
}

async function* inMemory(lines: readonly string[]): AsyncGenerator<string, void> {
  yield* lines;
}

interface Reading {
  readonly lines: AsyncIterator<string>;
  head: StreamHead;
}

/** Sorted runs as one, with the heads of the same stream put together. */
async function* merged(runs: readonly AsyncIterable<string>[]): AsyncGenerator<StreamHead, void> {
  const readings: Reading[] = [];
  for (const run of runs) {
    const lines = run[Symbol.asyncIterator]();
    const head = await next(lines);
    if (head !== null) readings.push({ lines, head });
  }
  while (readings.length > 0) {
    const stream = readings.reduce((least, { head }) => (head.stream < least ? head.stream : least), readings[0]?.head.stream ?? '-');
    yield await taken(readings, stream);
  }
}

/** The head of this stream over all runs, each of which goes on to its next. */
async function taken(readings: Reading[], stream: StreamName): Promise<StreamHead> {
  let whole: StreamHead = { stream, rev: -1, count: 0 };
  for (const reading of [...readings]) {
    const { head, lines } = reading;
    if (head.stream !== stream) continue;
    whole = { stream, rev: Math.max(whole.rev, head.rev), count: whole.count + head.count };
    const following = await next(lines);
    if (following === null) readings.splice(readings.indexOf(reading), 1);
    else reading.head = following;
  }
  return whole;
}

async function next(lines: AsyncIterator<string>): Promise<StreamHead | null> {
  const found = await lines.next();
  return found.done === true ? null : (JSON.parse(found.value) as StreamHead);
}
