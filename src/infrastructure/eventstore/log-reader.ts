import type { EventStore, Subscription } from '../../application/shared/event-store.js';
import { FactReader, type FactBatch, type Met } from '../../application/shared/fact-reader.js';
import type { Standstill } from '../../application/shared/standstill.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { Feed } from './feed.js';
import { openedAhead, type BatchDecoder } from './open-batches.js';

/** The log as facts, for readers across streams. Those who subscribe share one reader: there should be one of this for each process of the system. */
export class LogReader extends FactReader {
  private readonly feed: Feed;

  constructor(
    private readonly store: EventStore,
    private readonly decoder: BatchDecoder,
  ) {
    super();
    this.feed = new Feed(store, decoder);
  }

  async *read(after: bigint, categories: readonly string[]): AsyncIterable<FactBatch> {
    yield* openedAhead(this.decoder, this.store.readAll(after, categories));
  }

  subscribe(after: bigint, categories: readonly string[], handler: (batch: FactBatch) => Promise<void>): Subscription {
    return this.feed.subscribe(after, categories, handler);
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
}
