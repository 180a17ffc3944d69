import type { Pool, PoolClient } from 'pg';
import { EpochInUse, type EpochState, type EpochUse, type Rewrapped } from '../../application/audit/wrapping-keys.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import type { FileKeks } from './file-keks.js';
import type { SecretFile } from './secret-file.js';

const BATCH = 1000;
const COUNT_BATCH = 100_000;
const NIL = '00000000-0000-0000-0000-000000000000';
/** Held by whoever makes the first secrets, begins or destroys an epoch. */
export const ONE_BY_ONE = `SELECT pg_advisory_xact_lock(hashtextextended('vault.epoch', 0))`;

const KNOWN = 'SELECT epoch, since, state, rewrapped::float8 AS rewrapped FROM vault.epoch';
// A file that was left behind brings no epoch back that was retired elsewhere.
const ENSURE = `INSERT INTO vault.epoch (epoch) SELECT $1::smallint WHERE NOT EXISTS (SELECT FROM vault.epoch WHERE epoch > $1) ON CONFLICT DO NOTHING`;
const BEGIN = 'INSERT INTO vault.epoch (epoch) VALUES ($1) RETURNING since';
const NEXT = 'SELECT upto, ids, epochs, wraps FROM vault.next_batch($1, $2)';
const TAKE_OVER = 'SELECT vault.take_over($1, $2, $3, $4, $5)::float8 AS behind';
const RETIRE = 'SELECT vault.retire($1) AS gone';
const ABOUT = `SELECT greatest(reltuples, 0)::float8 AS keys FROM pg_class WHERE oid = 'vault.key'::regclass`;
const COUNT = `WITH batch AS MATERIALIZED (SELECT id, epoch FROM vault.key WHERE id > $1 ORDER BY id LIMIT ${COUNT_BATCH})
  SELECT epoch, count(*)::float8 AS keys, (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS last FROM batch GROUP BY epoch`;

const USES: readonly EpochUse[] = ['unknown', 'open', 'closed', 'empty'];

interface Known extends Omit<EpochState, 'since' | 'use' | 'here'> {
  readonly since: Date;
  readonly state: number;
}
interface Counted {
  readonly epoch: number | null;
  readonly keys: number;
  readonly last: string;
}
interface Batch {
  readonly upto: string | null;
  readonly ids: readonly string[] | null;
  readonly epochs: readonly number[] | null;
  readonly wraps: readonly Buffer[] | null;
}

/**
 * The life of the keys that wrap keys: a new one every year and after any doubt, everything wrapped anew, the old one destroyed.
 * Destroying it is what makes the wrapped keys in old backups worthless. Every method throws StoreUnavailable.
 */
export class KekEpochs {
  constructor(
    private readonly pool: Pool,
    private readonly file: SecretFile,
    private readonly keks: FileKeks,
  ) {}

  /** Makes the first epoch known to the table; to be called once at every start. */
  async ensure(): Promise<void> {
    await reach(() => this.pool.query(ENSURE, [this.keks.newest]));
  }

  /** Every epoch that the table or the file knows, the newest first. Looks at no key. */
  async all(): Promise<readonly EpochState[]> {
    await this.file.reload();
    const { rows } = await reach(() => this.pool.query<Known>(KNOWN));
    const here = new Set(this.file.all('kek').map(({ epoch }) => epoch));
    const known = rows.map(({ epoch, since, state, rewrapped }) => {
      const use = USES[state] ?? 'unknown';
      return { epoch, since: since.toISOString(), use, rewrapped, here: here.has(epoch) };
    });
    const others = [...here].filter((epoch) => !rows.some((row) => row.epoch === epoch));
    const unknown = others.map((epoch) => ({ epoch, since: null, use: 'unknown', rewrapped: 0, here: true }) as const);
    return [...known, ...unknown].sort((a, b) => b.epoch - a.epoch);
  }

  /** How many living keys each epoch wraps. Reads every key, some at a time in the order of their ids. */
  async count(): Promise<ReadonlyMap<number, number>> {
    const counts = new Map<number, number>();
    let after: string | undefined = NIL;
    while (after !== undefined) {
      const { rows }: { rows: readonly Counted[] } = await reach(() => this.pool.query<Counted>(COUNT, [after]));
      for (const { epoch, keys } of rows) if (epoch !== null) counts.set(epoch, (counts.get(epoch) ?? 0) + keys);
      after = rows[0]?.last;
    }
    return counts;
  }

  /** How many keys there are, as the database last reckoned it; 0 when it never did. */
  async about(): Promise<number> {
    const { rows } = await reach(() => this.pool.query<{ keys: number }>(ABOUT));
    return rows[0]?.keys ?? 0;
  }

  /** Starts a new epoch and returns its number. One process at a time: the file would forget a key that another one has begun to use. */
  async begin(): Promise<number> {
    return this.alone(async (client) => {
      const epoch = await this.file.add('kek');
      await client.query(BEGIN, [epoch]);
      return epoch;
    });
  }

  /**
   * Closes every older epoch and wraps every key of them anew by the newest, a batch per transaction; killed anywhere and run again it goes on at the batch
   * where it was. Tells after each batch how many it did. A key that does not open stays where it is, and every older epoch stays closed.
   */
  async rewrap(told: (done: number) => void = () => undefined): Promise<Rewrapped> {
    await this.file.reload();
    const target = this.keks.newest;
    await reach(() => this.pool.query('SELECT vault.close_older($1)', [target]));
    if (!(await this.isWalking(target))) return { wrapped: 0, left: 0 };
    let [wrapped, left] = [0, 0];
    for (let more = true; more;) {
      const batch = await this.rewrapBatch(target);
      more = batch.more;
      left = batch.behind;
      wrapped += batch.count;
      told(wrapped);
    }
    return { wrapped, left };
  }

  /** Destroys an epoch, for ever. Throws EpochInUse unless it is known to wrap nothing, and when it is the newest. */
  async destroy(epoch: number): Promise<void> {
    await this.file.reload();
    if (epoch === this.keks.newest) throw new EpochInUse('the newest epoch wraps every new key');
    await this.alone(async (client) => {
      const { rows } = await client.query<{ gone: boolean }>(RETIRE, [epoch]);
      if (rows[0]?.gone !== true) throw new EpochInUse(`epoch ${epoch} may still wrap keys`);
    });
    // Only once nothing can be wrapped by it any more; alone again, because the file is written whole.
    await this.alone(() => this.file.remove('kek', epoch));
  }

  private async isWalking(target: number): Promise<boolean> {
    const { rows } = await reach(() => this.pool.query('SELECT FROM vault.epoch WHERE epoch < $1 AND state = 2', [target]));
    return rows.length > 0;
  }

  private async rewrapBatch(target: number): Promise<{ readonly more: boolean; readonly count: number; readonly behind: number }> {
    return transaction(this.pool, async (client) => {
      const { rows } = await client.query<Batch>(NEXT, [target, BATCH]);
      const { upto = null, ids, epochs, wraps } = rows[0] ?? {};
      const old = (wraps ?? []).map((wrapped, n) => ({ epoch: epochs?.[n] ?? 0, wrapped }));
      const again = await this.keks.rewrapped(old, target);
      const broken = (ids ?? []).filter((_, n) => again[n] === null);
      const sound = (ids ?? []).filter((_, n) => again[n] !== null);
      const fresh = again.filter((wrapped) => wrapped !== null);
      const taken = await client.query<{ behind: number }>(TAKE_OVER, [target, upto, sound, fresh, broken]);
      return { more: upto !== null, count: fresh.length, behind: taken.rows[0]?.behind ?? 0 };
    });
  }

  private alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return transaction(this.pool, async (client) => {
      await client.query(ONE_BY_ONE);
      return work(client);
    });
  }
}
