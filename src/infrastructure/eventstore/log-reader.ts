import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import { FactReader, type FactBatch, type Met } from '../../application/shared/fact-reader.js';
import type { Standstill } from '../../application/shared/standstill.js';
import type { StreamName } from '../../domain/shared/fact.js';

/** Opens stored events, in their order, and knows what stands still (SealedJournal). */
export interface BatchDecoder {
  /** `from`: the revision with which each of their streams must begin. */
  decodeBatch(events: readonly StoredEvent[], from?: number): Promise<readonly Met[]>;
  standstill(): Promise<Standstill>;
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
    return this.decoder.decodeBatch([...stored.values()].flat(), 0);
  }

  standstill(): Promise<Standstill> {
    return this.decoder.standstill();
  }

  head(): Promise<bigint> {
    return this.store.head();
  }

  private async opened({ events, position, live }: Batch): Promise<FactBatch> {
    const facts = await this.decoder.decodeBatch(events);
    return { facts, position, live, last: events.at(-1) ?? null, standstill: await this.decoder.standstill() };
  }
}
