import type { Pool } from 'pg';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import {
  AnotherLog,
  checkpoints,
  landmarkOf,
  replaceCheckpoints,
  verify,
  type Checkpoint,
  type Schema,
} from '../postgres/projections/checkpoint.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';

/** Every checkpoint of a schema, whoever keeps it. */
export async function everyPoint(pool: Pool, schema: Schema): Promise<readonly Checkpoint[]> {
  return reach(async () => {
    const { rows } = await pool.query<{ name: string }>(`SELECT DISTINCT name FROM ${schema}.checkpoint`);
    return checkpoints(
      pool,
      schema,
      rows.map(({ name }) => name),
    );
  });
}

/** Those of processes that were written behind something that the log does not hold. */
export async function stalePoints(pool: Pool, store: Pick<EventStore, 'at' | 'head'>): Promise<readonly Checkpoint[]> {
  const stale: Checkpoint[] = [];
  for (const point of await everyPoint(pool, 'process')) {
    try {
      await reach(() => verify(store, pool, point));
    } catch (error) {
      if (!(error instanceof AnotherLog)) throw error;
      stale.push(point);
    }
  }
  return stale;
}

/** Sets these back behind this event, before the first for null: what lies behind is reacted to again, which is harmless. `anew`: those that read all again. */
export async function setBack(
  pool: Pool,
  stale: readonly Checkpoint[],
  last: StoredEvent | null,
  anew: readonly Checkpoint[],
): Promise<void> {
  const begin = { position: 0n, last: null, stopped: null };
  const to = { position: last?.position ?? 0n, last: landmarkOf(last), stopped: null };
  const names = new Set(anew.map(({ name }) => name));
  const others = stale.filter(({ name }) => !names.has(name));
  const points = [...anew.map((point) => ({ ...point, ...begin })), ...others.map((point) => ({ ...point, ...to }))];
  await transaction(pool, (db) => replaceCheckpoints(db, 'process', [...anew, ...others], points));
}
