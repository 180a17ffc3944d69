import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { address } from '../eventstore/codec.js';
import { bodyDigest, leafHash } from '../eventstore/leaf.js';
import type { PublishedHeads } from './witness/published-heads.js';
import type { LeafProof } from './leaf-proof.js';
import type { SealedTree } from './sealed-tree.js';
import { sameHash } from './tree/hash.js';
import { proveInclusion } from './tree/prove.js';
import { hashAt, TILE_WIDTH } from './tree/tile.js';

/** There is no proof: no such event, not sealed yet, or it is not what was sealed. */
export class NotProvable extends Error {}
/** There will be one in a moment. */
export class NotSealedYet extends NotProvable {}

/** Makes proofs of single events. */
export class Prover {
  constructor(
    private readonly store: Pick<EventStore, 'read' | 'readAll'>,
    private readonly tree: SealedTree,
    private readonly heads: PublishedHeads,
  ) {}

  /** Throws NotProvable. */
  async prove(stream: StreamName, rev: number): Promise<LeafProof> {
    const [stored] = await this.store.read(stream, rev);
    if (stored?.rev !== rev) throw new NotProvable('there is no such event');
    return this.proveStored(stored);
  }

  /** By the id in the header: reads the log until it is found. Throws NotProvable. */
  async proveById(id: string, progress: (read: number) => void = () => undefined): Promise<LeafProof> {
    const wanted = Buffer.from(`"id":"${id}"`);
    let read = 0;
    for await (const { events } of this.store.readAll(0n)) {
      const found = events.find(({ header }) => Buffer.from(header.buffer, header.byteOffset, header.byteLength).includes(wanted));
      if (found !== undefined) return this.proveStored(found);
      progress((read += events.length));
    }
    throw new NotProvable('there is no such event');
  }

  private async proveStored(stored: StoredEvent): Promise<LeafProof> {
    const index = await this.indexOf(stored);
    const head = index === null ? null : await this.heads.covering(index);
    if (head === null || index === null) throw new NotSealedYet('the event is not sealed yet');
    const tile = await this.tree.tile(0, Math.floor(index / TILE_WIDTH));
    if (!sameHash(leafHash(stored), hashAt(tile, index % TILE_WIDTH)))
      throw new NotProvable(`the event is not the one that was sealed as leaf ${index}: mes seal check says more`);
    const inclusion = await proveInclusion(this.tree, index, head.size);
    return { index, inclusion, checkpoint: head.note, header: { ...address(stored).header }, bodyDigest: bodyDigest(stored.body) };
  }

  /** By the position it was sealed at: that of no other leaf. */
  private async indexOf({ position }: StoredEvent): Promise<number | null> {
    const roll = await this.tree.rollAt(position);
    const place = roll?.entries.findIndex((entry) => entry.position === position) ?? -1;
    return roll === null || place < 0 ? null : roll.tile * TILE_WIDTH + place;
  }
}
