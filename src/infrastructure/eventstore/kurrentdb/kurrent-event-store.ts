import {
  EventStore,
  type Append,
  type AppendOutcome,
  type Batch,
  type CertificatePlace,
  type StoredEvent,
  type Subscription,
} from '../../../application/shared/event-store.js';
import { eachBounded } from '../../../application/shared/bounded.js';
import { StoreUnavailable, type Revision } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { checkAppend, checkAppends } from '../append-check.js';
import { WakeUp } from '../wake-up.js';
import { Walks } from '../walks.js';
import { Appender } from './appender.js';
import { ClusterClock } from './cluster-clock.js';
import { Connection, unavailable, type KurrentPlace } from './connection.js';
import { Purge } from './purge.js';
import { Reader } from './reader.js';
import { Slots } from '../../slots.js';
import { proposalOf } from './stored-form.js';
import { listeningTo } from './tail.js';

export interface KurrentEventStoreOptions {
  /** How long the server may say nothing before it counts as away, milliseconds. */
  readonly patienceMs?: number;
  /** How far the clock of a demonstration is ahead of the machine's, milliseconds. */
  readonly ahead?: () => number;
  /** Told of troubles that are being retried; never holds event data. */
  readonly report?: (trouble: Error) => void;
}

/** A server takes about a hundred calls at the same time on one connection; the others would wait unseen, their deadlines running. */
const APPENDS_AT_ONCE = 48;
const READS_AT_ONCE = 24;

const warn = (trouble: Error): void => process.emitWarning(`the event store is being tried again: ${trouble.message}`);

/** The log in EventStoreDB / KurrentDB (docs/adr/0031). Data is the body, metadata the header; the leader answers everything. */
export class KurrentEventStore extends EventStore {
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #clock: ClusterClock;
  readonly #appender: Appender;
  readonly #purge: Purge;
  readonly #slots = new Slots(APPENDS_AT_ONCE);
  readonly #walks: Walks;
  #closed: Promise<void> | undefined;

  constructor(place: KurrentPlace, { patienceMs = 10_000, ahead = () => 0, report = warn }: KurrentEventStoreOptions = {}) {
    super();
    this.#connection = new Connection(place, patienceMs);
    this.#reader = new Reader(this.#connection);
    this.#clock = new ClusterClock(this.#connection, (position) => this.#appender.passed(position), ahead);
    this.#appender = new Appender(this.#connection, this.#reader, this.#clock);
    this.#purge = new Purge(this.#connection, this.#reader, place.eraser ?? this.#connection.with.credentials);
    this.#walks = new Walks({ reader: this.#reader, wakeUp: new WakeUp(listeningTo(this.#connection), report), report });
  }

  async append(append: Append): Promise<AppendOutcome> {
    checkAppend(append);
    return this.#submit(append);
  }

  async appendMany(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]> {
    checkAppends(appends);
    const settled = await Promise.allSettled(appends.map((append) => this.#submit(append)));
    return settled.map((one) => {
      if (one.status === 'fulfilled') return one.value;
      if (one.reason instanceof RangeError) throw one.reason;
      return unavailable(one.reason);
    });
  }

  async read(stream: StreamName, from?: Revision): Promise<readonly StoredEvent[]> {
    return this.#read(stream, from);
  }

  async #read(stream: StreamName, from?: Revision): Promise<readonly StoredEvent[]> {
    const events = await this.#reader.read(stream, from);
    this.#appender.saw(events.at(-1));
    return events;
  }

  async readMany(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, readonly StoredEvent[]>> {
    const found = new Map<StreamName, readonly StoredEvent[]>(streams.map((stream) => [stream, []]));
    await eachBounded([...found.keys()], READS_AT_ONCE, async (stream) => void found.set(stream, await this.#read(stream)));
    return found;
  }

  readAll(after: bigint, categories: readonly string[] = []): AsyncIterable<Batch> {
    return this.#walks.all(after, categories);
  }

  subscribe(after: bigint, categories: readonly string[], handler: (batch: Batch) => Promise<void>): Subscription {
    return this.#walks.subscribe(after, categories, handler);
  }

  async at(position: bigint): Promise<StoredEvent | null> {
    return this.#reader.at(position);
  }

  async head(): Promise<bigint> {
    return this.#reader.head();
  }

  async purge(stream: StreamName, certificate: CertificatePlace): Promise<number> {
    return this.#purge.purge(stream, certificate);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #submit(append: Append): Promise<AppendOutcome> {
    if (this.#closed !== undefined) throw new StoreUnavailable('the event store is closed');
    const came = this.#clock.moment(append.heldMs);
    const proposals = append.events.map(proposalOf);
    return this.#slots.run(() => this.#appender.append(append, proposals, came));
  }

  async #shutDown(): Promise<void> {
    await this.#walks.close();
    await this.#slots.drained();
    await this.#connection.close();
  }
}
