import type { Lease } from '../../../application/shared/leases.js';
import { REACTOR } from '../../../domain/shared/actor.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { monthOf, type LocalDate } from '../../../domain/shared/time.js';
import { audit, type AuditParts } from '../../erasure/archive-opening.js';
import type { SealedTree } from '../sealed-tree.js';
import { hashAt, TILE_WIDTH } from '../tree/tile.js';
import type { HeadMap, PublishedMap } from './head-map.js';
import type { StreamHeads } from './stream-heads.js';
import { keyOf } from './map-node.js';
import type { HeadChange } from './map-row.js';

export interface MapRootsParts extends AuditParts {
  readonly tree: SealedTree;
  readonly map: HeadMap;
  /** Whether the map is still the one whose root is in the log. */
  readonly heads: Pick<StreamHeads, 'fault'>;
}

/** Tiles of leaves in one transaction: four thousand events. */
const TILES_AT_ONCE = 16;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Brings the map of stream heads to where the log is sealed and writes its root into the log; in steps that are kept, so it goes on where it was. */
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
    const { map, tree } = this.parts;
    for (let { size: from } = await map.state(); from < to && !signal.aborted;) {
      const first = Math.floor(from / TILE_WIDTH);
      const behind = Math.min(to, (first + TILES_AT_ONCE) * TILE_WIDTH);
      await map.apply(leases, { from, to: behind }, await changesIn(tree, from, behind));
      from = behind;
    }
  }
}

/** The last of each stream among these leaves. */
async function changesIn(tree: SealedTree, from: number, to: number): Promise<readonly HeadChange[]> {
  const changes = new Map<StreamName, HeadChange>();
  for (const { index, hashes, entries } of await tree.leafTiles(Math.floor(from / TILE_WIDTH), Math.ceil(to / TILE_WIDTH)))
    for (const [place, { stream, rev }] of entries.entries()) {
      const leafIndex = index * TILE_WIDTH + place;
      if (leafIndex < from || leafIndex >= to) continue;
      const before = changes.get(stream);
      changes.set(stream, { key: before?.key ?? keyOf(stream), rev, leaf: hashAt(hashes, place), count: 0, more: (before?.more ?? 0) + 1 });
    }
  return [...changes.values()];
}
