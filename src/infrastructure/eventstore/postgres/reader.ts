import type { Batch, StoredEvent } from '../../../application/shared/event-store.js';
import type { Revision } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { WindowReader } from '../subscription.js';
import { AskTogether } from '../../postgres/ask-together.js';
import { unavailable, type Connections } from './connections.js';

type Row = readonly [position: bigint | string, stream: StreamName, rev: Revision, header: Buffer, body: Buffer];
/** With the place of the question that it answers, from 1 on. */
type AskedRow = readonly [nth: number, ...Row];

/** A stream, from this revision on. */
interface Asked {
  readonly stream: StreamName;
  readonly from: Revision;
}

/** Whoever reads a stream at the same time shares a statement: it costs the server and this process more than the rows do. */
const TOGETHER = { most: 64, lanes: 3 };

/** A batch holds at most this many events, and about this many bytes: few enough that what is made of a batch is garbage while it is young. */
const WINDOW = 1_000n;
const WINDOW_BYTES = 16 * 1024 * 1024;

const COLUMNS = 'e.position, e.stream, e.rev, e.header, e.body';
// A row outside of what the head covers was not appended: readers of all events would never meet it, so readers of a stream must not either.
const APPENDED = 'e.position > 0 AND e.position <= (SELECT position FROM log.head)';
// LATERAL visits the one partition of each stream; a join on ANY($1) would probe all sixteen for every stream.
const READ = `SELECT s.nth::integer, e.* FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY s(stream, rev, nth),
  LATERAL (SELECT ${COLUMNS} FROM log.event e WHERE e.stream = s.stream AND e.rev >= s.rev AND ${APPENDED} ORDER BY e.rev) e`;
const AT = `SELECT ${COLUMNS} FROM log.event e WHERE e.position = $1 AND ${APPENDED}`;
const HEAD = 'SELECT position FROM log.head';

/** Sizes are known without fetching the bytes; the event that crosses the limit still belongs to the batch, so that there is always one. */
const windowOf = (filter: string): string => `
  SELECT position, stream, rev, header, body FROM (
    SELECT e.*, sum(octet_length(e.header) + octet_length(e.body)) OVER (ORDER BY e.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM log.event e WHERE e.position > $1 AND e.position <= $2 ${filter}
  ) w WHERE before IS NULL OR before < $3 ORDER BY position`;
const ALL = windowOf('');
const SOME = windowOf(`AND split_part(e.stream, '-', 1) = ANY ($4::text[])`);

/**
 * Reads what is committed. Positions are dense and given under the lock of the head, so everything up to a head that was read is there to be
 * read: a range that ends at the head has no gap and needs no waiting.
 */
export class Reader implements WindowReader {
  readonly #streams = new AskTogether((all: readonly (readonly Asked[])[]) => this.#read(all), TOGETHER);

  readonly #heads = new AskTogether(async (asked: readonly null[]) => Array<bigint>(asked.length).fill(await this.#head()), TOGETHER);

  constructor(private readonly connections: Connections) {}

  async read(stream: StreamName, from: Revision = 0): Promise<readonly StoredEvent[]> {
    return (await this.#streams.ask([{ stream, from }]))[0] ?? [];
  }

  async readMany(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, readonly StoredEvent[]>> {
    const different = [...new Set(streams)];
    const found = await this.#streams.ask(different.map((stream) => ({ stream, from: 0 })));
    return new Map(different.map((stream, n) => [stream, found[n] ?? []]));
  }

  async at(position: bigint): Promise<StoredEvent | null> {
    const [row] = await this.#rows<Row>('log-at', AT, [position]);
    return row === undefined ? null : eventOf(row);
  }

  async head(): Promise<bigint> {
    return this.#heads.ask(null);
  }

  async #head(): Promise<bigint> {
    const [row] = await this.#rows<readonly [bigint | string]>('log-head', HEAD, []);
    if (row === undefined) throw new Error('the log has no head: its migration did not run');
    return BigInt(row[0]);
  }

  async window(after: bigint, head: bigint, categories: readonly string[]): Promise<Batch> {
    const end = after + WINDOW < head ? after + WINDOW : head;
    const bounds = [after, end, WINDOW_BYTES];
    const rows =
      categories.length === 0
        ? await this.#rows<Row>('log-window', ALL, bounds)
        : await this.#rows<Row>('log-window-of', SOME, [...bounds, categories]);
    const events = rows.map(eventOf);
    const position = reached(events, after > end ? after : end);
    return { events, position, live: position >= head };
  }

  /** Of each question, in their order, its streams in theirs: all of one question are seen at the same moment. */
  async #read(all: readonly (readonly Asked[])[]): Promise<readonly (readonly (readonly StoredEvent[])[])[]> {
    const asked = all.flat();
    const found = asked.map((): StoredEvent[] => []);
    const values = [asked.map(({ stream }) => stream), asked.map(({ from }) => from)];
    for (const [nth, ...row] of await this.#rows<AskedRow>('log-read', READ, values)) found[nth - 1]?.push(eventOf(row));
    let first = 0;
    return all.map(({ length }) => found.slice(first, (first += length)));
  }

  async #rows<T extends readonly unknown[]>(name: string, text: string, values: unknown[]): Promise<readonly T[]> {
    try {
      const { rows } = await this.connections.use((client) =>
        client.query<T[]>({ name, text, values, rowMode: 'array', ...this.connections.limit }),
      );
      return rows as unknown as readonly T[];
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** A batch that reached the limit of bytes may have been cut: it ends at its last event. */
function reached(events: readonly StoredEvent[], end: bigint): bigint {
  const bytes = events.reduce((sum, { header, body }) => sum + header.length + body.length, 0);
  return bytes < WINDOW_BYTES ? end : (events.at(-1)?.position ?? end);
}

const eventOf = ([position, stream, rev, header, body]: Row): StoredEvent => ({ stream, rev, position: BigInt(position), header, body });
