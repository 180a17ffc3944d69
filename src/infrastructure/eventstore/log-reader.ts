import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import { FactReader, type FactBatch, type Met } from '../../application/shared/fact-reader.js';
import type { StreamName } from '../../domain/shared/fact.js';

/** Opens stored events, in their order (SealedJournal.decodeBatch). */
export interface BatchDecoder {
  decodeBatch(events: readonly StoredEvent[]): Promise<readonly Met[]>;
}

/** The log as facts, for readers across streams. */
export class LogReader extends FactReader {
  constructor(
    private readonly store: EventStore,
    private readonly decoder: BatchDecoder,
  ) {
    super();
  }

  async *read(after: bigint, categories: readonly string[]): AsyncIterable<FactBatch> {
    for await (const batch of this.store.readAll(after, categories)) yield await this.opened(batch);
  }

  /** While the handler writes a batch, the next one is already being opened; live, nothing waits behind it. */
  subscribe(after: bigint, categories: readonly string[], handler: (batch: FactBatch) => Promise<void>): Subscription {
    let work: Promise<void> = Promise.resolve();
    const inner = this.store.subscribe(after, categories, async (batch) => {
      const opened = await this.opened(batch);
      await work;
      work = handler(opened);
      if (batch.live) await work;
      else void Promise.allSettled([work]);
    });
    const settled = (): Promise<unknown> => Promise.allSettled([work]);
    const finished = inner.finished.then(
      () => work,
      async (error: unknown) => {
        await settled();
        throw error;
      },
    );
    return { finished, stop: async () => void (await inner.stop(), await settled()) };
  }

  async readMany(streams: readonly StreamName[]): Promise<readonly Met[]> {
    const stored = await this.store.readMany(streams);
    return this.decoder.decodeBatch([...stored.values()].flat());
  }

  head(): Promise<bigint> {
    return this.store.head();
  }

  private async opened({ events, position, live }: Batch): Promise<FactBatch> {
    return { facts: await this.decoder.decodeBatch(events), position, live, last: events.at(-1) ?? null };
  }
}
