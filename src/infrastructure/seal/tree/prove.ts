import { HASH_BYTES, hashNode, splitOf } from './hash.js';
import { completeRoot, TILE_HEIGHT, TILE_WIDTH, widthOf } from './tile.js';

/** Where tiles lie. A tile may be wider than the tree that is asked about. */
export interface Tiles {
  /** Throws when there is no such tile. */
  tile(level: number, index: number): Promise<Uint8Array>;
}

/** Leaves from `begin` to before `end`, a tree of their own. */
interface Range {
  readonly begin: number;
  readonly end: number;
}
const lengthOf = ({ begin, end }: Range): number => end - begin;
const halves = ({ begin, end }: Range): readonly [Range, Range] => {
  const middle = begin + splitOf(end - begin);
  return [
    { begin, end: middle },
    { begin: middle, end },
  ];
};

/** RFC 9162 section 2.1.3.1: the trees whose roots prove a leaf, from the leaf upwards. */
function pathTo(index: number, range: Range): readonly Range[] {
  if (lengthOf(range) === 1) return [];
  const [left, right] = halves(range);
  return index < left.end ? [...pathTo(index, left), right] : [...pathTo(index, right), left];
}

/** RFC 9162 section 2.1.4.1; `whole`: the range is the smaller tree itself, which the verifier knows. */
function pathBetween(from: number, range: Range, whole: boolean): readonly Range[] {
  if (from === range.end) return whole ? [] : [range];
  const [left, right] = halves(range);
  return from <= left.end ? [...pathBetween(from, left, whole), right] : [...pathBetween(from, right, false), left];
}

/** Root of a range. Its beginning is a multiple of the power of two not below its length, as in every range of a proof. */
async function rootOfRange(tiles: Tiles, range: Range): Promise<Uint8Array> {
  const length = lengthOf(range);
  const height = Math.round(Math.log2(length));
  if (2 ** height === length) return rootOfComplete(tiles, height, range.begin / length);
  const [left, right] = halves(range);
  return hashNode(await rootOfRange(tiles, left), await rootOfRange(tiles, right));
}

/** Root of the complete tree of 2^height leaves that is the index-th of its size: over a part of one tile. */
async function rootOfComplete(tiles: Tiles, height: number, index: number): Promise<Uint8Array> {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  const tile = await tiles.tile(level, Math.floor(first / TILE_WIDTH));
  const place = first % TILE_WIDTH;
  if (widthOf(tile) < place + count) throw new RangeError(`the tile of level ${level} is too narrow for this tree`);
  return completeRoot(tile.subarray(place * HASH_BYTES, (place + count) * HASH_BYTES));
}

/** The hashes that prove that the tree of this size holds its leaf at this index. Throws RangeError when it has no such leaf. */
export async function proveInclusion(tiles: Tiles, index: number, size: number): Promise<readonly Uint8Array[]> {
  if (index < 0 || index >= size) throw new RangeError(`a tree of ${size} leaves has none at ${index}`);
  return Promise.all(pathTo(index, { begin: 0, end: size }).map((range) => rootOfRange(tiles, range)));
}

/** The hashes that prove that the tree of size `to` begins with that of size `from`, 1 ≤ from ≤ to. */
export async function proveConsistency(tiles: Tiles, from: number, to: number): Promise<readonly Uint8Array[]> {
  if (from < 1 || from > to) throw new RangeError(`nothing can be proved from ${from} to ${to}`);
  return Promise.all(pathBetween(from, { begin: 0, end: to }, true).map((range) => rootOfRange(tiles, range)));
}
