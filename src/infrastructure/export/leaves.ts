import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import type { Entry } from '../seal/roll.js';
import type { SealedTree } from '../seal/sealed-tree.js';
import { StoreCursor } from '../seal/store-cursor.js';
import { hashAt, TILE_WIDTH } from '../seal/tree/tile.js';

/** A leaf of the sealed log, with what lies in the store of it. */
export interface Leaf extends Entry {
  readonly index: number;
  readonly hash: Uint8Array;
  /** Null when nothing lies there any more. */
  readonly stored: StoredEvent | null;
}

/** Where leaves and their events are read. */
export interface SealedLog {
  readonly store: Pick<EventStore, 'at' | 'readAll' | 'readMany'>;
  readonly tree: Pick<SealedTree, 'head' | 'leafTiles' | 'rollAt' | 'tile'>;
}

/** Tiles read in one go: a thousand leaves, some two megabytes with their events. */
const TILES_AT_ONCE = 4;

/** Every leaf below `size` in its order, some hundreds at a time. */
export async function* allLeaves({ store, tree }: SealedLog, size: number): AsyncGenerator<readonly Leaf[], void> {
  const cursor = new StoreCursor(store, 0n);
  try {
    for (let first = 0; first * TILE_WIDTH < size; first += TILES_AT_ONCE) {
      const behind = Math.min(first + TILES_AT_ONCE, Math.ceil(size / TILE_WIDTH));
      for (const { index: tile, hashes, entries } of await tree.leafTiles(first, behind)) {
        const leaves: Leaf[] = [];
        for (const [place, entry] of entries.entries()) {
          const index = tile * TILE_WIDTH + place;
          if (index >= size) break;
          leaves.push({ ...entry, index, hash: hashAt(hashes, place), stored: await lyingAt(cursor, entry) });
        }
        yield leaves;
      }
    }
  } finally {
    await cursor.close();
  }
}

/** Some leaves below `size` of the tiles that are named, in their order, a tile at a time: each event is read by its place in the log. */
export async function* someLeaves(
  { store, tree }: SealedLog,
  {
    tiles,
    size,
    wants,
  }: { readonly tiles: Iterable<number>; readonly size: number; readonly wants: (index: number, entry: Entry) => boolean },
): AsyncGenerator<readonly Leaf[], void> {
  for (const tile of tiles)
    for (const { hashes, entries } of await tree.leafTiles(tile, tile + 1)) {
      const leaves: Leaf[] = [];
      for (const [place, entry] of entries.entries()) {
        const index = tile * TILE_WIDTH + place;
        if (index >= size || !wants(index, entry)) continue;
        const found = await store.at(entry.position);
        const stored = found?.stream === entry.stream && found.rev === entry.rev ? found : null;
        leaves.push({ ...entry, index, hash: hashAt(hashes, place), stored });
      }
      if (leaves.length > 0) yield leaves;
    }
}

/** The leaves of these streams below `size`, in the order of the log: for streams that fit into memory. */
export async function leavesOf({ store, tree }: SealedLog, streams: readonly Entry['stream'][], size: number): Promise<readonly Leaf[]> {
  const stored = [...(await store.readMany(streams)).values()].flat().sort((a, b) => (a.position < b.position ? -1 : 1));
  const leaves: Leaf[] = [];
  let roll: Awaited<ReturnType<SealedTree['rollAt']>> = null;
  for (const event of stored) {
    if (!holds(roll, event.position)) roll = await tree.rollAt(event.position);
    const place = roll?.entries.findIndex(({ position }) => position === event.position) ?? -1;
    const index = roll === null || place < 0 ? size : roll.tile * TILE_WIDTH + place;
    // What is not sealed yet lies behind this checkpoint.
    if (roll === null || index >= size) continue;
    const { stream, rev, position } = event;
    leaves.push({ index, hash: hashAt(await tree.tile(0, roll.tile), place), stream, rev, position, stored: event });
  }
  return leaves;
}

const holds = (roll: { readonly entries: readonly Entry[] } | null, position: bigint): boolean =>
  (roll?.entries.at(-1)?.position ?? -1n) >= position && (roll?.entries[0]?.position ?? position + 1n) <= position;

/** The event of this leaf; what lies before it and was never sealed is passed over: the monitor reports it. */
async function lyingAt(cursor: StoreCursor, { position, stream, rev }: Entry): Promise<StoredEvent | null> {
  let found: StoredEvent | null = null;
  for await (const event of cursor.upTo(position, true))
    if (event.position === position && event.stream === stream && event.rev === rev) found = event;
  return found;
}
