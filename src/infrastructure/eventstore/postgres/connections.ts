import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { StoreUnavailable } from '../../../application/shared/ports.js';

/** Connection lost, server going down or starting: the statement may have been committed, or not. */
const CONNECTION_TROUBLE = /^(08|57P)/;
/** A standby, or a server that its operator made read-only: reading works, and nothing can be written. */
const ONLY_READS = '25006';

/** The store cannot say whether what was sent is written: the same bytes must be sent again. */
export class OutcomeUnknown extends StoreUnavailable {}

/** Every error of the driver as "store unavailable"; the message of the server stays in `cause` and holds no event data. */
export function unavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause;
  const code = cause instanceof DatabaseError ? cause.code : undefined;
  if (code === ONLY_READS) return new StoreUnavailable('the server of the event store does not lead: it takes no events', { cause });
  const rolledBack = cause instanceof DatabaseError && !CONNECTION_TROUBLE.test(code ?? '');
  return rolledBack
    ? new StoreUnavailable('the event store refused to work', { cause })
    : new OutcomeUnknown('the connection to the event store broke', { cause });
}

/** Lends connections of the writer's pool, set up so that an acknowledged commit is durable and no statement runs for ever. */
export class Connections {
  readonly #ready = new WeakSet<PoolClient>();

  constructor(
    readonly pool: Pool,
    private readonly statementTimeoutMs: number,
    private readonly networkMarginMs: number,
  ) {}

  /** For a query: how long its answer may take before the connection counts as dead. The driver would wait for ever for a server that says nothing. */
  get limit(): { readonly query_timeout: number } {
    return { query_timeout: this.statementTimeoutMs + this.networkMarginMs };
  }

  /** Throws StoreUnavailable; OutcomeUnknown when the connection broke while it worked. A connection on which anything failed is not used again. */
  async use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let failed: Error | undefined;
    // Its query fails as well; but an error event that nobody listens to would end the process.
    const onError = (error: Error): void => void (failed = error);
    client.on('error', onError);
    try {
      if (!this.#ready.has(client)) await this.#setUp(client);
      return await work(client);
    } catch (error) {
      failed = unavailable(error);
      throw failed;
    } finally {
      client.off('error', onError);
      client.release(failed);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (cause) {
      throw new StoreUnavailable('the event store cannot be reached', { cause });
    }
  }

  async #setUp(client: PoolClient): Promise<void> {
    try {
      // A plan for whatever stream: made for one, it would be made anew at each call, for longer than the rows take. It takes a window of the log for larger
      // than it is; with helpers and compiled, as its cost would suggest, it would only begin later.
      await client.query({
        text: `SET synchronous_commit = on; SET statement_timeout = ${this.statementTimeoutMs}; SET plan_cache_mode = force_generic_plan;
        SET jit = off; SET max_parallel_workers_per_gather = 0`,
        ...this.limit,
      });
      this.#ready.add(client);
    } catch (cause) {
      // Nothing of the caller's was sent yet.
      throw new StoreUnavailable('the event store cannot be reached', { cause });
    }
  }
}
