import { randomBytes, randomUUID } from 'node:crypto';
import type { Append, AppendOutcome, Batch, EventBytes, EventStore, StoredEvent } from '../../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import type { Proxy } from '../../kurrentdb/proxy.js';

/** Keeps what a store says of troubles that it tries again, and lets a test wait for so many of them. */
export class Troubles {
  #count = 0;
  #waiting: (() => void)[] = [];

  readonly report = (): void => {
    this.#count += 1;
    this.#waiting.splice(0).forEach((wake) => wake());
  };

  async more(count: number): Promise<void> {
    const enough = this.#count + count;
    while (this.#count < enough) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** A store under test. */
export interface OpenedStore {
  readonly store: EventStore;
  /** What lies between it and its server. */
  readonly network: Proxy;
  readonly troubles: Troubles;
  /** Of these events; a store that can see whether keys live removes nothing before. */
  destroyKeys(events: readonly EventBytes[]): Promise<void>;
  /** Cuts every connection it has, from outside. */
  breakConnections(): Promise<void>;
  close(): Promise<void>;
}

/** A store on a server of this test alone, which can be told what to do. */
export interface OwnStore extends OpenedStore {
  /** From now on the server takes no events: another one leads. */
  refuseWrites(): Promise<void>;
  takeWrites(): Promise<void>;
}

export const newStream = (category = 'space'): StreamName => `${category}-${randomUUID()}`;

/** Members in the order of RFC 8785; under a key of its own. */
export const header = (stream: string, rev: number, at: number, type = 'SampleRecorded'): Buffer =>
  Buffer.from(
    JSON.stringify({ at: new Date(at).toISOString(), by: 'system', id: randomUUID(), key: randomUUID(), rev, stream, tv: 1, type, v: 1 }),
  );

/** An append of one event per body, `at` defaulting to now: the store compares it with its clock. */
export function appendOf(stream: StreamName, expected: number, bodies: readonly Uint8Array[] = [randomBytes(64)], at = Date.now()): Append {
  return { stream, expected, at, events: bodies.map((body, index) => ({ header: header(stream, expected + 1 + index, at), body })) };
}

export const bodies = (count: number, size = 64): Buffer[] => Array.from({ length: count }, () => randomBytes(size));

/** The outcome of an append that has to succeed. */
export async function written(store: EventStore, append: Append): Promise<Extract<AppendOutcome, { outcome: 'written' }>> {
  const outcome = await store.append(append);
  if (outcome.outcome !== 'written') throw new Error(`not written: ${outcome.outcome}`);
  return outcome;
}

/** Appends to new streams until told to stop, `writers` at a time; gives the streams that were acknowledged. */
export async function writeWhile(store: EventStore, writers: number, going: () => boolean, category?: string): Promise<StreamName[]> {
  const acknowledged: StreamName[] = [];
  const write = async (): Promise<void> => {
    while (going()) {
      const stream = newStream(category);
      await written(store, appendOf(stream, NO_STREAM, bodies(2)));
      acknowledged.push(stream);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return acknowledged;
}

export const plain = ({ header, body }: EventBytes): { header: string; body: string } => ({
  header: Buffer.from(header).toString('utf8'),
  body: Buffer.from(body).toString('base64'),
});

export const identity = ({ stream, rev }: StoredEvent): string => `${stream}@${rev}`;

export async function allOf(store: EventStore, after: bigint, categories?: readonly string[]): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of store.readAll(after, categories)) events.push(...batch.events);
  return events;
}

/** Keeps what a subscription hands over, and lets a test wait for it. */
export class Collector {
  readonly events: StoredEvent[] = [];
  readonly batches: Batch[] = [];
  #waiting: (() => void)[] = [];

  readonly handle = async (batch: Batch): Promise<void> => {
    this.batches.push(batch);
    this.events.push(...batch.events);
    this.#waiting.splice(0).forEach((wake) => wake());
  };

  async until(condition: (seen: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  reached(position: bigint): Promise<void> {
    return this.until(({ batches }) => (batches.at(-1)?.position ?? -1n) >= position);
  }
}

/** The same thing again while the store says that it promised nothing. */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
  return work();
}
