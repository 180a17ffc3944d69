import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';
import type { Tiles } from './tree/prove.js';
import { readRoll, type Entry } from './roll.js';

/** How far the log is sealed. */
export interface SealHead {
  /** Leaves. */
  readonly size: number;
  /** Position in the log of the last of them; 0 when there is none. */
  readonly position: bigint;
  /** Why the sealer stopped; null while it works. */
  readonly trouble: string | null;
  /** What the last comparison of log and seal came to; null before the first. */
  readonly checked: LastCheck | null;
  /** When the whole log was compared last; null before the first time. */
  readonly comparedWhole: Date | null;
  /** The stretch in which comparisons found something, until one that covers it finds nothing; null where nothing is found. */
  readonly found: LastCheck | null;
}
/** One comparison of log and seal, in figures. */
export interface LastCheck {
  /** ISO 8601. */
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly findings: number;
}
/** A head that was signed. */
export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** C2SP checkpoint. */
  readonly note: string;
  readonly signedAt: Date;
}
/** How far the log is sealed, and what was signed of it, both at one moment. */
export interface SealStanding extends Pick<SealHead, 'size' | 'found'> {
  /** By the clock of the database. */
  readonly at: Date;
  /** The head that was signed last; null before the first. Of all that is sealed, where nobody altered the seal. */
  readonly signed: SignedHead | null;
}
/** A tile of leaves, with what they are. */
export interface LeafTile {
  readonly index: number;
  readonly hashes: Uint8Array;
  /** Empty when its roll is not there or cannot be read. */
  readonly entries: readonly Entry[];
  /** Under which its roll is found: the position of the first entry; null when there is no roll. */
  readonly first: bigint | null;
}
/** A tile of leaves as it lies in its tables. */
export interface LeafRow extends Pick<LeafTile, 'index' | 'hashes' | 'first'> {
  readonly roll: Uint8Array;
}

const NOTHING = Buffer.alloc(0);
const HEAD = 'SELECT size, position, trouble, checked, compared_whole AS "comparedWhole", found FROM seal.head';
const LATEST = 'SELECT size, root, note, signed_at FROM seal.checkpoint ORDER BY size DESC LIMIT 1';
const STANDING = `SELECT h.size AS sealed, h.found, now() AS at, c.size, c.root, c.note, c.signed_at FROM seal.head h LEFT JOIN (${LATEST}) c ON true`;
const KEYS = 'SELECT verifier FROM seal.key ORDER BY since DESC, verifier';
const TILE = 'SELECT hashes FROM seal.tile WHERE level = $1 AND index = $2';
const ROW = 'SELECT index, hashes FROM seal.tile WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index';
const LEAVES = `SELECT t.index, t.hashes, r.first, r.entries FROM seal.tile t LEFT JOIN seal.roll r ON r.tile = t.index
  WHERE t.level = 0 AND t.index >= $1 AND t.index < $2 ORDER BY t.index`;
const ROLL_AT = 'SELECT tile, entries FROM seal.roll WHERE first <= $1 ORDER BY first DESC LIMIT 1';

interface SignedRow {
  readonly size: bigint;
  readonly root: Buffer;
  readonly note: string;
  readonly signed_at: Date;
}
interface StandingRow extends Omit<SignedRow, 'size'>, Pick<SealHead, 'found'> {
  readonly sealed: bigint;
  readonly at: Date;
  /** Null where nothing was signed. */
  readonly size: bigint | null;
}
interface TileRow {
  readonly index: bigint;
  readonly hashes: Buffer;
}

const noHead = (): Error => new Error('the seal has no head: its migration did not run');
const signedIn = ({ size, root, note, signed_at: signedAt }: SignedRow): SignedHead => ({ size: Number(size), root, note, signedAt });

/** The sealed log as it lies in its tables, for those who only read. Every method throws StoreUnavailable when the database is away. */
export class SealedTree implements Tiles {
  constructor(private readonly pool: Pool) {}

  async head(): Promise<SealHead> {
    const [row] = await this.rows<Omit<SealHead, 'size'> & { readonly size: bigint }>(HEAD, []);
    if (row === undefined) throw noHead();
    return { ...row, size: Number(row.size) };
  }

  /** The head that was signed last; null before the first. */
  async signed(): Promise<SignedHead | null> {
    const [row] = await this.rows<SignedRow>(LATEST, []);
    return row === undefined ? null : signedIn(row);
  }

  /** Both in one statement: a head that was taken away shows. */
  async standing(): Promise<SealStanding> {
    const [row] = await this.rows<StandingRow>(STANDING, []);
    if (row === undefined) throw noHead();
    const { sealed, size, found, at } = row;
    return { size: Number(sealed), found, at, signed: size === null ? null : signedIn({ ...row, size }) };
  }

  /** Verifier keys of everybody who ever signed, the newest first. */
  async verifiers(): Promise<readonly string[]> {
    return (await this.rows<{ verifier: string }>(KEYS, [])).map(({ verifier }) => verifier);
  }

  /** A tile as wide as it is by now; null when there is none. */
  async find(level: number, index: number): Promise<Uint8Array | null> {
    return (await this.rows<{ hashes: Buffer }>(TILE, [level, index]))[0]?.hashes ?? null;
  }

  async tile(level: number, index: number): Promise<Uint8Array> {
    const tile = await this.find(level, index);
    if (tile === null) throw new RangeError(`the seal has no tile ${index} at level ${level}`);
    return tile;
  }

  /** The tiles of a level from `from` to before `to`. */
  async tiles(level: number, from: number, to: number): Promise<readonly { readonly index: number; readonly hashes: Uint8Array }[]> {
    return (await this.rows<TileRow>(ROW, [level, from, to])).map(({ index, hashes }) => ({ index: Number(index), hashes }));
  }

  /** The same for leaves, with what they are. */
  async leafTiles(from: number, to: number): Promise<readonly LeafTile[]> {
    return (await this.leafRows(from, to)).map(({ roll, ...row }) => ({ ...row, entries: readRoll(roll) ?? [] }));
  }

  /** The same without reading the rolls; one that is not there has no bytes. */
  async leafRows(from: number, to: number): Promise<readonly LeafRow[]> {
    const rows = await this.rows<TileRow & { readonly first: bigint | null; readonly entries: Buffer | null }>(LEAVES, [from, to]);
    return rows.map(({ index, hashes, first, entries }) => ({ index: Number(index), hashes, first, roll: entries ?? NOTHING }));
  }

  /** The tile of leaves among which the event of this position is, if it is sealed. */
  async rollAt(position: bigint): Promise<{ readonly tile: number; readonly entries: readonly Entry[] } | null> {
    const [row] = await this.rows<{ tile: bigint; entries: Buffer }>(ROLL_AT, [position]);
    return row === undefined ? null : { tile: Number(row.tile), entries: readRoll(row.entries) ?? [] };
  }

  private async rows<T extends object>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    return reach(async () => (await this.pool.query<T>(text, [...values])).rows);
  }
}
