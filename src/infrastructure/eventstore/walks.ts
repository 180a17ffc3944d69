import type { Batch, Subscription } from '../../application/shared/event-store.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { SharedHead } from './shared-head.js';
import { LogSubscription, type Source, type WindowReader } from './subscription.js';
import type { WakeUp } from './wake-up.js';

/** What a store gives of its log to those who read across streams. */
export interface WalkedLog {
  readonly reader: WindowReader & { head(): Promise<bigint> };
  readonly wakeUp: WakeUp;
  /** Told of troubles that are being retried; never holds event data. */
  readonly report: (trouble: Error) => void;
}

/** Readers across streams, the same for every store: up to the head, or along it until they or the store end. */
export class Walks {
  readonly #log: WalkedLog;
  readonly #source: Source;
  readonly #subscriptions = new Set<Subscription>();
  #closed = false;

  constructor(log: WalkedLog) {
    this.#log = log;
    this.#source = { ...log, head: new SharedHead(log.reader) };
  }

  /** Batches up to the head of this moment. Throws StoreUnavailable. */
  async *all(after: bigint, categories: readonly string[]): AsyncGenerator<Batch, void> {
    const { reader } = this.#log;
    const head = await reader.head();
    for (let position = after; position < head;) {
      const batch = await reader.window(position, head, categories);
      position = batch.position;
      yield batch;
    }
  }

  /** Throws StoreUnavailable once the store is closed. */
  subscribe(after: bigint, categories: readonly string[], handler: (batch: Batch) => Promise<void>): Subscription {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
    const subscription = new LogSubscription(this.#source, after, categories, handler);
    this.#subscriptions.add(subscription);
    const forget = (): void => void this.#subscriptions.delete(subscription);
    void subscription.finished.then(forget, forget);
    return subscription;
  }

  /** Ends every subscription; resolves when no handler is at work any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await this.#log.wakeUp.close();
  }
}
