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
  /** Told of each batch that was read, and waited for. */
  readonly read: () => void | Promise<void>;
}

/** Those of these streams that a sealed certificate covers whole, from what was sealed of them. Reads until all are covered, and keeps nothing of others. */
export async function purgedAmong(gone: ReadonlySet<StreamName>, parts: PurgeParts): Promise<ReadonlySet<StreamName>> {
  const { store, tree, leaves, read } = parts;
  const waiting = await partsOf(gone, parts);
  const covered = new Set<StreamName>();
  if (waiting.size === 0) return covered;
  for await (const { events } of store.readAll(0n, [CERTIFICATE.category])) {
    for (const stored of events) {
      const certified = (isCertificate(stored) ? partsIn(stored) : []).map(named).filter((part) => waiting.has(part));
      if (certified.length === 0 || !(await isSealed(stored, tree, leaves))) continue;
      for (const part of certified) covered.add(waiting.get(part) as StreamName);
    }
    if (covered.size === waiting.size) break;
    await read();
  }
  return covered;
}

/** True when the event is a leaf: what was only written behind the seal certifies nothing yet. */
async function isSealed(stored: StoredEvent, tree: Pick<SealedTree, 'rollAt'>, leaves: SignedLeaves): Promise<boolean> {
  const roll = await tree.rollAt(stored.position);
  const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
  if (roll === null || place < 0 || place >= leaves.widthOf(roll.tile)) return false;
  const [checked] = await leaves.tiles(roll.tile, roll.tile + 1);
  return checked?.tile !== undefined && checked.fault === null && sameHash(hashAt(checked.tile.hashes, place), leafHash(stored));
}

/** What a certificate must say of each of these streams, from what was sealed of it as far as its tiles are sound. */
async function partsOf(
  streams: ReadonlySet<StreamName>,
  { leaves, read }: Pick<PurgeParts, 'leaves' | 'read'>,
): Promise<ReadonlyMap<string, StreamName>> {
  const digests = new Map<StreamName, { readonly hash: Hash; events: number }>();
  for (let first = 0; first * TILE_WIDTH < leaves.size; first += TILES_AT_ONCE) {
    for (const { width, tile, fault } of await leaves.tiles(first, first + TILES_AT_ONCE)) {
      if (tile === undefined || fault !== null) continue;
      for (const [place, { stream }] of tile.entries.slice(0, width).entries()) {
        if (!streams.has(stream)) continue;
        const digest = digests.get(stream) ?? { hash: createHash('sha256'), events: 0 };
        digest.hash.update(hashAt(tile.hashes, place));
        digest.events += 1;
        digests.set(stream, digest);
      }
    }
    await read();
  }
  return new Map([...digests].map(([stream, { hash, events }]) => [named({ events, digest: hash.digest('base64url') }), stream]));
}
