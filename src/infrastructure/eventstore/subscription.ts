import type { Batch, Subscription } from '../../application/shared/event-store.js';
import { pause } from '../../application/shared/pause.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import type { SharedHead } from './shared-head.js';
import type { WakeUp } from './wake-up.js';

const SHORTEST_POLL_MS = 20;
const LONGEST_POLL_MS = 1_000;
/**
 * After a live batch, a pause before the next look: under load, events gather and every subscriber reads, decrypts, writes and checkpoints some together,
 * instead of running after each commit. Whoever was waiting gets the first event at once.
 */
const GATHER_MS = 20;
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 5_000;

/** What a store can read of its log, one batch at a time. */
export interface WindowReader {
  /** The next batch behind `after`, not beyond `head`. Its position is where the next one starts, also when no event was of these categories. */
  window(after: bigint, head: bigint, categories: readonly string[]): Promise<Batch>;
}

/** What a subscription reads with, and whom it tells when it has to try again. */
export interface Source {
  readonly reader: WindowReader;
  readonly head: SharedHead;
  readonly wakeUp: WakeUp;
  readonly report: (trouble: Error) => void;
}

/** A subscription on either store. Catch-up, then live: reads one batch ahead while the handler works, and never hands over a batch before the one in front is done. */
export class LogSubscription implements Subscription {
  readonly finished: Promise<void>;
  readonly #stopping = new AbortController();

  constructor(
    private readonly source: Source,
    after: bigint,
    private readonly categories: readonly string[],
    handler: (batch: Batch) => Promise<void>,
  ) {
    this.finished = this.#run(after, handler);
  }

  /** Resolves when the handler has come to an end; how the subscription ended is told by `finished`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([this.finished]);
  }

  async #run(after: bigint, handler: (batch: Batch) => Promise<void>): Promise<void> {
    // The first look answers even when there is nothing: the subscriber then knows that it is live.
    let ahead = awaitedLater(this.#next(after, true));
    try {
      for (let batch = await ahead; batch !== null && !this.#stopping.signal.aborted; batch = await ahead) {
        ahead = awaitedLater(this.#gathered(batch));
        await handler(batch);
      }
    } finally {
      this.#stopping.abort();
      await Promise.allSettled([ahead]);
    }
  }

  /** What comes behind this batch. */
  async #gathered({ position, live }: Batch): Promise<Batch | null> {
    if (live) await pause(GATHER_MS, this.#stopping.signal);
    return this.#next(position, false);
  }

  /** The next batch behind `after`, as soon as there is one; null when stopping. */
  async #next(after: bigint, evenEmpty: boolean): Promise<Batch | null> {
    const { signal } = this.#stopping;
    let poll = SHORTEST_POLL_MS;
    let backOff = FIRST_BACK_OFF_MS;
    while (!signal.aborted) {
      try {
        const since = this.source.wakeUp.rung;
        const head = await this.source.head.since(since);
        if (head > after || evenEmpty) return await this.source.reader.window(after, head, this.categories);
        await this.source.wakeUp.wait(since, poll, signal);
        poll = Math.min(poll * 2, LONGEST_POLL_MS);
        backOff = FIRST_BACK_OFF_MS;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.source.report(error);
        await pause(backOff, signal);
        backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS);
      }
    }
    return null;
  }
}

/** Its error is met where it is awaited; until then it must not count as unhandled. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  void Promise.allSettled([promise]);
  return promise;
}
