import type { EventStore } from '../../../application/shared/event-store.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { address } from '../../eventstore/codec.js';
import { bodyDigest } from '../../eventstore/leaf.js';
import type { SealedTree } from '../sealed-tree.js';
import { TILE_WIDTH } from '../tree/tile.js';
import { HeadsUnsettled, type HeadMap } from './head-map.js';
import { keyOf } from './map-node.js';

/** The fact that published a map, as somebody outside checks it. */
export interface HeadsFact {
  readonly day: string;
  /** Streams in the map. */
  readonly size: number;
  /** Of the map, base64. */
  readonly root: string;
  /** The public event: its leaf, its header, the digest of its body, and what the body says (a zero byte and the canonical JSON of `p`). */
  readonly event: {
    readonly index: number;
    readonly h: Readonly<Record<string, unknown>>;
    readonly c: string;
    readonly p: Readonly<Record<string, unknown>>;
  };
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

const isOf = (key: Uint8Array, stream: StreamName): boolean => Buffer.compare(key, keyOf(stream)) === 0;

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
    const { day, streams: size, root, fact } = published;
    if (fact === null) throw new HeadsUnsettled('the root of the map is not written yet');
    const heads = proofs.map(({ end, siblings }, n): StreamHead => {
      const stream = streams[n] as StreamName;
      const proof = siblings.map(base64);
      if (end !== null && isOf(end.key, stream)) return { stream, rev: end.rev, count: end.count, leaf: base64(end.leaf), proof };
      const other = end && { key: base64(end.key), rev: end.rev, count: end.count, leaf: base64(end.leaf) };
      return { stream, rev: null, count: 0, leaf: null, proof, other };
    });
    return { fact: { day, size, root: base64(root), event: await this.eventAt(fact) }, proofs: heads };
  }

  private async eventAt({ stream, rev }: { readonly stream: StreamName; readonly rev: number }): Promise<HeadsFact['event']> {
    const [stored] = await this.store.read(stream, rev);
    if (stored?.rev !== rev) throw new HeadsUnsettled('the fact of the map is not in the log');
    const roll = await this.tree.rollAt(stored.position);
    const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
    if (roll === null || place < 0) throw new HeadsUnsettled('the fact of the map is not sealed yet');
    const p = JSON.parse(Buffer.from(stored.body.subarray(1)).toString('utf8')) as Readonly<Record<string, unknown>>;
    return { index: roll.tile * TILE_WIDTH + place, h: { ...address(stored).header }, c: bodyDigest(stored.body), p };
  }
}
