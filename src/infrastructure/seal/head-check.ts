import { openCheckpoint } from './note/checkpoint.js';
import { BadNote, type Verifier } from './note/signed-note.js';
import type { SealedTree, SignedHead } from './sealed-tree.js';
import { TILES_AT_ONCE } from './signed-leaves.js';
import { EMPTY_EDGE, grow, rootOf, type Edge, type GrownTile } from './tree/growth.js';
import { HASH_BYTES, sameHash } from './tree/hash.js';
import { TILE_WIDTH } from './tree/tile.js';

/** What is wrong with a signed head: its signature, and that the tiles give the root that was signed. */
export async function faultsOfHead(
  tree: SealedTree,
  { note, size, root }: SignedHead,
  { verifiers, read }: { readonly verifiers: readonly Verifier[]; readonly read: () => void | Promise<void> },
): Promise<readonly string[]> {
  const faults: string[] = [];
  try {
    const head = openCheckpoint(note, verifiers);
    if (head.size !== size || !sameHash(head.root, root)) faults.push('the last head says something else than its signed note');
  } catch (error) {
    if (!(error instanceof BadNote)) throw error;
    faults.push(`the last head is not signed as it must be: ${error.message}`);
  }
  if (!sameHash(await rootOfTiles(tree, size, { faults, read }), root)) faults.push('the tiles do not give the signed root');
  return faults;
}

/**
 * The root, from the roots of the tiles of leaves upwards; the tiles of leaves themselves are compared with these one by one. Tiles in between
 * that are not what comes of those below are found on the way.
 */
async function rootOfTiles(
  tree: SealedTree,
  size: number,
  { faults, read }: { readonly faults: string[]; readonly read: () => void | Promise<void> },
): Promise<Uint8Array> {
  const full = Math.floor(size / TILE_WIDTH);
  const between = new Map<string, GrownTile>();
  let above: Edge = EMPTY_EDGE;
  for (let tile = 0; tile * TILE_WIDTH < full; tile += TILES_AT_ONCE) {
    for (const { hashes } of await tree.tiles(1, tile, tile + TILES_AT_ONCE)) {
      const grown = grow(above, hashes.subarray(0, (full - above.size) * HASH_BYTES));
      for (const one of grown.tiles) if (one.level > 0) between.set(`${one.level}/${one.index}`, one);
      above = grown.edge;
    }
    await read();
  }
  for (const { level, index, hashes } of between.values()) {
    const stored = await tree.find(level + 1, index);
    if (stored === null || !sameHash(stored.subarray(0, hashes.length), hashes))
      faults.push(`tile ${index} of level ${level + 1} is another`);
  }
  const last = await tree.find(0, full);
  const open = last?.subarray(0, (size % TILE_WIDTH) * HASH_BYTES) ?? new Uint8Array();
  return rootOf({ size, tiles: [open, ...above.tiles] });
}
