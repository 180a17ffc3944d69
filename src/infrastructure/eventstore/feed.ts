import type { EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import type { FactBatch, Met } from '../../application/shared/fact-reader.js';
import type { Standstill } from '../../application/shared/standstill.js';
import { categoryOf } from '../../domain/shared/fact.js';
import { FeedRun, type Cursor, type Opened } from './feed-run.js';
import { openedAlone, type BatchDecoder } from './open-batches.js';

type Handler = (batch: FactBatch) => Promise<void>;

/** Ends the reading alone: from here on the batches of the others will do. */
class Joining extends Error {}

/**
 * One reader of the log for a whole process: what several follow is read and opened once. Whoever is behind catches up alone and then joins;
 * whoever is too slow is left behind, catches up alone, and joins again. Each sees what a subscription of its own would show.
 */
export class Feed {
  private run: FeedRun | null = null;
  private readers = 0;

  constructor(
    private readonly store: Pick<EventStore, 'subscribe'>,
    private readonly decoder: BatchDecoder,
  ) {}

  subscribe(after: bigint, categories: readonly string[], handler: Handler): Subscription {
    const stopping = new AbortController();
    this.readers += 1;
    const reading = new Reading(this, { store: this.store, decoder: this.decoder, categories: new Set(categories), handler, stopping });
    const finished = this.until(reading, after);
    const stop = async (): Promise<void> => {
      stopping.abort();
      this.run?.stir();
      await Promise.allSettled([finished]);
    };
    return { finished, stop };
  }

  /** The subscription that all share, as far along as the foremost of them, over the categories of all of them. */
  shared(position: bigint, categories: ReadonlySet<string>): FeedRun {
    const { run } = this;
    const usable = run !== null && !run.ended;
    if (usable && run.position >= position && includes(run.categories, categories)) return run;
    const all = usable ? union(run.categories, categories) : categories;
    const from = usable && run.position > position ? run.position : position;
    this.run = new FeedRun(this.store, this.decoder, from, all);
    if (usable) void run.stop();
    return this.run;
  }

  /** True when a reader who stands here need not go on alone. */
  reaches(position: bigint): boolean {
    return this.run?.reaches(position) ?? false;
  }

  private async until(reading: Reading, after: bigint): Promise<void> {
    try {
      await reading.from(after);
    } finally {
      await this.gone();
    }
  }

  private async gone(): Promise<void> {
    this.readers -= 1;
    if (this.readers > 0) return;
    const { run } = this;
    this.run = null;
    await run?.stop();
  }
}

interface Asked {
  readonly store: Pick<EventStore, 'subscribe'>;
  readonly decoder: BatchDecoder;
  readonly categories: ReadonlySet<string>;
  readonly handler: Handler;
  readonly stopping: AbortController;
}

/** One of those who read, sharing where it can. */
class Reading {
  private position = 0n;
  private fresh = true;

  constructor(
    private readonly feed: Feed,
    private readonly asked: Asked,
  ) {}

  /** Ends when it is told to stop; throws what the handler throws, or what cannot be read. */
  async from(after: bigint): Promise<void> {
    this.position = after;
    while (!this.asked.stopping.signal.aborted) {
      await this.together();
      await this.alone();
    }
  }

  private async together(): Promise<void> {
    const { categories, stopping } = this.asked;
    const run = this.feed.shared(this.position, categories);
    if (!run.reaches(this.position)) return;
    const cursor = run.join(this.position, this.fresh);
    try {
      while (!stopping.signal.aborted && (await this.step(run, cursor)));
    } finally {
      run.leave(cursor);
    }
  }

  /** False when it cannot go on with the others. */
  private async step(run: FeedRun, cursor: Cursor): Promise<boolean> {
    const opened = await run.next(cursor, this.asked.stopping.signal);
    if (opened === null || opened[0]?.facts === null) return false;
    await this.take(this.batchOf(opened, await this.asked.decoder.standstill()));
    cursor.position = this.position;
    cursor.fresh = false;
    return true;
  }

  /** What of these batches lies behind this reader and concerns it. */
  private batchOf(opened: readonly Opened[], standstill: Standstill): FactBatch {
    const its = opened.flatMap(({ events, facts }) => events.map((event, i) => ({ event, fact: facts?.[i] as Met })).filter(this.concerns));
    const end = opened.at(-1);
    return {
      facts: its.map(({ fact }) => fact),
      position: end?.position ?? this.position,
      live: end?.live ?? true,
      last: its.at(-1)?.event ?? null,
      standstill,
    };
  }

  private readonly concerns = ({ event: { position, stream } }: { readonly event: StoredEvent }): boolean =>
    position > this.position && (this.asked.categories.size === 0 || this.asked.categories.has(categoryOf(stream)));

  private async take(batch: FactBatch): Promise<void> {
    await this.asked.handler(batch);
    this.position = batch.position;
    this.fresh = false;
  }

  /** From where it stands, until it meets the others. */
  private async alone(): Promise<void> {
    const { store, decoder, categories, stopping } = this.asked;
    const { signal } = stopping;
    if (signal.aborted) return;
    const own = openedAlone(store, decoder, this.position, [...categories], async (batch) => {
      await this.take(batch);
      if (this.feed.reaches(this.position)) throw new Joining();
    });
    const stop = (): void => void own.stop();
    signal.addEventListener('abort', stop);
    try {
      await own.finished;
    } catch (error) {
      if (!(error instanceof Joining)) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

const includes = (all: ReadonlySet<string>, some: ReadonlySet<string>): boolean =>
  all.size === 0 || (some.size > 0 && [...some].every((one) => all.has(one)));

/** No category means all of them. */
const union = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
  one.size === 0 || other.size === 0 ? new Set() : new Set([...one, ...other]);
