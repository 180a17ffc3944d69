import type { Batch, EventStore, StoredEvent } from '../../application/shared/event-store.js';

/** The log from some position on, an event after the other, a batch in memory. */
export class StoreCursor {
  private readonly batches: AsyncIterator<Batch>;
  private batch: readonly StoredEvent[] = [];
  private at = 0;
  private ended = false;

  constructor(store: Pick<EventStore, 'readAll'>, after: bigint) {
    this.batches = store.readAll(after)[Symbol.asyncIterator]();
  }

  /** The events before this position (or at it, when `inclusive`) that were not taken yet. */
  async *upTo(position: bigint, inclusive: boolean): AsyncGenerator<StoredEvent, void> {
    for (let event = await this.peek(); event !== null; event = await this.peek()) {
      if (event.position > position || (event.position === position && !inclusive)) return;
      this.at += 1;
      yield event;
    }
  }

  /** The next event, which stays the next one; null at the end of the log. */
  async peek(): Promise<StoredEvent | null> {
    while (this.at >= this.batch.length && !this.ended) {
      const next = await this.batches.next();
      this.ended = next.done === true;
      this.batch = next.done === true ? [] : next.value.events;
      this.at = 0;
    }
    return this.batch[this.at] ?? null;
  }

  /** Lets go of the reading. */
  async close(): Promise<void> {
    await this.batches.return?.();
  }
}
