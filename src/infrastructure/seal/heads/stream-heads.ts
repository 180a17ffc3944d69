import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import { UnreadableEvent } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { address, type Addressed } from '../../eventstore/codec.js';
import { bodyDigest } from '../../eventstore/leaf.js';
import type { SealedTree } from '../sealed-tree.js';
import { TILE_WIDTH } from '../tree/tile.js';
import type { HeadMap, PublishedMap, StillMap } from './head-map.js';
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

/** The heads of streams under one root that was published, whatever is published meanwhile. */
export interface StillHeads {
  /** Leaves of the sealed log that the map takes in. */
  readonly size: number;
  /** Null: it is not sealed yet. Throws HeadsGone. */
  fact(): Promise<HeadsFact | null>;
  /** Of these streams in their order; null where the map does not give the root that was published. */
  of(streams: readonly StreamName[]): Promise<readonly (StreamHead | null)[]>;
}

/** The fact that published the root is not in the log any more, or somebody altered it. */
export class HeadsGone extends Error {}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Verified before it is handed out: rows that somebody altered prove nothing, and are not passed on. */
function headOf(stream: StreamName, proved: MapProof | undefined, root: Uint8Array): StreamHead | null {
  const answer = proved === undefined ? null : verifyMapProof(stream, proved, root);
  if (answer === null || proved === undefined) return null;
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

  /**
   * The heads as they are now, for as long as `work` needs them; null: there is no root yet, or the map is on its way to the next. A snapshot of the database
   * is held until then.
   */
  still<T>(work: (heads: StillHeads | null) => Promise<T>): Promise<T> {
    return this.map.still((map) => work(map && this.under(map)));
  }

  /**
   * In what the map is not the one whose root was written into the log last; null where it is, and while it is on its way to the next root. The fact itself is
   * a leaf: that nobody altered it is seen where log and seal are compared.
   */
  fault(): Promise<string | null> {
    return this.map.still(async (map) => {
      if (map === null) return (await this.isBehind()) ? 'the map of heads lies behind the root that was written into the log' : null;
      try {
        const fact = await this.factAt(map.published.fact);
        return fact === null ? null : faultOf(map.published, await map.top(), saidIn(fact));
      } catch (error) {
        if (!(error instanceof HeadsGone || error instanceof RangeError)) throw error;
        return error.message;
      }
    });
  }

  /** The same for every row of the map below the topmost, also while it is on its way. `read` is told of each page of them and waited for. Throws MapMoved. */
  rowFault(read: () => void | Promise<void>): Promise<string | null> {
    return this.map.rowFault(read);
  }

  /** Where it only ever goes forward: the root is asked first, for the map may move on in between. */
  private async isBehind(): Promise<boolean> {
    const last = await this.map.last();
    return last?.fact != null && (await this.map.state()).size < last.size;
  }

  private under(map: StillMap): StillHeads {
    const { size, root, fact } = map.published;
    const of = async (streams: readonly StreamName[]): Promise<readonly (StreamHead | null)[]> => {
      const proofs = await map.prove(streams);
      return streams.map((stream, n) => headOf(stream, proofs[n], root));
    };
    const oneByOne = async (streams: readonly StreamName[]): Promise<readonly (StreamHead | null)[]> => {
      const heads: (StreamHead | null)[] = [];
      for (const stream of streams) heads.push((await of([stream]).catch(tornIsNone))[0] ?? null);
      return heads;
    };
    // A torn row hides the streams on its way, not those beside it.
    return {
      size,
      fact: () => this.factAt(fact),
      of: (streams) => of(streams).catch((error: unknown) => (tornIsNone(error), oneByOne(streams))),
    };
  }

  private async factAt({ stream, rev }: { readonly stream: StreamName; readonly rev: number }): Promise<HeadsFact | null> {
    const [stored] = await this.store.read(stream, rev);
    const event = stored?.rev === rev ? addressed(stored) : null;
    if (stored === undefined || event === null) throw new HeadsGone('the fact of the map is not in the log as it was written');
    const roll = await this.tree.rollAt(stored.position);
    const place = roll?.entries.findIndex(({ position }) => position === stored.position) ?? -1;
    if (roll === null || place < 0) return null;
    const index = roll.tile * TILE_WIDTH + place;
    return { index, h: { ...event.header }, c: bodyDigest(stored.body), body: Buffer.from(stored.body).toString('base64url') };
  }
}

/** What the fact says that published a map. */
interface SaidHeads {
  readonly size: number;
  readonly streams: number;
  /** Roots of log and map, base64. */
  readonly root: string;
  readonly heads: string;
}
/** The clear body behind its first byte. Throws HeadsGone where another fact lies there, or nothing that can be read. */
function saidIn({ h, body }: HeadsFact): SaidHeads {
  if (h['type'] !== 'SealHeadPublished') throw new HeadsGone('where the fact of the map is said to lie there is another');
  try {
    return (JSON.parse(Buffer.from(body, 'base64url').subarray(1).toString('utf8')) as { readonly d: SaidHeads }).d;
  } catch (error) {
    if (error instanceof SyntaxError) throw new HeadsGone('the fact of the map is not in the log as it was written');
    throw error;
  }
}

function faultOf({ size, streams, root, logRoot }: PublishedMap, top: Uint8Array, said: SaidHeads): string | null {
  const kept = said.size === size && said.streams === streams && said.root === base64(logRoot) && said.heads === base64(root);
  if (!kept) return 'the root that is kept of the map of heads is not the one that was written into the log';
  return base64(top) === said.heads ? null : 'the map of heads does not give the root that was written into the log';
}

function addressed(stored: StoredEvent): Addressed | null {
  try {
    return address(stored);
  } catch (error) {
    if (error instanceof UnreadableEvent) return null;
    throw error;
  }
}

function tornIsNone(error: unknown): readonly null[] {
  if (error instanceof RangeError) return [];
  throw error;
}
