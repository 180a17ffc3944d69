import type { Pool } from 'pg';
import type { Lease } from '../../../application/shared/leases.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { LocalDate } from '../../../domain/shared/time.js';
import { assertHeld } from '../../postgres/leases/postgres-leases.js';
import { reach } from '../../postgres/reach.js';
import { transaction } from '../../postgres/transaction.js';
import type { CryptoThreads } from '../../threads/crypto-threads.js';
import { EMPTY, keyOf } from './map-node.js';
import { proveKey, type MapProof } from './map-proof.js';
import { foldHeads } from './map-fold.js';
import { nodeOf, rowIn, type MapRow } from './map-row.js';
import { rowsOnWay, type Db } from './map-table.js';
import { faultInRows } from './row-check.js';

/** How far the map is made, and what it says there. */
export interface MapState {
  /** Leaves of the sealed log that it takes in. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Streams in it. */
  readonly streams: number;
}
/** A root that was, or is about to be, written into the log. */
export interface PublishedMap extends MapState {
  /** Day in Paris that it closes. */
  readonly day: LocalDate;
  /** Root of the sealed log at that size. */
  readonly logRoot: Uint8Array;
  /** Where the fact lies; null: it is not written yet. */
  readonly fact: { readonly stream: StreamName; readonly rev: number } | null;
}

/** The map under one root that was published. */
export interface StillMap {
  readonly published: PublishedMap & { readonly fact: NonNullable<PublishedMap['fact']> };
  /** What its rows come to: the root, where nobody altered them. Throws RangeError where the topmost row is torn. */
  top(): Promise<Uint8Array>;
  /** Of streams in their order. */
  prove(streams: readonly StreamName[]): Promise<readonly MapProof[]>;
}

/** Somebody else moved the map meanwhile. */
export class MapMoved extends Error {}

/** How often all rows are read, at most, until the map stood still meanwhile. */
const MOST_READINGS = 4;

const STATE = 'SELECT size, root, streams FROM seal.map';
// Who comes second does not wait: the first may be busy for minutes.
const STATE_HELD = `${STATE} FOR UPDATE SKIP LOCKED`;
const MOVE = 'UPDATE seal.map SET size = $1, root = $2, streams = $3';
const SINCE = 'SELECT since FROM seal.map';
const BEGIN = 'UPDATE seal.map SET since = coalesce(since, $1::date) RETURNING since';
const LAST = 'SELECT day, size, root, streams, log_root, stream, rev FROM seal.published_map ORDER BY day DESC LIMIT 1';
// A later root of the same day takes the place of the one before: that one stays in the log.
const INTEND = `INSERT INTO seal.published_map (day, size, root, streams, log_root) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (day) DO UPDATE SET size = excluded.size, root = excluded.root, streams = excluded.streams, log_root = excluded.log_root,
    stream = NULL, rev = NULL WHERE published_map.size < excluded.size`;
const WRITTEN = 'UPDATE seal.published_map SET stream = $3, rev = $4 WHERE day = $1 AND size = $2';
const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';
// Whoever reads still may be busy elsewhere for hours.
const PATIENT = 'SET LOCAL idle_in_transaction_session_timeout = 0';

interface StateRow {
  readonly size: bigint;
  readonly root: Buffer;
  readonly streams: bigint;
}
interface PublishedRow extends StateRow {
  readonly day: LocalDate;
  readonly log_root: Buffer;
  readonly stream: StreamName | null;
  readonly rev: number | null;
}

const stateIn = ({ size, root, streams }: StateRow): MapState => ({ size: Number(size), root, streams: Number(streams) });

/** The map of stream heads in its tables. Every method throws StoreUnavailable when the database is away. */
export class HeadMap {
  constructor(private readonly pool: Pool) {}

  state(): Promise<MapState> {
    return reach(() => stateOf(this.pool));
  }

  /**
   * Takes in the heads that came between two sizes of the sealed log, in one transaction: it is the map of the one size or of the other. `leases`: to be
   * held when that is so. Throws MapMoved, LeaseLost, RangeError on rows that somebody altered, and what the signal says: then nothing was done.
   */
  async advance(
    { from, to }: { readonly from: number; readonly to: number },
    heads: AsyncIterable<Uint8Array>,
    { leases, threads, signal }: { readonly leases: readonly Lease[]; readonly threads: CryptoThreads; readonly signal: AbortSignal },
  ): Promise<void> {
    await transaction(this.pool, async (client) => {
      const { rows } = await client.query<StateRow>(STATE_HELD);
      const before = rows[0] && stateIn(rows[0]);
      if (before?.size !== from) throw new MapMoved('the map of heads is not where it was left, or on its way');
      const { root, streams } = await foldHeads({ db: client, threads, signal }, before, heads);
      await assertHeld(client, leases);
      await client.query(MOVE, [to, root, streams]);
    });
  }

  /** The day from which on days are closed: this one, when there was none. */
  async since(day: string): Promise<string> {
    const ask = async (text: string, values: readonly string[]): Promise<string | null> =>
      (await reach(() => this.pool.query<{ since: string | null }>(text, [...values]))).rows[0]?.since ?? null;
    // Asked again and again: only the first time is worth waiting for who moves the map.
    return (await ask(SINCE, [])) ?? (await ask(BEGIN, [day])) ?? day;
  }

  last(): Promise<PublishedMap | null> {
    return reach(() => lastOf(this.pool));
  }

  /** Fixes what the fact of a day will say, before it is written: whoever goes on after a crash writes the same. */
  async intend({ day, size, root, streams, logRoot }: Omit<PublishedMap, 'fact'>): Promise<void> {
    await reach(() => this.pool.query(INTEND, [day, size, root, streams, logRoot]));
  }

  async written({ day, size }: Pick<PublishedMap, 'day' | 'size'>, stream: StreamName, rev: number): Promise<void> {
    await reach(() => this.pool.query(WRITTEN, [day, size, stream, rev]));
  }

  /**
   * What is wrong with the first of its rows that does not come to what stands above it; null: nothing. Nothing of the database is held from one page to the
   * next: the rows that are written most would keep all their dead versions for as long. What was read while the map moved on counts for nothing, and is read
   * anew. Throws MapMoved where it never stood still for long enough.
   */
  async rowFault(read: () => void | Promise<void>): Promise<string | null> {
    for (let n = 0; n < MOST_READINGS; n += 1) {
      const { size, root } = await this.state();
      const fault = await reach(() => faultInRows(this.pool, root, read));
      if ((await this.state()).size === size) return fault;
    }
    throw new MapMoved('the map of heads moved on each time its rows were read');
  }

  /**
   * The map as it is now, for as long as `work` needs it: whatever is published meanwhile, the proofs are those of one root. Null: the map is on its way from
   * one root to the next, or there is none yet. One connection and one snapshot of the database are held until then.
   */
  async still<T>(work: (map: StillMap | null) => Promise<T>): Promise<T> {
    return transaction(this.pool, async (client) => {
      await client.query(SNAPSHOT);
      await client.query(PATIENT);
      const [state, published] = [await stateOf(client), await lastOf(client)];
      if (published?.fact == null || published.size !== state.size) return work(null);
      const prove = async (streams: readonly StreamName[]): Promise<readonly MapProof[]> => {
        const keys = streams.map(keyOf);
        const rows = await parsedOnWay(client, keys, true);
        return keys.map((key) => proveKey(key, rows));
      };
      const top = async (): Promise<Uint8Array> => topOf((await parsedOnWay(client, [], false)).get(''));
      return work({ published: { ...published, fact: published.fact }, top, prove });
    });
  }
}

async function stateOf(db: Db): Promise<MapState> {
  const { rows } = await db.query<StateRow>(STATE);
  return rows[0] === undefined ? { size: 0, root: EMPTY.hash, streams: 0 } : stateIn(rows[0]);
}

async function lastOf(db: Db): Promise<PublishedMap | null> {
  const { rows } = await db.query<PublishedRow>(LAST);
  const [row] = rows;
  if (row === undefined) return null;
  const { day, log_root: logRoot, stream, rev } = row;
  return { ...stateIn(row), day, logRoot, fact: stream === null || rev === null ? null : { stream, rev } };
}

async function parsedOnWay(db: Db, keys: readonly Uint8Array[], beside: boolean): Promise<ReadonlyMap<string, MapRow>> {
  const rows = await rowsOnWay(db, keys, { beside });
  return new Map(rows.map(({ prefix, branch, content }) => [prefix, rowIn(prefix, branch, Buffer.from(content))]));
}

const topOf = (row: MapRow | undefined): Uint8Array => (row === undefined ? EMPTY : nodeOf(row)).hash;
