import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import type { FileKeks, WrappedKey } from './file-keks.js';
import type { SecretFile } from './secret-file.js';

const BATCH = 1000;
const FOREIGN_KEY = '23503';
const NEXT = 'SELECT id, epoch, wrapped FROM vault.hand_out_old($1, $2)';
const WRITE = `UPDATE vault.key k SET epoch = fresh.epoch, wrapped = fresh.wrapped FROM unnest($1::uuid[], $2::smallint[], $3::bytea[]) AS fresh(id, epoch, wrapped) WHERE k.id = fresh.id`;
const NIL = '00000000-0000-0000-0000-000000000000';

/** An epoch that still wraps keys cannot go. */
export class EpochInUse extends Error {}

const COUNTED = `SELECT e.epoch, e.since, coalesce(k.keys, 0)::float8 AS keys FROM vault.epoch e
  LEFT JOIN (SELECT epoch, count(*) AS keys FROM vault.key WHERE epoch IS NOT NULL GROUP BY epoch) k USING (epoch)`;

/** One key that wraps keys. */
export interface EpochState {
  readonly epoch: number;
  /** When it was begun, ISO 8601; null when the table does not know it (any more). */
  readonly since: string | null;
  /** How many living keys it wraps. */
  readonly keys: number;
  /** Whether its bytes are in the file. */
  readonly here: boolean;
}

type Row = { readonly id: string; readonly epoch: number; readonly wrapped: Buffer };

/**
 * The life of the keys that wrap keys: a new one every year and after any doubt, everything wrapped anew, the old one destroyed.
 * Destroying it is what makes the wrapped keys in old backups worthless.
 */
export class KekEpochs {
  constructor(
    private readonly pool: Pool,
    private readonly file: SecretFile,
    private readonly keks: FileKeks,
  ) {}

  /** Makes the first epoch known to the table; to be called once at every start. */
  async ensure(): Promise<void> {
    await reach(() => this.pool.query('INSERT INTO vault.epoch (epoch) VALUES ($1) ON CONFLICT DO NOTHING', [this.keks.newest]));
  }

  /** Every epoch that the table or the file knows, the newest first. Reads every row of the table of keys. */
  async all(): Promise<readonly EpochState[]> {
    await this.file.reload();
    const { rows } = await reach(() => this.pool.query<{ epoch: number; since: Date; keys: number }>(COUNTED));
    const here = new Set(this.file.all('kek').map(({ epoch }) => epoch));
    const known = rows.map(({ epoch, since, keys }) => ({ epoch, since: since.toISOString(), keys, here: here.has(epoch) }));
    const unknown = [...here].filter((epoch) => !rows.some((row) => row.epoch === epoch));
    return [...known, ...unknown.map((epoch) => ({ epoch, since: null, keys: 0, here: true }))].sort((a, b) => b.epoch - a.epoch);
  }

  /** Starts a new epoch and returns its number. One process at a time: the file would forget a key that another one has begun to use. */
  async begin(): Promise<number> {
    return this.alone(async (client) => {
      const epoch = await this.file.add('kek');
      await client.query('INSERT INTO vault.epoch (epoch) VALUES ($1)', [epoch]);
      return epoch;
    });
  }

  /** Wraps every key of older epochs anew, a batch per transaction; may be stopped and run again. Tells after each batch how many were done. */
  async rewrap(told: (done: number) => void = () => undefined): Promise<number> {
    await this.file.reload();
    let done = 0;
    for (let after: string | null = NIL; after !== null;) {
      const batch: { readonly last: string | null; readonly count: number } = await this.rewrapBatch(after);
      after = batch.last;
      done += batch.count;
      told(done);
    }
    return done;
  }

  /** Destroys an epoch, for ever. Throws EpochInUse while it wraps a single key, and when it is the newest. */
  async destroy(epoch: number): Promise<void> {
    await this.file.reload();
    if (epoch === this.keks.newest) throw new EpochInUse('the newest epoch wraps every new key');
    await this.alone(async (client) => {
      try {
        await client.query('DELETE FROM vault.epoch WHERE epoch = $1', [epoch]);
      } catch (error) {
        throw error instanceof DatabaseError && error.code === FOREIGN_KEY ? new EpochInUse(`epoch ${epoch} still wraps keys`) : error;
      }
    });
    // Only once nothing can be wrapped by it any more; alone again, because the file is written whole.
    await this.alone(() => this.file.remove('kek', epoch));
  }

  private async rewrapBatch(after: string): Promise<{ readonly last: string | null; readonly count: number }> {
    return transaction(this.pool, async (client) => {
      const { rows } = await client.query<Row>(NEXT, [after, BATCH]);
      const fresh: WrappedKey[] = [];
      for (const row of rows) {
        const bytes = await this.keks.unwrap(row);
        fresh.push(this.keks.wrap(bytes));
        bytes.fill(0);
      }
      await client.query(WRITE, [rows.map(({ id }) => id), fresh.map(({ epoch }) => epoch), fresh.map(({ wrapped }) => wrapped)]);
      return { last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null), count: rows.length };
    });
  }

  private alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return transaction(this.pool, async (client) => {
      await client.query('LOCK TABLE vault.epoch IN SHARE ROW EXCLUSIVE MODE');
      return work(client);
    });
  }
}
