import {
  EventStore,
  type Append,
  type AppendOutcome,
  type Batch,
  type CertificatePlace,
  type StoredEvent,
  type Subscription,
} from '../../../src/application/shared/event-store.js';
import type { Revision, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';

/**
 * A log that begins behind this position of its store, where that ended when the test began: what a seal covers, or a house is filled from, is then what the
 * test itself writes, also on a server that others used before. All else is the store's.
 */
export class BeginningNow extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly beginning: bigint,
  ) {
    super();
  }

  append(append: Append): Promise<AppendOutcome> {
    return this.store.append(append);
  }

  appendMany(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]> {
    return this.store.appendMany(appends);
  }

  read(stream: StreamName, from?: Revision): Promise<readonly StoredEvent[]> {
    return this.store.read(stream, from);
  }

  readMany(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, readonly StoredEvent[]>> {
    return this.store.readMany(streams);
  }

  readAll(after: bigint, categories?: readonly string[]): AsyncIterable<Batch> {
    return this.store.readAll(this.#behind(after), categories);
  }

  subscribe(after: bigint, categories: readonly string[], handler: (batch: Batch) => Promise<void>): Subscription {
    return this.store.subscribe(this.#behind(after), categories, handler);
  }

  async at(position: bigint): Promise<StoredEvent | null> {
    return position > this.beginning ? this.store.at(position) : null;
  }

  async head(): Promise<bigint> {
    const head = await this.store.head();
    return head > this.beginning ? head : 0n;
  }

  purge(stream: StreamName, certificate: CertificatePlace): Promise<number> {
    return this.store.purge(stream, certificate);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  #behind(position: bigint): bigint {
    return position > this.beginning ? position : this.beginning;
  }
}
