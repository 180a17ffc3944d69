import { HASH_BYTES, EMPTY_ROOT, rootOver } from './hash.js';
import { completeRoot, hashesIn, TILE_BYTES, TILE_WIDTH, widthOf } from './tile.js';

/** The right edge of a tree: all that is needed to go on. */
export interface Edge {
  /** Number of leaves. */
  readonly size: number;
  /** The last tile of each level, the leaves first; a level whose last tile is full has an empty one here. */
  readonly tiles: readonly Uint8Array[];
}

/** A tile that is new or became wider. */
export interface GrownTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

export const EMPTY_EDGE: Edge = { size: 0, tiles: [] };
const NOTHING = new Uint8Array();

/** Hashes of a level in a tree of this size: of complete trees of 256^level leaves. */
export const countAt = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The last tile of each level of a tree of this size that is not full: what an edge consists of. */
export function edgeTiles(size: number): readonly { readonly level: number; readonly index: number; readonly width: number }[] {
  const tiles = [];
  for (let level = 0; countAt(size, level) > 0; level += 1) {
    const count = countAt(size, level);
    tiles.push({ level, index: Math.floor(count / TILE_WIDTH), width: count % TILE_WIDTH });
  }
  return tiles;
}

/** The tree with these leaf hashes (one behind the other) at its end, and the tiles that changed by that. The given edge stays as it is. */
export function grow(edge: Edge, leaves: Uint8Array): { readonly edge: Edge; readonly tiles: readonly GrownTile[] } {
  const grown: GrownTile[] = [];
  const tiles: Uint8Array[] = [...edge.tiles];
  let coming = leaves;
  for (let level = 0; coming.length > 0; level += 1) {
    const before = edge.tiles[level] ?? NOTHING;
    const row = Buffer.concat([before, coming]);
    const first = Math.floor(countAt(edge.size, level) / TILE_WIDTH);
    const roots: Uint8Array[] = [];
    for (let start = 0; start < row.length; start += TILE_BYTES) {
      const hashes = row.subarray(start, start + TILE_BYTES);
      grown.push({ level, index: first + start / TILE_BYTES, hashes });
      if (hashes.length === TILE_BYTES) roots.push(completeRoot(hashes));
    }
    tiles[level] = row.subarray(row.length - (row.length % TILE_BYTES));
    coming = Buffer.concat(roots);
  }
  return { edge: { size: edge.size + leaves.length / HASH_BYTES, tiles }, tiles: grown };
}

/** RFC 6962 root of the tree with this edge. */
export function rootOf({ size, tiles }: Edge): Uint8Array {
  if (size === 0) return EMPTY_ROOT;
  let tail: Uint8Array | null = null;
  for (const tile of tiles) {
    const row: Uint8Array[] = [...hashesIn(tile), ...(tail === null ? [] : [tail])];
    if (row.length > 0) tail = rootOver(row);
  }
  return tail ?? EMPTY_ROOT;
}

/** Throws RangeError when these tiles are not the edge of a tree of this size. */
export function checkEdge(edge: Edge): Edge {
  const widths = edgeTiles(edge.size).map(({ width }) => width);
  const fits = widths.length === edge.tiles.length && edge.tiles.every((tile, level) => widthOf(tile) === widths[level]);
  if (!fits) throw new RangeError(`the tiles are not the edge of a tree of ${edge.size} leaves`);
  return edge;
}
