import { createHash, type Hash } from 'node:crypto';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { categoryOf, type StreamName } from '../../domain/shared/fact.js';
import { isPublic } from '../../domain/shared/public-types.js';
import { address, isClear } from '../eventstore/codec.js';
import { leafHash } from '../eventstore/leaf.js';
import { isInPlace } from './in-place.js';
import type { SealedTree } from './sealed-tree.js';
import { TILES_AT_ONCE, type SignedLeaves } from './signed-leaves.js';
import { sameHash } from './tree/hash.js';
import { hashAt, TILE_WIDTH } from './tree/tile.js';

/** Whole streams leave the log under a certificate only: a public fact that names number and digest of their leaf hashes (`parts`), and no stream. */
const CERTIFICATE = { category: 'audit', type: 'SpaceDestroyed' };

/** What a certificate says of one stream: SHA-256 over the leaf hashes in the order of revisions, base64url. */
interface CertifiedPart {
  readonly events: number;
  readonly digest: string;
}
const named = ({ events, digest }: CertifiedPart): string => `${events} ${digest}`;

const isCertificate = (stored: StoredEvent): boolean => {
  if (!isInPlace(stored)) return false;
  const addressed = address(stored);
  const { type, stream } = addressed.header;
  return type === CERTIFICATE.type && isPublic(categoryOf(stream), type) && isClear(addressed);
};

const partsIn = ({ body }: StoredEvent): readonly CertifiedPart[] => {
  const { d } = JSON.parse(Buffer.from(body.subarray(1)).toString('utf8')) as { readonly d: { readonly parts?: readonly CertifiedPart[] } };
  return d.parts ?? [];
};

export interface PurgeParts {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly tree: Pick<SealedTree, 'rollAt'>;
  /** What is sealed by now: a stream may have been removed since the comparison began, under a certificate that was sealed since then. */
  readonly leaves: SignedLeaves;
}

/** Those of these streams that a sealed certificate covers whole, from what was sealed of them. */
export async function purgedAmong(gone: ReadonlySet<StreamName>, parts: PurgeParts): Promise<ReadonlySet<StreamName>> {
  const certified = await certifiedParts(parts);
  if (certified.size === 0) return new Set();
  const digests = await digestsOf(gone, parts.leaves);
  const covered = [...digests].filter(([, { hash, events }]) => certified.has(named({ events, digest: hash.digest('base64url') })));
  return new Set(covered.map(([stream]) => stream));
}

async function certifiedParts({ store, tree, leaves }: PurgeParts): Promise<ReadonlySet<string>> {
  const parts = new Set<string>();
  for await (const { events } of store.readAll(0n, [CERTIFICATE.category]))
    for (const stored of events)
      if (isCertificate(stored) && (await isSealed(stored, tree, leaves))) for (const part of partsIn(stored)) parts.add(named(part));
  return parts;
}

/** True when the event is a leaf: what was only written behind the seal certifies nothing yet. */
async function isSealed(stored: StoredEvent, tree: Pick<SealedTree, 'rollAt'>, leaves: SignedLeaves): Promise<boolean> {
  const roll = await tree.rollAt(stored.position);
  const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
  if (roll === null || place < 0 || place >= leaves.widthOf(roll.tile)) return false;
  const [checked] = await leaves.tiles(roll.tile, roll.tile + 1);
  return checked?.tile !== undefined && checked.fault === null && sameHash(hashAt(checked.tile.hashes, place), leafHash(stored));
}

interface Digest {
  readonly hash: Hash;
  events: number;
}

/** Over what was sealed of these streams, as far as its tiles are sound. */
async function digestsOf(streams: ReadonlySet<StreamName>, leaves: SignedLeaves): Promise<ReadonlyMap<StreamName, Digest>> {
  const digests = new Map<StreamName, Digest>();
  for (let first = 0; first * TILE_WIDTH < leaves.size; first += TILES_AT_ONCE)
    for (const { index, tile, fault } of await leaves.tiles(first, first + TILES_AT_ONCE)) {
      if (tile === undefined || fault !== null) continue;
      for (const [place, { stream }] of tile.entries.slice(0, leaves.widthOf(index)).entries()) {
        if (!streams.has(stream)) continue;
        const digest = digests.get(stream) ?? { hash: createHash('sha256'), events: 0 };
        digest.hash.update(hashAt(tile.hashes, place));
        digest.events += 1;
        digests.set(stream, digest);
      }
    }
  return digests;
}
