import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { address } from '../eventstore/codec.js';
import { bodyDigest, leafHash } from '../eventstore/leaf.js';
import type { PublishedHeads } from './witness/published-heads.js';
import type { LeafProof } from './leaf-proof.js';
import type { SealedTree } from './sealed-tree.js';
import { sameHash } from './tree/hash.js';
import { saidBy } from './note/checkpoint.js';
import { BadNote } from './note/signed-note.js';
import { proveInclusion } from './tree/prove.js';
import { hashAt, TILE_WIDTH } from './tree/tile.js';
import { verifyInclusion } from './tree/verify.js';

/** There is no proof: no such event, not sealed yet, or it is not what was sealed. */
export class NotProvable extends Error {}
/** There will be one in a moment. */
export class NotSealedYet extends NotProvable {}

const altered = (index: number, cause?: Error): NotProvable =>
  new NotProvable(`leaf ${index} is not in the tree that was signed, the seal was altered: mes seal check says more`, { cause });

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
    const inclusion = await this.inclusionOf(leafHash(stored), index, head.note);
    return { index, inclusion, checkpoint: head.note, header: { ...address(stored).header }, bodyDigest: bodyDigest(stored.body) };
  }

  /** Verified against the root in the note, as whoever gets it will: a seal that was altered gives no proof, instead of one that does not hold. */
  private async inclusionOf(leaf: Uint8Array, index: number, note: string): Promise<readonly Uint8Array[]> {
    try {
      const tile = await this.tree.tile(0, Math.floor(index / TILE_WIDTH));
      if (!sameHash(leaf, hashAt(tile, index % TILE_WIDTH)))
        throw new NotProvable(`the event is not the one that was sealed as leaf ${index}: mes seal check says more`);
      const { size, root } = saidBy(note);
      const proof = await proveInclusion(this.tree, index, size);
      if (verifyInclusion({ leaf, index, size, proof, root })) return proof;
    } catch (error) {
      // Tiles that are not there, or a note that is none.
      throw error instanceof RangeError || error instanceof BadNote ? altered(index, error) : error;
    }
    throw altered(index);
  }

  /** By the position it was sealed at: that of no other leaf. */
  private async indexOf({ position }: StoredEvent): Promise<number | null> {
    const roll = await this.tree.rollAt(position);
    const place = roll?.entries.findIndex((entry) => entry.position === position) ?? -1;
    return roll === null || place < 0 ? null : roll.tile * TILE_WIDTH + place;
  }
}
