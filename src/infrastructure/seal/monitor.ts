import type { EventStore } from '../../application/shared/event-store.js';
import { Comparison } from './comparison.js';
import { Findings, type Finding } from './findings.js';
import type { StreamHeads } from './heads/stream-heads.js';
import { BadNote, type Verifier } from './note/signed-note.js';
import { openCheckpoint } from './note/checkpoint.js';
import { purgedAmong } from './purges.js';
import type { LeafTile, SealedTree, SignedHead } from './sealed-tree.js';
import { StoreCursor } from './store-cursor.js';
import { EMPTY_EDGE, grow, rootOf, type Edge, type GrownTile } from './tree/growth.js';
import { HASH_BYTES, sameHash } from './tree/hash.js';
import { completeRoot, hashAt, hashesIn, TILE_WIDTH, widthOf } from './tree/tile.js';

/** Which leaves are compared: from `from` to before `to`. */
export interface CheckRange {
  readonly from?: number;
  readonly to?: number;
}
/** What a comparison of log and seal came to. */
export interface CheckResult {
  /** The signed head that was compared with. */
  readonly size: number;
  readonly from: number;
  readonly to: number;
  /** Leaves whose events were removed under a certificate of destruction: no findings. */
  readonly purged: number;
  /** How many things were found; the list holds the first ten thousand. */
  readonly count: number;
  readonly findings: readonly Finding[];
}
/** Told of the leaves compared so far, of how many, and waited for before the next are. */
export type CheckProgress = (done: number, total: number) => void | Promise<void>;

/** Tiles fetched together: a megabyte. */
const TILES_AT_ONCE = 64;

/** Reads the log anew and compares it with what was sealed. Needs no key of any event, alters nothing, and its memory does not grow with the log. */
export class Monitor {
  constructor(
    private readonly store: Pick<EventStore, 'readAll'>,
    private readonly tree: SealedTree,
    /** Whose signature counts: from outside the database. */
    private readonly verifiers: readonly Verifier[],
    /** The map of heads; absent: it is not looked at. */
    private readonly heads?: Pick<StreamHeads, 'fault' | 'rowFault'>,
  ) {}

  /** Throws RangeError when the range is not within what is sealed, StoreUnavailable when log or seal are away. */
  async check(asked: CheckRange = {}, progress: CheckProgress = () => undefined): Promise<CheckResult> {
    const findings = new Findings();
    const signed = await this.tree.signed();
    const size = signed?.size ?? 0;
    const range = within(size, asked);
    if (signed !== null) await this.checkHead(signed, findings);
    const fault = await this.faultOfHeads(await this.isWhole(range, size), () => progress(0, range.to - range.from));
    if (fault !== null) findings.add({ kind: 'seal', index: null, stream: null, rev: null, detail: fault });
    const purged = signed === null ? 0 : await this.compare(signed, range, { findings, progress });
    return { size, ...range, purged, count: findings.count, findings: findings.list() };
  }

  /** Or as much of it as was whole when something was found: to find nothing there clears that. */
  private async isWhole({ from, to }: Required<CheckRange>, size: number): Promise<boolean> {
    return from === 0 && to >= Math.min(size, (await this.tree.head()).found?.to ?? size);
  }

  /** All rows of the map only where the whole log is compared: they are as many as streams. */
  private async faultOfHeads(isWhole: boolean, read: () => void | Promise<void>): Promise<string | null> {
    return (await this.heads?.fault()) ?? (isWhole ? ((await this.heads?.rowFault(read)) ?? null) : null);
  }

  /** The signature, and that the tiles give the root that was signed. */
  private async checkHead({ note, size, root }: SignedHead, findings: Findings): Promise<void> {
    const fault = (detail: string): void => findings.add({ kind: 'seal', index: null, stream: null, rev: null, detail });
    try {
      const head = openCheckpoint(note, this.verifiers);
      if (head.size !== size || !sameHash(head.root, root)) fault('the last head says something else than its signed note');
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      fault(`the last head is not signed as it must be: ${error.message}`);
    }
    if (!sameHash(await this.rootOfTiles(size, fault), root)) fault('the tiles do not give the signed root');
  }

  /**
   * The root, from the roots of the tiles of leaves upwards; the tiles of leaves themselves are compared with these one by one. Tiles in between
   * that are not what comes of those below are found on the way.
   */
  private async rootOfTiles(size: number, fault: (detail: string) => void): Promise<Uint8Array> {
    const full = Math.floor(size / TILE_WIDTH);
    const between = new Map<string, GrownTile>();
    let above: Edge = EMPTY_EDGE;
    for (let tile = 0; tile * TILE_WIDTH < full; tile += TILES_AT_ONCE)
      for (const { hashes } of await this.tree.tiles(1, tile, tile + TILES_AT_ONCE)) {
        const grown = grow(above, hashes.subarray(0, (full - above.size) * HASH_BYTES));
        for (const one of grown.tiles) if (one.level > 0) between.set(`${one.level}/${one.index}`, one);
        above = grown.edge;
      }
    for (const { level, index, hashes } of between.values()) {
      const stored = await this.tree.find(level + 1, index);
      if (stored === null || !sameHash(stored.subarray(0, hashes.length), hashes)) fault(`tile ${index} of level ${level + 1} is another`);
    }
    const last = await this.tree.find(0, full);
    const open = last?.subarray(0, (size % TILE_WIDTH) * HASH_BYTES) ?? new Uint8Array();
    return rootOf({ size, tiles: [open, ...above.tiles] });
  }

  /** Returns how many leaves were purged. */
  private async compare(
    { size }: SignedHead,
    { from, to }: Required<CheckRange>,
    { findings, progress }: { readonly findings: Findings; readonly progress: CheckProgress },
  ): Promise<number> {
    const comparison = new Comparison(findings);
    const cursor = new StoreCursor(this.store, await this.positionBefore(from));
    try {
      for (let index = from; index < to; await progress(index - from, to - from))
        index = await this.compareSome({ index, to, size }, cursor, { comparison, findings });
      const end = await this.positionBehind(to, size);
      for await (const event of cursor.upTo(end.position, end.inclusive)) comparison.stranger(event, to);
    } finally {
      await cursor.close();
    }
    return comparison.close(await purgedAmong(comparison.gaps, { store: this.store, tree: this.tree, size }));
  }

  /** The leaves of the next tiles; returns the index behind them. */
  private async compareSome(
    { index, to, size }: { readonly index: number; readonly to: number; readonly size: number },
    cursor: StoreCursor,
    { comparison, findings }: { readonly comparison: Comparison; readonly findings: Findings },
  ): Promise<number> {
    const first = Math.floor(index / TILE_WIDTH);
    const behind = Math.min(first + TILES_AT_ONCE, Math.ceil(to / TILE_WIDTH));
    const tiles = new Map((await this.tree.leafTiles(first, behind)).map((tile) => [tile.index, tile]));
    const above = await this.tree.tiles(1, Math.floor(first / TILE_WIDTH), Math.floor(behind / TILE_WIDTH) + 1);
    const roots = new Map(above.flatMap((tile) => hashesIn(tile.hashes).map((hash, n) => [tile.index * TILE_WIDTH + n, hash] as const)));
    for (let tile = first; tile < behind; tile += 1) {
      const found = tiles.get(tile);
      const width = Math.min(TILE_WIDTH, size - tile * TILE_WIDTH);
      const fault = faultOf(found, width, roots.get(tile));
      if (fault !== null) findings.add({ kind: 'seal', index: tile * TILE_WIDTH, stream: null, rev: null, detail: fault });
      if (found === undefined) continue;
      const places = { from: Math.max(index - tile * TILE_WIDTH, 0), to: Math.min(to - tile * TILE_WIDTH, width) };
      await compareTile(found, places, cursor, comparison);
    }
    return Math.min(behind * TILE_WIDTH, to);
  }

  /** Position of the leaf in front of this one; 0 at the beginning. */
  private async positionBefore(index: number): Promise<bigint> {
    return index === 0 ? 0n : ((await this.entryAt(index - 1))?.position ?? 0n);
  }

  /** Up to where the log belongs to a range that ends here: the next leaf, or what is sealed at all. */
  private async positionBehind(to: number, size: number): Promise<{ readonly position: bigint; readonly inclusive: boolean }> {
    const next = to < size ? await this.entryAt(to) : undefined;
    const position = next?.position ?? (to === 0 ? 0n : ((await this.entryAt(to - 1))?.position ?? 0n));
    return { position, inclusive: next === undefined };
  }

  private async entryAt(index: number) {
    const tile = Math.floor(index / TILE_WIDTH);
    const [found] = await this.tree.leafTiles(tile, tile + 1);
    return found?.entries[index % TILE_WIDTH];
  }
}

function within(size: number, { from = 0, to = size }: CheckRange): Required<CheckRange> {
  if (from < 0 || to > size || from > to) throw new RangeError(`${size} leaves are sealed: the range is not among them`);
  return { from, to };
}

/** What is wrong with a tile of leaves; null when nothing is. The last one, not full, has no root above it: the signed root is over its leaves. */
function faultOf(tile: LeafTile | undefined, width: number, above: Uint8Array | undefined): string | null {
  if (tile === undefined || widthOf(tile.hashes) < width) return 'the tile of leaves is not there, or too narrow';
  if (tile.entries.length < width) return 'the roll of the tile is not there, or too short';
  if (width < TILE_WIDTH) return null;
  const sound = above !== undefined && sameHash(above, completeRoot(tile.hashes));
  return sound ? null : 'the leaves of the tile are not those that were signed';
}

/** Leaf by leaf, with what lies in the log before and at its position. */
async function compareTile(
  { index: tile, hashes, entries }: LeafTile,
  places: { readonly from: number; readonly to: number },
  cursor: StoreCursor,
  comparison: Comparison,
): Promise<void> {
  for (let place = places.from; place < Math.min(places.to, entries.length, widthOf(hashes)); place += 1) {
    const entry = entries[place];
    if (entry === undefined) return;
    const index = tile * TILE_WIDTH + place;
    for await (const event of cursor.upTo(entry.position, false)) comparison.stranger(event, index);
    const there = [];
    for await (const event of cursor.upTo(entry.position, true)) there.push(event);
    comparison.leaf({ ...entry, index, leaf: hashAt(hashes, place) }, there);
  }
}
