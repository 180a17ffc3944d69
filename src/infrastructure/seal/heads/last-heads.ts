import { unpack, type Packed } from '../../threads/packed.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { readRoll, type Entry } from '../roll.js';
import { hashAt, TILE_WIDTH } from '../tree/tile.js';
import { keyOf, recordBytes, type HeadRecord } from './map-node.js';

/** Leaves of the sealed log as they lie there, tile by tile. */
export interface LeavesTask {
  readonly kind: 'last-heads';
  /** Which tiles. */
  readonly tiles: readonly number[];
  readonly hashes: Packed;
  readonly rolls: Packed;
  /** Leaves that are asked for: from this one to before that one. */
  readonly from: number;
  readonly to: number;
}

/** The last head of each stream among these leaves: records, one behind the other. Throws RangeError where the seal does not say of each of them what it is. */
export function lastHeads({ tiles, hashes, rolls, from, to }: LeavesTask): Uint8Array {
  const heads = new Map<StreamName, Omit<HeadRecord, 'key'>>();
  const leaves = unpack(hashes);
  let said = 0;
  for (const [n, roll] of unpack(rolls).entries())
    for (const [place, { stream, rev }] of entriesOf(roll).entries()) {
      const leaf = (tiles[n] ?? 0) * TILE_WIDTH + place;
      if (leaf < from || leaf >= to) continue;
      said += 1;
      // Revisions are sealed from 0 on and none is left out: so many were sealed.
      heads.set(stream, { rev, count: rev + 1, leaf: hashAt(leaves[n] ?? NONE, place) });
    }
  // Without one of them the map would show a head of before for its stream.
  if (said !== to - from) throw new RangeError('tiles or rolls of the seal are missing');
  return Buffer.concat(Array.from(heads, ([stream, head]) => recordBytes({ key: keyOf(stream), ...head })));
}

function entriesOf(roll: Uint8Array): readonly Entry[] {
  const entries = readRoll(roll);
  if (entries === null) throw new RangeError('a roll of the seal cannot be read');
  return entries;
}
const NONE = Buffer.alloc(0);
