import { createHash, type Hash } from 'node:crypto';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { categoryOf, type StreamName } from '../../domain/shared/fact.js';
import { isPublic } from '../../domain/shared/public-types.js';
import { address, isClear } from '../eventstore/codec.js';
import { leafHash } from '../eventstore/leaf.js';
import { isInPlace } from './in-place.js';
import type { SealedTree } from './sealed-tree.js';
import { sameHash } from './tree/hash.js';
import { hashAt, TILE_WIDTH } from './tree/tile.js';

/** Whole streams leave the log under a certificate only: a public fact that names number and digest of their leaf hashes (`parts`), and no stream. */
const CERTIFICATE = { category: 'audit', type: 'SpaceDestroyed' };
const TILES_AT_ONCE = 64;

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

/** True when the event is a leaf: what was only written behind the seal certifies nothing yet. */
async function isSealed(tree: SealedTree, stored: StoredEvent, size: number): Promise<boolean> {
  const roll = await tree.rollAt(stored.position);
  const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
  if (roll === null || place < 0 || roll.tile * TILE_WIDTH + place >= size) return false;
  return sameHash(hashAt(await tree.tile(0, roll.tile), place), leafHash(stored));
}

async function certifiedParts(store: Pick<EventStore, 'readAll'>, tree: SealedTree, size: number): Promise<ReadonlySet<string>> {
  const parts = new Set<string>();
  for await (const { events } of store.readAll(0n, [CERTIFICATE.category]))
    for (const stored of events)
      if (isCertificate(stored) && (await isSealed(tree, stored, size))) for (const part of partsIn(stored)) parts.add(named(part));
  return parts;
}

/** Those of these streams that a sealed certificate covers whole, from what was sealed of them. */
export async function purgedAmong(
  gone: ReadonlySet<StreamName>,
  { store, tree, size }: { readonly store: Pick<EventStore, 'readAll'>; readonly tree: SealedTree; readonly size: number },
): Promise<ReadonlySet<StreamName>> {
  const certified = gone.size === 0 ? new Set<string>() : await certifiedParts(store, tree, size);
  if (certified.size === 0) return new Set();
  const digests = new Map<StreamName, { readonly hash: Hash; events: number }>();
  for (let first = 0; first * TILE_WIDTH < size; first += TILES_AT_ONCE)
    for (const { hashes, entries } of await tree.leafTiles(first, first + TILES_AT_ONCE))
      for (const [place, { stream }] of entries.entries()) {
        if (!gone.has(stream)) continue;
        const digest = digests.get(stream) ?? { hash: createHash('sha256'), events: 0 };
        digest.hash.update(hashAt(hashes, place));
        digest.events += 1;
        digests.set(stream, digest);
      }
  const covered = [...digests].filter(([, { hash, events }]) => certified.has(named({ events, digest: hash.digest('base64url') })));
  return new Set(covered.map(([stream]) => stream));
}
