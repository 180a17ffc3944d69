import type { KeyObject } from 'node:crypto';
import type { ActiveKey } from '../../application/shared/key-vault.js';
import { BadBody, sealAgainst } from '../eventstore/sealed-body.js';
import { secretOf } from '../keys/active-key.js';
import { threadProgram } from '../project-folder.js';
import { lastHeads, type LeavesTask } from '../seal/heads/last-heads.js';
import { HASH_BYTES } from '../seal/tree/hash.js';
import { RECORD_BYTES } from '../seal/heads/map-node.js';
import { foldPage, type FoldedPage, type PageTask } from '../seal/heads/map-page.js';
import { makeKeys, unwrapAll, type CryptoTask, type FreshKeys, type FreshTask, type Unsealing, type UnwrapTask } from './crypto-tasks.js';
import { memoryOf, pack, unpack, type Packed } from './packed.js';
import { ThreadPool } from './thread-pool.js';

/** An event to be sealed. */
export interface Closing {
  readonly key: ActiveKey;
  readonly header: Uint8Array;
  readonly plaintext: Uint8Array;
}
/** A sealed event to be opened. */
export interface Opening {
  readonly key: ActiveKey;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** Fewer are done at once where they are: handing them over would take as long. */
const WORTH_A_THREAD = 64;
/** Events in one task: enough to be worth a message, few enough that threads share them and the answer comes soon. */
const IN_ONE_TASK = 256;

/**
 * Encryption of many events and keys, and hashing of many heads, beside the main thread. Only ever faster, never different: what is little is done in
 * place, and so is what a thread that ended has left undone.
 */
export class CryptoThreads {
  private readonly pool: ThreadPool;

  /** `size` 0: everything is done in place. */
  constructor(size: number, program: URL = threadProgram('crypto-worker')) {
    this.pool = new ThreadPool(program, size);
  }

  /** The sealed bodies, in the order given. */
  async seal(closings: readonly Closing[]): Promise<readonly Uint8Array[]> {
    const inPlace = (some: readonly Closing[]) => some.map(({ key, header, plaintext }) => sealAgainst(key, header, plaintext));
    const parts = await this.inTasks(closings, inPlace, async (some, keyed) => {
      const plaintexts = pack(some.map(({ plaintext }) => plaintext));
      const task = { kind: 'seal', ...keyed, plaintexts } as const;
      return unpack((await this.run(task, [keyed.headers, plaintexts])) as Packed);
    });
    return parts.flat();
  }

  /** What each body gave, in the order given; null where the caller has to open it itself. */
  async open(openings: readonly Opening[]): Promise<readonly (Uint8Array | BadBody | null)[]> {
    const parts = await this.inTasks<Opening, Uint8Array | BadBody | null>(
      openings,
      (some) => some.map(() => null),
      async (some, keyed) => {
        const bodies = pack(some.map(({ body }) => body));
        const { plaintexts, refusals } = (await this.run({ kind: 'unseal', ...keyed, bodies }, [keyed.headers, bodies])) as Unsealing;
        return unpack(plaintexts).map((plaintext, n) => {
          const refusal = refusals.get(n);
          return refusal === undefined ? plaintext : new BadBody(refusal);
        });
      },
    );
    return parts.flat();
  }

  /** New keys with their wrapped form. */
  async freshKeys(count: number, kek: KeyObject): Promise<FreshKeys> {
    const task: FreshTask = { kind: 'fresh', count, kek };
    return this.either(count, () => makeKeys(task), task, []) as Promise<FreshKeys>;
  }

  /** Keys ready for use, in the order given; null for one that does not open. */
  async unwrap(task: Omit<UnwrapTask, 'kind'>): Promise<readonly (KeyObject | null)[]> {
    const whole: UnwrapTask = { kind: 'unwrap', ...task };
    // The wrapped keys are copied, not handed over: they are needed again when the thread does not answer.
    return this.either(task.kekOf.length, () => unwrapAll(whole), whole, []) as Promise<readonly (KeyObject | null)[]>;
  }

  /** The last head of each stream among leaves. */
  async lastHeads(task: LeavesTask): Promise<Uint8Array> {
    return this.either(task.hashes.bytes.length / HASH_BYTES, () => lastHeads(task), task, []) as Promise<Uint8Array>;
  }

  /** A page of heads in the rows of their map. Throws RangeError. */
  async foldHeads(task: PageTask): Promise<FoldedPage> {
    return this.either(task.heads.length / RECORD_BYTES, () => foldPage(task), task, []) as Promise<FoldedPage>;
  }

  /** Ends the threads; what still comes is done in place. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private async either(count: number, inPlace: () => unknown, task: CryptoTask, packed: readonly Packed[]): Promise<unknown> {
    if (count < WORTH_A_THREAD || this.pool.size === 0) return inPlace();
    return orInPlace(this.run(task, packed), inPlace);
  }

  private async inTasks<I extends { readonly key: ActiveKey; readonly header: Uint8Array }, O>(
    items: readonly I[],
    inPlace: (some: readonly I[]) => readonly O[],
    inThread: (some: readonly I[], keyed: Keyed) => Promise<readonly O[]>,
  ): Promise<readonly (readonly O[])[]> {
    if (items.length < WORTH_A_THREAD || this.pool.size === 0) return [inPlace(items)];
    const parts: Promise<readonly O[]>[] = [];
    for (let from = 0; from < items.length; from += IN_ONE_TASK) {
      const some = items.slice(from, from + IN_ONE_TASK);
      const keyed = keyedOf(some);
      parts.push(keyed === null ? Promise.resolve(inPlace(some)) : orInPlace(inThread(some, keyed), () => inPlace(some)));
    }
    return Promise.all(parts);
  }

  private run(task: CryptoTask, packed: readonly Packed[]): Promise<unknown> {
    return this.pool.run(task, packed.flatMap(memoryOf));
  }
}

interface Keyed {
  readonly keys: readonly KeyObject[];
  readonly keyOf: Uint32Array;
  readonly headers: Packed;
}

/** Whatever a thread met: done in place, it either succeeds or throws the error that belongs to it. */
const orInPlace = <O>(work: Promise<O>, inPlace: () => O): Promise<O> => work.catch(inPlace);

/** Null when one of the keys cannot be handed to a thread. */
function keyedOf(items: readonly { readonly key: ActiveKey; readonly header: Uint8Array }[]): Keyed | null {
  const places = new Map<string, number>();
  const keys: KeyObject[] = [];
  const keyOf = new Uint32Array(items.length);
  for (const [n, { key }] of items.entries()) {
    let place = places.get(key.id);
    if (place === undefined) {
      const secret = secretOf(key);
      if (secret === null) return null;
      place = keys.push(secret) - 1;
      places.set(key.id, place);
    }
    keyOf[n] = place;
  }
  return { keys, keyOf, headers: pack(items.map(({ header }) => header)) };
}
