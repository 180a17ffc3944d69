import type { Lease } from '../../../application/shared/leases.js';
import { REACTOR } from '../../../domain/shared/actor.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { monthOf, type LocalDate } from '../../../domain/shared/time.js';
import { audit, type AuditParts } from '../../erasure/archive-opening.js';
import type { SealedTree } from '../sealed-tree.js';
import type { CryptoThreads } from '../../threads/crypto-threads.js';
import { pack } from '../../threads/packed.js';
import { TILE_WIDTH } from '../tree/tile.js';
import type { HeadMap, PublishedMap } from './head-map.js';
import type { StreamHeads } from './stream-heads.js';

export interface MapRootsParts extends AuditParts {
  readonly tree: SealedTree;
  readonly map: HeadMap;
  readonly threads: CryptoThreads;
  /** Whether the map is still the one whose root is in the log. */
  readonly heads: Pick<StreamHeads, 'fault'>;
}

/** Leaves taken in at once, more than a day of the country has: what lies still further back is taken in step by step. */
const MOST_LEAVES = 2 ** 24;
/** Tiles of leaves that are read at a time: four thousand events, some milliseconds where there is no thread. */
const TILES_AT_ONCE = 16;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Brings the map of stream heads to where the log is sealed and writes its root into the log. What is done is kept: it goes on where it was. */
export class MapRoots {
  constructor(private readonly parts: MapRootsParts) {}

  /**
   * `day`: the last one in Paris that is over. Does nothing where nothing is sealed, or the signal ended it. Throws MapMoved when somebody else did the same
   * meanwhile, LeaseLost, and RangeError where the map is not the one whose root was written last: what somebody made of it never gets into the log.
   */
  async publish(day: LocalDate, leases: readonly Lease[], signal: AbortSignal): Promise<void> {
    const { map, tree } = this.parts;
    const signed = await tree.signed();
    if (signed === null) return;
    const fault = await this.parts.heads.fault();
    if (fault !== null) throw new RangeError(fault);
    await this.fold(leases, signed.size, signal);
    const state = await map.state();
    if (signal.aborted || state.size !== signed.size) return;
    const next = { ...state, day, logRoot: signed.root };
    await map.intend(next);
    await this.write({ ...next, fact: null });
  }

  /** The fact of a root that is about to be written. */
  async write({ day, size, root, streams, logRoot }: PublishedMap): Promise<void> {
    const { map, clock } = this.parts;
    const stream: StreamName = `audit-${monthOf(clock.now())}-sealer`;
    const event = { type: 'SealHeadPublished', v: 1, day, size, root: base64(logRoot), streams, heads: base64(root) } as const;
    await map.written({ day, size }, stream, await audit(this.parts, stream, { who: REACTOR, name: `heads/${day}/${size}`, event }));
  }

  /** The map up to this size of the sealed log. */
  private async fold(leases: readonly Lease[], to: number, signal: AbortSignal): Promise<void> {
    const { map, threads } = this.parts;
    for (let { size: from } = await map.state(); from < to && !signal.aborted;) {
      const behind = Math.min(to, from + MOST_LEAVES);
      try {
        await map.advance({ from, to: behind }, this.headsBetween(from, behind), { leases, threads, signal });
      } catch (error) {
        if (error !== signal.reason) throw error;
      }
      from = behind;
    }
  }

  /** The heads of all streams among these leaves, some thousand leaves at a time: of a stream the last one of each such time. */
  private async *headsBetween(from: number, to: number): AsyncGenerator<Uint8Array, void> {
    const { tree, threads } = this.parts;
    const behind = Math.ceil(to / TILE_WIDTH);
    for (let first = Math.floor(from / TILE_WIDTH); first < behind; first += TILES_AT_ONCE) {
      const last = Math.min(behind, first + TILES_AT_ONCE);
      const leaves = { from: Math.max(from, first * TILE_WIDTH), to: Math.min(to, last * TILE_WIDTH) };
      const rows = await tree.leafRows(first, last);
      const [hashes, rolls] = [pack(rows.map((row) => row.hashes)), pack(rows.map(({ roll }) => roll))];
      yield await threads.lastHeads({ kind: 'last-heads', tiles: rows.map(({ index }) => index), hashes, rolls, ...leaves });
    }
  }
}
