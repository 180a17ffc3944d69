import type { Pool } from 'pg';
import {
  EventStore,
  type Append,
  type AppendOutcome,
  type Batch,
  type CertificatePlace,
  type StoredEvent,
  type Subscription,
} from '../../../application/shared/event-store.js';
import { StoreUnavailable, type Revision } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { checkAppend, checkAppends } from '../append-check.js';
import { WakeUp } from '../wake-up.js';
import { Walks } from '../walks.js';
import { commit } from './commit.js';
import { Connections } from './connections.js';
import { GroupCommit } from './group-commit.js';
import { listeningOn } from './listening.js';
import { purge } from './purge.js';
import { Reader } from './reader.js';

export interface PostgresEventStoreOptions {
  /** Transactions under way at the same time. */
  readonly lanes?: number;
  readonly maxEventsPerCommit?: number;
  /** The server gives up a statement after this long; nothing of it is then written. */
  readonly statementTimeoutMs?: number;
  /** What the network may add to that, before the connection counts as dead. */
  readonly networkMarginMs?: number;
  /** Told of troubles that are being retried; never holds event data. */
  readonly report?: (trouble: Error) => void;
}

const MAX_COMMIT_BYTES = 8 * 1024 * 1024;
const closed = (): StoreUnavailable => new StoreUnavailable('the event store is closed');
const warn = (trouble: Error): void => process.emitWarning(`the event store is being tried again: ${trouble.message}`);

/**
 * The log in PostgreSQL (schema `log`). Takes over a pool whose connections run as mes_writer, of at least four connections: one for each lane
 * commits, one listens while there are subscriptions, the others read. `close` ends the pool.
 */
export class PostgresEventStore extends EventStore {
  readonly #connections: Connections;
  readonly #reader: Reader;
  readonly #groupCommit: GroupCommit;
  readonly #walks: Walks;
  #closed: Promise<void> | undefined;

  constructor(
    pool: Pool,
    {
      lanes = 2,
      maxEventsPerCommit = 1_024,
      statementTimeoutMs = 10_000,
      networkMarginMs = 5_000,
      report = warn,
    }: PostgresEventStoreOptions = {},
  ) {
    super();
    this.#connections = new Connections(pool, statementTimeoutMs, networkMarginMs);
    this.#reader = new Reader(this.#connections);
    const limits = { lanes, maxEvents: maxEventsPerCommit, maxBytes: MAX_COMMIT_BYTES };
    this.#groupCommit = new GroupCommit((arrived) => commit(this.#connections, arrived), limits);
    this.#walks = new Walks({ reader: this.#reader, wakeUp: new WakeUp(listeningOn(this.#connections), report), report });
  }

  async append(append: Append): Promise<AppendOutcome> {
    checkAppend(append);
    if (this.#closed !== undefined) throw closed();
    return this.#groupCommit.submit(append);
  }

  async appendMany(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]> {
    checkAppends(appends);
    if (this.#closed !== undefined) return appends.map(closed);
    return this.#groupCommit.submitMany(appends);
  }

  async read(stream: StreamName, from?: Revision): Promise<readonly StoredEvent[]> {
    return this.#reader.read(stream, from);
  }

  async readMany(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, readonly StoredEvent[]>> {
    return this.#reader.readMany(streams);
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
    return purge(this.#connections, stream, certificate);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    await this.#walks.close();
    await this.#groupCommit.drained();
    await this.#connections.pool.end();
  }
}
