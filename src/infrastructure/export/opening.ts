import type { StoredEvent } from '../../application/shared/event-store.js';
import type { KeyVault, VaultKey } from '../../application/shared/key-vault.js';
import { UnreadableEvent } from '../../application/shared/ports.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { Catalogue } from '../eventstore/catalogue.js';
import type { StoredCircumstances } from '../eventstore/circumstances.js';
import { address, decode, isClear, type Addressed } from '../eventstore/codec.js';
import { BadBody, CLEAR, eventKey, unseal } from '../eventstore/sealed-body.js';
import { sameHash } from '../seal/tree/hash.js';
import type { Leaf } from './leaves.js';

/** The plaintext of an event as it was written (docs/reference/event-format.md section 4). */
export interface Plaintext {
  readonly t: string;
  readonly tv: number;
  readonly m: StoredCircumstances;
  readonly d: Readonly<Record<string, unknown>>;
}

/**
 * A leaf with what can be read of it. `closed`: its key does not open it any more; `purged`: its bytes are gone, and what was kept of it is what
 * was sealed; `missing`: nothing explains that it is not there. Bytes that are not those that were sealed open nothing: who verifies finds them by their leaf.
 */
export type OpenedLeaf = Leaf & {
  /** Null when nothing lies there, or not what belongs there. */
  readonly event: Addressed | null;
} & (
    | {
        readonly state: 'open';
        readonly plaintext: Plaintext;
        /** As it came out of the body. */ readonly bytes: Uint8Array;
        /** Absent for a clear body. */ readonly ke?: Uint8Array;
        readonly event: Addressed;
      }
    | { readonly state: 'destroyed' | 'archived' | 'purged' | 'missing' | 'unreadable' }
  );

export type OpenLeaf = Extract<OpenedLeaf, { state: 'open' }>;

export interface OpeningParts {
  readonly vault: Pick<KeyVault, 'keysById'>;
  readonly catalogue: Catalogue;
  /** The leaf hashes that were kept of what was removed from these positions. */
  readonly purged: (positions: readonly bigint[]) => Promise<ReadonlyMap<bigint, Uint8Array>>;
}

/** Opens leaves: the keys of all of them in one go, then one after the other. */
export class Opening {
  constructor(private readonly parts: OpeningParts) {}

  async open(leaves: readonly Leaf[]): Promise<readonly OpenedLeaf[]> {
    const read = leaves.map((leaf) => ({ leaf, event: leaf.stored === null ? null : attempt(() => address(leaf.stored as Present)) }));
    const ids = new Set(read.flatMap(({ event }) => (event === null || isClear(event) ? [] : [event.header.key])));
    const keys = ids.size === 0 ? new Map<string, VaultKey>() : await this.parts.vault.keysById([...ids]);
    const kept = await this.keptOf(leaves);
    return read.map(({ leaf, event }): OpenedLeaf => {
      if (leaf.stored === null) return { ...leaf, event, state: isKept(kept.get(leaf.position), leaf) ? 'purged' : 'missing' };
      return event === null ? { ...leaf, event, state: 'unreadable' } : openOne(leaf, event, keys);
    });
  }

  /** The facts of events that were read beside the tree, those that can be opened. */
  async factsIn(events: readonly StoredEvent[]): Promise<readonly Recorded[]> {
    const leaves = events.map((stored): Leaf => ({ ...stored, index: 0, hash: NO_LEAF, stored }));
    return (await this.open(leaves)).flatMap((leaf) => (leaf.state === 'open' ? (this.factOf(leaf) ?? []) : []));
  }

  /** The fact as the domain knows it, in today's form; null when this version of the software does not know it. */
  factOf({ event, bytes }: OpenLeaf): Recorded | null {
    const key = { id: event.header.key, state: 'active', derive: neverAsked } as const;
    return attempt(() => this.parts.catalogue.upcast(decode(event, key, bytes)));
  }

  private async keptOf(leaves: readonly Leaf[]): Promise<ReadonlyMap<bigint, Uint8Array>> {
    const gone = leaves.filter(({ stored }) => stored === null).map(({ position }) => position);
    return gone.length === 0 ? new Map() : this.parts.purged(gone);
  }
}

/** Whoever may write to the database may put any row beside the log, but not find another event with the same leaf. */
const isKept = (kept: Uint8Array | undefined, { hash }: Leaf): boolean => kept !== undefined && sameHash(kept, hash);

/** Where nothing is proved, only read. */
const NO_LEAF = new Uint8Array();

type Present = NonNullable<Leaf['stored']>;

const neverAsked = (): Uint8Array => {
  throw new Error('what was opened before needs no key');
};

function openOne(leaf: Leaf, event: Addressed, keys: ReadonlyMap<string, VaultKey>): OpenedLeaf {
  const { header, body } = event.stored;
  if (body[0] === CLEAR) return opened(leaf, event, body.subarray(1));
  const key = keys.get(event.header.key);
  if (key === undefined) return { ...leaf, event, state: 'unreadable' };
  if (key.state !== 'active') return { ...leaf, event, state: key.state };
  const ke = eventKey(key, header);
  const plaintext = attempt(() => unseal(body, header, ke));
  return plaintext === null ? { ...leaf, event, state: 'unreadable' } : opened(leaf, event, plaintext, ke);
}

function opened(leaf: Leaf, event: Addressed, bytes: Uint8Array, ke?: Uint8Array): OpenedLeaf {
  const plaintext = attempt(() => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Plaintext);
  if (plaintext === null) return { ...leaf, event, state: 'unreadable' };
  return { ...leaf, state: 'open', plaintext, bytes, event, ...(ke === undefined ? {} : { ke }) };
}

/** Null for bytes that are not what was written; anything else is thrown on. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnreadableEvent || error instanceof BadBody || (error as Error).name === 'SyntaxError') return null;
    throw error;
  }
}
