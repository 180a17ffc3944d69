import type { Pool, PoolClient } from 'pg';
import type { Lease } from '../../application/shared/leases.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { bigintArray, byteaArray, integerArray } from '../eventstore/postgres/binary-array.js';
import { assertHeld } from '../postgres/leases/postgres-leases.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { writeRoll, type Entry } from './roll.js';
import { SealedTree, type LastCheck, type SignedHead } from './sealed-tree.js';
import { streamKey } from './stream-key.js';
import { checkEdge, edgeTiles, rootOf, type Edge, type GrownTile } from './tree/growth.js';
import { HASH_BYTES } from './tree/hash.js';
import { hashAt, TILE_WIDTH } from './tree/tile.js';

/** Where the sealer stands: all it needs to go on. */
export interface Standing {
  readonly edge: Edge;
  readonly root: Uint8Array;
  /** What the leaves of the last tile are; it is full when the size is a multiple of 256. */
  readonly roll: readonly Entry[];
  /** The last event that was sealed; null before the first. */
  readonly last: (Entry & { readonly leaf: Uint8Array }) | null;
}

/** How far the seal is. */
export interface SealPlace {
  /** Leaves. */
  readonly size: number;
  /** Position of the last of them; 0 when there is none. */
  readonly position: bigint;
}

/** How far the seal says that it is, and the head that was signed last: of one moment. */
export interface Heads extends SealPlace {
  /** Name of the log; null before the first. */
  readonly origin: string | null;
  /** Null before the first. */
  readonly signed: Pick<SignedHead, 'size' | 'note'> | null;
}

/** What comes in one transaction: leaves, what they are, and the signed head over them. */
export interface Step {
  readonly before: Standing;
  readonly after: Standing;
  readonly entries: readonly Entry[];
  readonly tiles: readonly GrownTile[];
  readonly note: string;
  readonly origin: string;
  /** Verifier keys of those who signed. */
  readonly verifiers: readonly string[];
}

/** The seal is not where this process left it, or it is that of a log of another name. */
export class SealMoved extends Error {}

/** Name of the lease: one sealer for a log, whatever number of processes has the role. */
export const SEALER = 'sealer';

const UUID = 2950;
// One statement, so one snapshot: a head that is committed meanwhile is in both or in neither.
const HEADS = `SELECT h.size, h.position, h.origin, c.size AS signed, c.note FROM seal.head h
  LEFT JOIN LATERAL (SELECT size, note FROM seal.checkpoint ORDER BY size DESC LIMIT 1) c ON true`;
const MOVE = `UPDATE seal.head SET size = $1, position = $2, origin = $3, trouble = NULL
  WHERE size = $4 AND position = $5 AND coalesce(origin, $3) = $3`;
const TILES = `INSERT INTO seal.tile (level, index, hashes) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])
  ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`;
const ROLLS = `INSERT INTO seal.roll (tile, first, entries) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])
  ON CONFLICT (tile) DO UPDATE SET entries = excluded.entries`;
const STREAMS = `INSERT INTO seal.stream (key, rev) SELECT * FROM unnest($1::uuid[], $2::integer[])
  ON CONFLICT (key) DO UPDATE SET rev = excluded.rev`;
const SIGNED = 'INSERT INTO seal.checkpoint (size, root, note) VALUES ($1, $2, $3)';
const KEYS = 'INSERT INTO seal.key (verifier, since) SELECT verifier, $2 FROM unnest($1::text[]) AS verifier ON CONFLICT DO NOTHING';
const REVISIONS = `SELECT nth::integer, rev FROM unnest($1::uuid[]) WITH ORDINALITY AS asked(key, nth) JOIN seal.stream USING (key)`;
const TROUBLE = 'UPDATE seal.head SET trouble = $1 WHERE size = $2 AND position = $3';
const HOLDER = `SELECT holder::text AS id, until FROM process.lease WHERE name = $1 AND holder IS NOT NULL AND until > clock_timestamp()`;
const NOW = `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
// What was found stays until a comparison that covers it, and began later, finds nothing: another part of the log says nothing of it, nor what it was before.
const CHECKED = `UPDATE seal.head SET checked = c.result, compared_whole = CASE WHEN $2 THEN (c.result ->> 'at')::timestamptz ELSE compared_whole END,
  found = CASE
    WHEN (c.result -> 'findings')::bigint > 0 THEN c.result || jsonb_build_object(
      'from', least((c.result -> 'from')::bigint, (found -> 'from')::bigint), 'to', greatest((c.result -> 'to')::bigint, (found -> 'to')::bigint))
    WHEN (found ->> 'at')::timestamptz < $3::timestamptz
      AND ($2 OR (found -> 'from')::bigint >= (c.result -> 'from')::bigint AND (found -> 'to')::bigint <= (c.result -> 'to')::bigint) THEN NULL
    ELSE found END
  FROM (SELECT $1::jsonb || jsonb_build_object('at', ${NOW}) AS result) c`;

/** The sealed log for the one who seals: everything of a step in one transaction, under the fence of his lease. */
export class SealWriter {
  /** What was written, to be read. */
  readonly tree: SealedTree;

  constructor(private readonly pool: Pool) {
    this.tree = new SealedTree(pool);
  }

  /** Head of the seal and of what was signed. Says nothing of whether they agree. */
  async heads(): Promise<Heads> {
    const { rows } = await reach(() => this.pool.query<HeadsRow>(HEADS));
    const [row] = rows;
    if (row === undefined) throw new Error('the seal has no head: its migration did not run');
    const { size, position, origin, signed, note } = row;
    return { size: Number(size), position, origin, signed: signed === null || note === null ? null : { size: Number(signed), note } };
  }

  /** Where the seal stands at this size, as its tables say: not yet held against what was signed. Throws RangeError when its tiles do not fit the size. */
  async standing(size: number): Promise<Standing> {
    const tiles = edgeTiles(size).map(async ({ level, index, width }) =>
      width === 0 ? new Uint8Array() : (await this.tree.tile(level, index)).subarray(0, width * HASH_BYTES),
    );
    const edge = checkEdge({ size, tiles: await Promise.all(tiles) });
    const lastTile = Math.floor((size - 1) / TILE_WIDTH);
    const [end] = await this.tree.leafTiles(lastTile, lastTile + 1);
    const roll = end?.entries.slice(0, size - lastTile * TILE_WIDTH) ?? [];
    const entry = roll.at(-1);
    const leaf = end === undefined ? null : hashAt(end.hashes, (size - 1) % TILE_WIDTH);
    return { edge, root: rootOf(edge), roll, last: entry === undefined || leaf === null ? null : { ...entry, leaf } };
  }

  /** How far these streams are sealed; one that is not there is not sealed at all. */
  async revisions(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, number>> {
    const keys = byteaArray(streams.map(streamKey), UUID);
    const { rows } = await reach(() => this.pool.query<{ nth: number; rev: number }>(REVISIONS, [keys]));
    return new Map(rows.flatMap(({ nth, rev }) => streams.slice(nth - 1, nth).map((stream) => [stream, rev] as const)));
  }

  /** Throws LeaseLost or SealMoved: then nothing was written, and nobody may have seen any of it. */
  async commit(lease: Lease, step: Step): Promise<void> {
    await transaction(this.pool, async (client) => {
      await assertHeld(client, [lease]);
      await move(client, step);
      await write(client, step);
    });
  }

  /** Says for everybody to see why the sealer stopped. Throws LeaseLost, or SealMoved when the seal is not where it was judged to be: then nothing is said. */
  async stopped(lease: Lease, { size, position }: SealPlace, trouble: string): Promise<void> {
    await transaction(this.pool, async (client) => {
      await assertHeld(client, [lease]);
      const { rowCount } = await client.query(TROUBLE, [trouble, size, position]);
      if (rowCount !== 1) throw new SealMoved('the seal is not where it was judged to be');
    });
  }

  /** Who seals now, and until when unless he renews it; null when nobody does. */
  async holder(): Promise<{ readonly id: string; readonly until: string } | null> {
    const { rows } = await reach(() => this.pool.query<{ id: string; until: Date }>(HOLDER, [SEALER]));
    return rows[0] === undefined ? null : { id: rows[0].id, until: rows[0].until.toISOString() };
  }

  /** Keeps what a comparison of log and seal came to. `whole`: of all that was sealed; `settles`: what was found before this moment (ISO 8601); null: nothing. */
  async checked(
    check: Omit<LastCheck, 'at'>,
    { whole, settles }: { readonly whole: boolean; readonly settles: string | null },
  ): Promise<void> {
    await reach(() => this.pool.query(CHECKED, [check, whole, settles]));
  }
}

interface HeadsRow {
  readonly size: bigint;
  readonly position: bigint;
  readonly origin: string | null;
  readonly signed: bigint | null;
  readonly note: string | null;
}

const positionOf = ({ last }: Standing): bigint => last?.position ?? 0n;

async function move(client: PoolClient, { before, after, origin }: Step): Promise<void> {
  const { rowCount } = await client.query(MOVE, [after.edge.size, positionOf(after), origin, before.edge.size, positionOf(before)]);
  if (rowCount !== 1) throw new SealMoved('the seal is not where it was left, or has another origin');
}

async function write(client: PoolClient, { before, after, entries, tiles, note, verifiers }: Step): Promise<void> {
  const { size } = after.edge;
  const levels = integerArray(tiles.map(({ level }) => level));
  await client.query(TILES, [levels, bigintArray(tiles.map(({ index }) => index)), byteaArray(tiles.map(({ hashes }) => hashes))]);
  const rolls = rollsOf(before, entries);
  const firsts = rolls.map(({ entries: [first] }) => first?.position ?? 0n);
  await client.query(ROLLS, [
    bigintArray(rolls.map(({ tile }) => tile)),
    firsts,
    byteaArray(rolls.map(({ entries }) => writeRoll(entries))),
  ]);
  const reached = new Map(entries.map(({ stream, rev }) => [stream, rev]));
  await client.query(STREAMS, [byteaArray([...reached.keys()].map(streamKey), UUID), integerArray([...reached.values()])]);
  await client.query(SIGNED, [size, after.root, note]);
  await client.query(KEYS, [verifiers, size]);
}

/** The rolls that these entries change, the last tile of before included where it was not full. */
function rollsOf(
  { edge, roll }: Standing,
  entries: readonly Entry[],
): readonly { readonly tile: number; readonly entries: readonly Entry[] }[] {
  const open = edge.size % TILE_WIDTH === 0 ? [] : roll;
  const all = [...open, ...entries];
  const first = Math.floor(edge.size / TILE_WIDTH);
  return Array.from({ length: Math.ceil(all.length / TILE_WIDTH) }, (_, n) => ({
    tile: first + n,
    entries: all.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH),
  }));
}

/** What the roll of the last tile is after these entries. */
export const rollAfter = (before: Standing, entries: readonly Entry[]): readonly Entry[] =>
  rollsOf(before, entries).at(-1)?.entries ?? before.roll;
