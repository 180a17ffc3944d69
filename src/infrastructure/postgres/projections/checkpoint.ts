import type { Pool, PoolClient, QueryResult } from 'pg';
import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { leafHash } from '../../eventstore/leaf.js';

/** The last event a reader met, so that it notices when the log under it is another one. */
export interface Landmark {
  readonly position: bigint;
  readonly stream: StreamName;
  readonly rev: number;
  readonly leaf: Uint8Array;
}
/** How far a reader of the log has come. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  /** Everything up to here was considered. */
  readonly position: bigint;
  readonly last: Landmark | null;
  /** Sealed events met so far. */
  readonly sealed: bigint;
}

/** The log is not the one these rows were made from: another restore, another database. Nothing may go on from here. */
export class AnotherLog extends Error {}

interface Stored {
  readonly name: string;
  readonly version: number;
  readonly position: bigint;
  readonly event_position: bigint | null;
  readonly event_stream: StreamName | null;
  readonly event_rev: number | null;
  readonly event_leaf: Uint8Array | null;
  readonly sealed: bigint;
}

const landmarkIn = ({ event_position: position, event_stream: stream, event_rev: rev, event_leaf: leaf }: Stored): Landmark | null =>
  position === null || stream === null || rev === null || leaf === null ? null : { position, stream, rev, leaf };

/** What a checkpoint remembers of an event. */
export const landmarkOf = (event: StoredEvent | null): Landmark | null =>
  event && { position: event.position, stream: event.stream, rev: event.rev, leaf: leafHash(event) };

type Schema = 'read' | 'process';

/** The checkpoints of these readers; `lock` keeps every other writer of theirs away until the end of the transaction. */
export async function checkpoints(
  db: Pick<Pool | PoolClient, 'query'>,
  schema: Schema,
  names: readonly string[],
  lock: '' | 'FOR UPDATE' = '',
): Promise<ReadonlyMap<string, Checkpoint>> {
  const text = `SELECT * FROM ${schema}.checkpoint WHERE name = ANY($1) ORDER BY name ${lock}`;
  const { rows }: QueryResult<Stored> = await db.query<Stored>(text, [names]);
  return new Map(rows.map((row) => [row.name, { ...row, last: landmarkIn(row) }]));
}

/** Writes checkpoints as they now stand; a batch without an event of theirs keeps the last one they met. */
export async function saveCheckpoints(db: Pick<Pool | PoolClient, 'query'>, schema: Schema, points: readonly Checkpoint[]): Promise<void> {
  await db.query(
    `INSERT INTO ${schema}.checkpoint AS old (name, version, position, event_position, event_stream, event_rev, event_leaf, sealed)
     SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::text[], $6::integer[], $7::bytea[], $8::bigint[])
     ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = excluded.position, event_position = excluded.event_position,
       event_stream = excluded.event_stream, event_rev = excluded.event_rev, event_leaf = excluded.event_leaf, sealed = excluded.sealed`,
    [
      points.map(({ name }) => name),
      points.map(({ version }) => version),
      points.map(({ position }) => position),
      points.map(({ last }) => last?.position ?? null),
      points.map(({ last }) => last?.stream ?? null),
      points.map(({ last }) => last?.rev ?? null),
      points.map(({ last }) => (last ? Buffer.from(last.leaf) : null)),
      points.map(({ sealed }) => sealed),
    ],
  );
}

/** Throws AnotherLog when the log does not hold, at its place, the event that this checkpoint was written behind. */
export async function verify(
  store: Pick<EventStore, 'at'>,
  db: Pick<Pool | PoolClient, 'query'>,
  { last }: Pick<Checkpoint, 'last'>,
): Promise<void> {
  if (last === null) return;
  const found = landmarkOf(await store.at(last.position));
  const same =
    found === null
      ? await wasPurged(db, last.position, last.leaf)
      : found.stream === last.stream && found.rev === last.rev && Buffer.from(found.leaf).equals(last.leaf);
  if (!same) throw new AnotherLog('the log does not hold the event this checkpoint was written behind');
}

/** True when this very event lay here and was removed under a certificate: its leaf hash is what stayed (migration 0010). */
export async function wasPurged(db: Pick<Pool | PoolClient, 'query'>, position: bigint, leaf: Uint8Array): Promise<boolean> {
  const { rows } = await db.query<{ leaf: Buffer }>('SELECT leaf FROM erasure.purged WHERE position = $1', [position]);
  return rows[0]?.leaf.equals(leaf) ?? false;
}
