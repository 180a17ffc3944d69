import { HASH_BYTES, hashNode } from './hash.js';

// C2SP tlog-tiles: the tree in rows of at most 256 hashes; a hash of level l + 1 is the root over a full tile of level l.

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree that one level of tiles spans. */
export const TILE_HEIGHT = 8;
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

export const widthOf = (hashes: Uint8Array): number => hashes.length / HASH_BYTES;

/** One hash of a tile. Throws RangeError when the tile is narrower than that. */
export const hashAt = (hashes: Uint8Array, place: number): Uint8Array => {
  if (place >= widthOf(hashes)) throw new RangeError(`a tile of ${widthOf(hashes)} hashes has none at ${place}`);
  return hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
};

export const hashesIn = (hashes: Uint8Array): Uint8Array[] => Array.from({ length: widthOf(hashes) }, (_, place) => hashAt(hashes, place));

/** Root over neighbours in a tile whose number is a power of two: a complete tree. */
export const completeRoot = (hashes: Uint8Array): Uint8Array => {
  let row = hashesIn(hashes);
  while (row.length > 1) row = pairs(row);
  const [root] = row;
  if (root === undefined) throw new RangeError('an empty tile has no root');
  return root;
};

const pairs = (row: readonly Uint8Array[]): Uint8Array[] => {
  const out: Uint8Array[] = [];
  for (let i = 0; i + 1 < row.length; i += 2) out.push(hashNode(row[i] as Uint8Array, row[i + 1] as Uint8Array));
  return out;
};

/** Where a tile is, and how wide the caller wants it. */
export interface TileName {
  /** 0: leaves. */
  readonly level: number;
  readonly index: number;
  /** 256 for a full tile. */
  readonly width: number;
}

const PATH = /^(0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const HIGHEST_LEVEL = 63;

/** `x001/x234/067` for 1234067. */
const numberPath = (index: number): string =>
  String(index)
    .padStart(Math.ceil(String(index).length / 3) * 3, '0')
    .match(/\d{3}/g)
    ?.map((digits, place, all) => (place === all.length - 1 ? digits : `x${digits}`))
    .join('/') ?? '';

/** `0/x001/x234/067`, with `.p/112` behind it for a partial tile. */
export const tilePath = ({ level, index, width }: TileName): string =>
  `${level}/${numberPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;

/** The tile that a path means; null for one that is not of the form, or not the only form of its number. */
export function parseTilePath(path: string): TileName | null {
  const [whole, level, number = '', width] = PATH.exec(path) ?? [];
  if (whole === undefined) return null;
  const name = { level: Number(level), index: Number(number.replaceAll(/[x/]/g, '')), width: Number(width ?? TILE_WIDTH) };
  const sound = name.level <= HIGHEST_LEVEL && name.width <= TILE_WIDTH && Number.isSafeInteger(name.index);
  return sound && tilePath(name) === path ? name : null;
}
