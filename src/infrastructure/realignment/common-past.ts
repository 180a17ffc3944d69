import type { Pool } from 'pg';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { leafHash } from '../eventstore/leaf.js';
import { wasPurged, type Landmark } from '../postgres/projections/checkpoint.js';
import { reach } from '../postgres/reach.js';
import type { SealedTree } from '../seal/sealed-tree.js';
import { sameHash } from '../seal/tree/hash.js';
import { hashAt, TILE_WIDTH } from '../seal/tree/tile.js';

/** An event that somebody met where it lay. */
export type Met = Pick<Landmark, 'position' | 'leaf'>;

interface Parts {
  readonly store: Pick<EventStore, 'at' | 'head'>;
  readonly sealed: Pick<SealedTree, 'head' | 'leafTiles'>;
  /** Knows what was removed under a certificate. */
  readonly pool: Pool;
}

/**
 * The last event up to which the log is known to be the one that was followed: the last that was sealed and lies where it lay, or a later one that a
 * reader met and that lies there. Null when there is none. What lies behind it may be read again; nothing before it was lost.
 */
export async function commonPast(parts: Parts, met: readonly Met[]): Promise<StoredEvent | null> {
  let last = await lastSealed(parts);
  for (const one of met) {
    const event = one.position > (last?.position ?? 0n) ? await sameAt(parts.store, one) : null;
    last = event ?? last;
  }
  return last;
}

/** By halves: a log that parted from what was sealed holds none of the leaves behind. */
async function lastSealed(parts: Parts): Promise<StoredEvent | null> {
  const head = await parts.store.head();
  let [from, to] = [0, (await parts.sealed.head()).size];
  let last: StoredEvent | null = null;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const found = await nearest(parts, from, middle, head);
    if (found === 'parted') to = middle;
    else [from, last] = [middle + 1, found ?? last];
  }
  return last;
}

/** The event of this leaf, or of the nearest before it where it was removed under a certificate; null when all from `least` on were. */
async function nearest(parts: Parts, least: number, index: number, head: bigint): Promise<StoredEvent | 'parted' | null> {
  for (let at = index; at >= least; at--) {
    const leaf = await leafOf(parts, at);
    if (leaf === null) return 'parted';
    const event = await sameAt(parts.store, leaf);
    if (event !== null) return event;
    const isGone = leaf.position <= head && (await reach(() => wasPurged(parts.pool, leaf.position, leaf.leaf)));
    if (!isGone) return 'parted';
  }
  return null;
}

async function leafOf({ sealed }: Parts, index: number): Promise<Met | null> {
  const tile = Math.floor(index / TILE_WIDTH);
  const [row] = await sealed.leafTiles(tile, tile + 1);
  const entry = row?.entries[index % TILE_WIDTH];
  return row === undefined || entry === undefined ? null : { position: entry.position, leaf: hashAt(row.hashes, index % TILE_WIDTH) };
}

async function sameAt(store: Parts['store'], { position, leaf }: Met): Promise<StoredEvent | null> {
  const event = await store.at(position);
  return event !== null && sameHash(leafHash(event), leaf) ? event : null;
}
