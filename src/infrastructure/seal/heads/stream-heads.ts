import type { EventStore } from '../../../application/shared/event-store.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { address } from '../../eventstore/codec.js';
import { bodyDigest } from '../../eventstore/leaf.js';
import type { SealedTree } from '../sealed-tree.js';
import { TILE_WIDTH } from '../tree/tile.js';
import { HeadsUnsettled, type HeadMap } from './head-map.js';
import { verifyMapProof, type MapProof } from './map-proof.js';

/** The fact that published a map, as somebody outside checks it: a leaf of the sealed log like any other. Its clear body says root and size of the map. */
export interface HeadsFact {
  /** Place of its leaf in the sealed log. */
  readonly index: number;
  readonly h: Readonly<Record<string, unknown>>;
  /** SHA-256 of the body, base64url. */
  readonly c: string;
  /** A zero byte and canonical JSON, base64url. */
  readonly body: string;
}
/** What the map says of one stream: null where it has no such stream. `proof`: siblings from the end of its way upwards, base64. */
export interface StreamHead {
  readonly stream: StreamName;
  readonly rev: number | null;
  readonly count: number;
  /** Leaf hash of the last event, base64; of a stream that is not there null. */
  readonly leaf: string | null;
  readonly proof: readonly string[];
  /** Absence only: the record of another stream in which the way ends (key and leaf hash in base64), or null where it ends at nothing. */
  readonly other?: { readonly key: string; readonly rev: number; readonly count: number; readonly leaf: string } | null;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Verified before it is handed out: rows that somebody altered prove nothing, and are not passed on. */
function headOf(stream: StreamName, proved: MapProof | undefined, root: Uint8Array): StreamHead {
  const answer = proved === undefined ? null : verifyMapProof(stream, proved, root);
  if (answer === null || proved === undefined) throw new RangeError('the map of heads does not give the root that was published');
  const proof = proved.siblings.map(base64);
  if ('present' in answer) {
    const { rev, count, leaf } = answer.present;
    return { stream, rev, count, leaf: base64(leaf), proof };
  }
  const { end } = proved;
  const other = end && { key: base64(end.key), rev: end.rev, count: end.count, leaf: base64(end.leaf) };
  return { stream, rev: null, count: 0, leaf: null, proof, other };
}

/** The heads of streams in the map whose root was published last. */
export class StreamHeads {
  constructor(
    private readonly map: HeadMap,
    private readonly tree: SealedTree,
    private readonly store: Pick<EventStore, 'read'>,
  ) {}

  /** The fact, and a head for each of the streams in their order. Throws HeadsUnsettled: between two days, or the fact is not sealed yet. */
  async headsFor(streams: readonly StreamName[]): Promise<{ readonly fact: HeadsFact; readonly proofs: readonly StreamHead[] }> {
    const { published, proofs } = await this.map.prove(streams);
    const { fact } = published;
    if (fact === null) throw new HeadsUnsettled('the root of the map is not written yet');
    const heads = streams.map((stream, n) => headOf(stream, proofs[n], published.root));
    return { fact: await this.factAt(fact), proofs: heads };
  }

  private async factAt({ stream, rev }: { readonly stream: StreamName; readonly rev: number }): Promise<HeadsFact> {
    const [stored] = await this.store.read(stream, rev);
    if (stored?.rev !== rev) throw new HeadsUnsettled('the fact of the map is not in the log');
    const roll = await this.tree.rollAt(stored.position);
    const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
    if (roll === null || place < 0) throw new HeadsUnsettled('the fact of the map is not sealed yet');
    const index = roll.tile * TILE_WIDTH + place;
    return { index, h: { ...address(stored).header }, c: bodyDigest(stored.body), body: Buffer.from(stored.body).toString('base64url') };
  }
}
