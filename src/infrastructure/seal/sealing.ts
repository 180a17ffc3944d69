import type { StoredEvent } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { leafHash } from '../eventstore/leaf.js';
import { isInPlace } from './in-place.js';
import { signCheckpoint } from './note/checkpoint.js';
import { verifierKey, type Signer } from './note/signed-note.js';
import type { Entry } from './roll.js';
import { rollAfter, type Standing, type Step } from './seal-writer.js';
import { edgeTiles, grow, rootOf, type Edge, type GrownTile } from './tree/growth.js';
import { proveConsistency, type Tiles } from './tree/prove.js';
import { verifyConsistency } from './tree/verify.js';

/** What the sealer will not seal: the log is not what it has sealed before. Names places, never streams. */
export class BrokenLog extends Error {}

/** Throws BrokenLog when an event is no event of this place, comes out of order, leaves out a revision, or was sealed before. */
export function examine(events: readonly StoredEvent[], after: bigint, sealed: ReadonlyMap<StreamName, number>): readonly Entry[] {
  const reached = new Map(sealed);
  let position = after;
  return events.map((stored) => {
    if (stored.position <= position) throw new BrokenLog(`the event at position ${stored.position} comes out of order`);
    position = stored.position;
    if (!isInPlace(stored)) throw new BrokenLog(`the event at position ${position} is no event of its place`);
    const next = (reached.get(stored.stream) ?? -1) + 1;
    if (stored.rev > next) throw new BrokenLog(`before the event at position ${position} revision ${next} of its stream is missing`);
    if (stored.rev < next) throw new BrokenLog(`the event at position ${position} has the revision ${stored.rev}, which is sealed already`);
    reached.set(stored.stream, stored.rev);
    return { stream: stored.stream, rev: stored.rev, position };
  });
}

/** The tiles of an edge and those that grew out of it: all that a proof from the one to the other needs. */
const tilesAround = (edge: Edge, grown: readonly GrownTile[]): Tiles => {
  const known = new Map<string, Uint8Array>();
  for (const { level, index } of edgeTiles(edge.size)) known.set(`${level}/${index}`, edge.tiles[level] ?? new Uint8Array());
  for (const { level, index, hashes } of grown) known.set(`${level}/${index}`, hashes);
  return { tile: async (level, index) => known.get(`${level}/${index}`) ?? Promise.reject(new RangeError('the tile is not at hand')) };
};

/** Proved and verified anew before a root is signed: a log never signs two heads that contradict each other. */
async function checkGrowth(before: Standing, after: Edge, grown: readonly GrownTile[], root: Uint8Array): Promise<void> {
  const from = before.edge.size;
  if (from === 0) return;
  const proof = await proveConsistency(tilesAround(before.edge, grown), from, after.size);
  if (!verifyConsistency({ from, fromRoot: before.root, to: after.size, toRoot: root, proof }))
    throw new BrokenLog(`the tree of ${after.size} leaves does not begin with that of ${from}`);
}

/** The next step of the seal over these events, which were examined. Throws BrokenLog when it would contradict what was signed. */
export async function nextStep(
  before: Standing,
  events: readonly StoredEvent[],
  entries: readonly Entry[],
  { origin, signers }: { readonly origin: string; readonly signers: readonly Signer[] },
): Promise<Step> {
  const leaves = events.map(leafHash);
  const { edge, tiles } = grow(before.edge, Buffer.concat(leaves));
  const root = rootOf(edge);
  await checkGrowth(before, edge, tiles, root);
  const last = entries.at(-1);
  const leaf = leaves.at(-1);
  if (last === undefined || leaf === undefined) throw new RangeError('nothing is to be sealed');
  const after: Standing = { edge, root, roll: rollAfter(before, entries), last: { ...last, leaf } };
  const note = signCheckpoint({ origin, size: edge.size, root }, signers);
  return { before, after, entries, tiles, note, origin, verifiers: signers.map(verifierKey) };
}
