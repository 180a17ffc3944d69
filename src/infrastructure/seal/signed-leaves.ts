import type { LeafTile, SealedTree } from './sealed-tree.js';
import { sameHash } from './tree/hash.js';
import { completeRoot, hashesIn, TILE_WIDTH, widthOf } from './tree/tile.js';

/** Tiles fetched together: a megabyte. */
export const TILES_AT_ONCE = 64;

/** A tile of leaves, and what is wrong with it; null when nothing is. */
export interface CheckedTile {
  readonly index: number;
  /** How many leaves of it are signed. */
  readonly width: number;
  /** Undefined when it is not there. */
  readonly tile: LeafTile | undefined;
  readonly fault: string | null;
}

/** The leaves under a signed head whose tiles were found to give its root. */
export class SignedLeaves {
  constructor(
    private readonly tree: Pick<SealedTree, 'leafTiles' | 'tiles'>,
    readonly size: number,
  ) {}

  /** The tiles from `first` to before `behind`, as far as there must be any. */
  async tiles(first: number, behind: number): Promise<readonly CheckedTile[]> {
    const end = Math.min(behind, Math.ceil(this.size / TILE_WIDTH));
    const tiles = new Map((await this.tree.leafTiles(first, end)).map((tile) => [tile.index, tile]));
    const above = await this.tree.tiles(1, Math.floor(first / TILE_WIDTH), Math.floor(end / TILE_WIDTH) + 1);
    const roots = new Map(above.flatMap((tile) => hashesIn(tile.hashes).map((hash, n) => [tile.index * TILE_WIDTH + n, hash] as const)));
    return Array.from({ length: Math.max(end - first, 0) }, (_, n) => {
      const index = first + n;
      const tile = tiles.get(index);
      const width = this.widthOf(index);
      return { index, width, tile, fault: faultOf(tile, width, roots.get(index)) };
    });
  }

  /** How many leaves of a tile there are. */
  widthOf(tile: number): number {
    return Math.min(TILE_WIDTH, this.size - tile * TILE_WIDTH);
  }
}

/** The last one, not full, has no root above it: the signed root is over its leaves. */
function faultOf(tile: LeafTile | undefined, width: number, above: Uint8Array | undefined): string | null {
  if (tile === undefined || widthOf(tile.hashes) < width) return 'the tile of leaves is not there, or too narrow';
  if (tile.entries.length < width) return 'the roll of the tile is not there, or too short';
  if (tile.first !== tile.entries[0]?.position) return 'the roll of the tile is not found under the position of its first leaf';
  if (width < TILE_WIDTH) return null;
  const sound = above !== undefined && sameHash(above, completeRoot(tile.hashes));
  return sound ? null : 'the leaves of the tile are not those that were signed';
}
