import type { Pool, PoolClient, QueryResult } from 'pg';
import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import type { Ranges } from '../../../application/shared/ranges.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { leafHash } from '../../eventstore/leaf.js';
import { prepared } from '../prepared.js';

/** The last event a reader met, so that it notices when the log under it is another one. */
export interface Landmark {
  readonly position: bigint;
  readonly stream: StreamName;
  readonly rev: number;
  readonly leaf: Uint8Array;
}
/** How far a reader of the log has come in some ranges of streams. All rows of a reader together cover every range once. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  readonly ranges: Ranges;
  /** Of the claim under which it moves. */
  readonly fence: bigint;
  /** Class of the error on which these ranges stopped; null while they move. */
  readonly stopped: string | null;
  /** Everything up to here was considered. */
  readonly position: bigint;
  readonly last: Landmark | null;
  /** Sealed events met so far. */
  readonly sealed: bigint;
}

/** The log is not the one these rows were made from: another restore, another database. Nothing may go on from here. */
export class AnotherLog extends Error {}

interface Stored extends Omit<Checkpoint, 'last'> {
  readonly event_position: bigint | null;
  readonly event_stream: StreamName | null;
  readonly event_rev: number | null;
  readonly event_leaf: Uint8Array | null;
}

const landmarkIn = ({ event_position: position, event_stream: stream, event_rev: rev, event_leaf: leaf }: Stored): Landmark | null =>
  position === null || stream === null || rev === null || leaf === null ? null : { position, stream, rev, leaf };

/** What a checkpoint remembers of an event. */
export const landmarkOf = (event: StoredEvent | null): Landmark | null =>
  event && { position: event.position, stream: event.stream, rev: event.rev, leaf: leafHash(event) };

export type Schema = 'read' | 'process';
type Database = Pick<Pool | PoolClient, 'query'>;

// Named: a plan that is kept does not survive a column that a later version adds.
const COLUMNS = 'name, version, ranges, fence, stopped, position, sealed, event_position, event_stream, event_rev, event_leaf';

/** PostgreSQL has no unsigned number of 64 bits: the last range is the sign. */
const signed = (ranges: Ranges): bigint => BigInt.asIntN(64, ranges);
const unsigned = (ranges: bigint): Ranges => BigInt.asUintN(64, ranges);

async function found(db: Database, text: string, values: unknown[]): Promise<readonly Checkpoint[]> {
  const { rows }: QueryResult<Stored> = await db.query<Stored>(prepared(text, values));
  return rows.map((row) => ({ ...row, ranges: unsigned(row.ranges), last: landmarkIn(row) }));
}

/** All checkpoints of these readers; `lock` keeps every other writer of theirs away until the end of the transaction. */
export const checkpoints = (db: Database, schema: Schema, names: readonly string[], lock: '' | 'FOR UPDATE' = '') =>
  found(db, `SELECT ${COLUMNS} FROM ${schema}.checkpoint WHERE name = ANY ($1) ORDER BY name, ranges ${lock}`, [names]);

/** Those that were claimed with this fence, locked. */
export const claimedCheckpoints = (db: Database, schema: Schema, names: readonly string[], fence: bigint) =>
  found(db, `SELECT ${COLUMNS} FROM ${schema}.checkpoint WHERE name = ANY ($1) AND fence = $2 ORDER BY name, ranges FOR UPDATE`, [
    names,
    fence,
  ]);

/** The position that a reader has reached in every range; 0 where it has no checkpoint. */
export const leastOf = (points: readonly Pick<Checkpoint, 'position'>[]): bigint =>
  points.reduce<bigint | null>((least, { position }) => (least === null || position < least ? position : least), null) ?? 0n;

/** Writes checkpoints as they now stand, in place of those they were made from. */
export async function replaceCheckpoints(
  db: Database,
  schema: Schema,
  before: readonly Checkpoint[],
  after: readonly Checkpoint[],
): Promise<void> {
  const gone = before.filter(({ name, ranges }) => !after.some((one) => one.name === name && one.ranges === ranges));
  if (gone.length > 0)
    await db.query(
      `DELETE FROM ${schema}.checkpoint c USING unnest($1::text[], $2::bigint[]) AS g(name, ranges) WHERE (c.name, c.ranges) = (g.name, g.ranges)`,
      [gone.map(({ name }) => name), gone.map(({ ranges }) => signed(ranges))],
    );
  const changed = after.filter((point) => !before.includes(point));
  if (changed.length > 0) await saveCheckpoints(db, schema, changed);
}

/** Writes checkpoints as they now stand. */
async function saveCheckpoints(db: Database, schema: Schema, points: readonly Checkpoint[]): Promise<void> {
  const text = `INSERT INTO ${schema}.checkpoint AS old (${COLUMNS})
     SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::integer[], $11::bytea[])
     ON CONFLICT (name, ranges) DO UPDATE SET version = excluded.version, fence = excluded.fence, stopped = excluded.stopped, position = excluded.position,
       sealed = excluded.sealed, event_position = excluded.event_position, event_stream = excluded.event_stream, event_rev = excluded.event_rev,
       event_leaf = excluded.event_leaf`;
  const values = [
    points.map(({ name }) => name),
    points.map(({ version }) => version),
    points.map(({ ranges }) => signed(ranges)),
    points.map(({ fence }) => fence),
    points.map(({ stopped }) => stopped),
    points.map(({ position }) => position),
    points.map(({ sealed }) => sealed),
    points.map(({ last }) => last?.position ?? null),
    points.map(({ last }) => last?.stream ?? null),
    points.map(({ last }) => last?.rev ?? null),
    points.map(({ last }) => (last ? Buffer.from(last.leaf) : null)),
  ];
  await db.query(prepared(text, values));
}

/**
 * Throws AnotherLog when the log does not hold, at its place, the event that this checkpoint was written behind, or ends before it: what is written from
 * then on would be passed over until the log is as long again.
 */
export async function verify(
  store: Pick<EventStore, 'at' | 'head'>,
  db: Database,
  { position, last }: Pick<Checkpoint, 'position' | 'last'>,
): Promise<void> {
  // Asked after the checkpoint was read: a log only grows.
  if ((await store.head()) < position) throw new AnotherLog('the log ends before this checkpoint');
  if (last === null) return;
  const found = landmarkOf(await store.at(last.position));
  const same =
    found === null
      ? await wasPurged(db, last.position, last.leaf)
      : found.stream === last.stream && found.rev === last.rev && Buffer.from(found.leaf).equals(last.leaf);
  if (!same) throw new AnotherLog('the log does not hold the event this checkpoint was written behind');
}

/** True when this very event lay here and was removed under a certificate: its leaf hash is what stayed (migration 0010). */
export async function wasPurged(db: Database, position: bigint, leaf: Uint8Array): Promise<boolean> {
  const { rows } = await db.query<{ leaf: Buffer }>('SELECT leaf FROM erasure.purged WHERE position = $1', [position]);
  return rows[0]?.leaf.equals(leaf) ?? false;
}
