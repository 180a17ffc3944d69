import type { Pool } from 'pg';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { leafHash } from '../eventstore/leaf.js';
import { wasPurged } from '../postgres/projections/checkpoint.js';
import { reach } from '../postgres/reach.js';
import type { Database } from './person-rows.js';

/** How far the registry has read a log, with the last event that it saw there. */
export interface RegistryPoint {
  readonly considered: bigint;
  readonly seen: bigint;
  /** Null before the first event. */
  readonly leaf: Buffer | null;
}

const START: RegistryPoint = { considered: 0n, seen: 0n, leaf: null };
const LOAD = 'SELECT considered, seen, leaf FROM registry.checkpoint WHERE log = $1';
const SAVE = `INSERT INTO registry.checkpoint AS c (log, considered, seen, leaf) VALUES ($1, $2, $3, $4)
  ON CONFLICT (log) DO UPDATE SET considered = excluded.considered, seen = excluded.seen, leaf = excluded.leaf WHERE c.considered < excluded.considered`;
const FORGET = 'DELETE FROM registry.checkpoint WHERE log = $1';

/** Where the registry stands in this log; before its first event where nothing is known. */
export async function loadPoint(pool: Pool, log: string): Promise<RegistryPoint> {
  return (await reach(() => pool.query<RegistryPoint>(LOAD, [log]))).rows[0] ?? START;
}

/** Moves the point forward to here, behind this event; never back. */
export async function savePoint(db: Database, log: string, considered: bigint, last: StoredEvent): Promise<void> {
  await db.query(SAVE, [log, considered, last.position, leafHash(last)]);
}

/** Puts the point behind this event wherever it was, before the first for null: what lies behind is read again. In the transaction of the caller. */
export async function setPointBack(db: Database, log: string, last: StoredEvent | null): Promise<void> {
  await db.query(FORGET, [log]);
  if (last !== null) await savePoint(db, log, last.position, last);
}

/** True when the log still holds what was read of it, and is as long as it was. A log that was cut off or tells another story is neither. */
export async function holds(
  store: Pick<EventStore, 'head' | 'at'>,
  pool: Pool,
  { considered, seen, leaf }: RegistryPoint,
): Promise<boolean> {
  if (leaf === null) return true;
  const event = await store.at(seen);
  // Asked after the point was read: a log only grows.
  const same = event ? leaf.equals(leafHash(event)) : await reach(() => wasPurged(pool, seen, leaf));
  return same && (await store.head()) >= considered;
}
