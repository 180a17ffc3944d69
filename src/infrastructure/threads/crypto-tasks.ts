import { randomBytes, type KeyObject } from 'node:crypto';
import { keyInUse, secretFrom } from '../keys/active-key.js';
import { BadWrap, unwrapKey, wrapKey } from '../keys/key-wrap.js';
import { BadBody, sealAgainst, unsealAgainst } from '../eventstore/sealed-body.js';
import type { LeavesTask } from '../seal/heads/last-heads.js';
import type { PageTask } from '../seal/heads/map-page.js';
import { pack, unpack, type Packed } from './packed.js';

/** Keys lie in memory that threads share: what is handed over is a handle, never the bytes. `keyOf` says which key belongs to which item. */
export interface KeyedTask {
  readonly keys: readonly KeyObject[];
  readonly keyOf: Uint32Array;
  readonly headers: Packed;
}
/** Plaintexts to be sealed, or sealed bodies to be opened. */
export interface SealTask extends KeyedTask {
  readonly kind: 'seal';
  readonly plaintexts: Packed;
}
export interface UnsealTask extends KeyedTask {
  readonly kind: 'unseal';
  readonly bodies: Packed;
}
/** So many new keys, wrapped by the key of the epoch. */
export interface FreshTask {
  readonly kind: 'fresh';
  readonly count: number;
  readonly kek: KeyObject;
}
/** Wrapped keys to be made ready for use. */
export interface UnwrapTask {
  readonly kind: 'unwrap';
  readonly keks: readonly KeyObject[];
  readonly kekOf: Uint32Array;
  readonly wrapped: Packed;
}
export type CryptoTask = SealTask | UnsealTask | FreshTask | UnwrapTask | LeavesTask | PageTask;

/** `refusals`: why single bodies were refused; those have no bytes. */
export interface Unsealing {
  readonly plaintexts: Packed;
  readonly refusals: ReadonlyMap<number, string>;
}
export interface FreshKeys {
  readonly secrets: readonly KeyObject[];
  readonly wrapped: Packed;
}

const NOTHING = new Uint8Array(0);

export function sealAll({ keys, keyOf, headers, plaintexts }: SealTask): Packed {
  const active = keys.map((secret) => keyInUse('', secret));
  const all = unpack(plaintexts);
  const bodies = unpack(headers).map((header, n) => sealAgainst(at(active, at(keyOf, n)), header, at(all, n)));
  plaintexts.bytes.fill(0);
  return pack(bodies);
}

export function unsealAll({ keys, keyOf, headers, bodies }: UnsealTask): Unsealing {
  const active = keys.map((secret) => keyInUse('', secret));
  const all = unpack(bodies);
  const refusals = new Map<number, string>();
  const plaintexts = unpack(headers).map((header, n) => {
    try {
      return unsealAgainst(at(active, at(keyOf, n)), header, at(all, n));
    } catch (error) {
      if (!(error instanceof BadBody)) throw error;
      refusals.set(n, error.message);
      return NOTHING;
    }
  });
  const packed = pack(plaintexts);
  for (const plaintext of plaintexts) plaintext.fill(0);
  return { plaintexts: packed, refusals };
}

export function makeKeys({ count, kek }: FreshTask): FreshKeys {
  const secrets: KeyObject[] = [];
  const wrapped = Array.from({ length: count }, () => {
    const bytes = randomBytes(SIZE);
    const made = wrapKey(kek, bytes);
    secrets.push(secretFrom(bytes));
    return made;
  });
  return { secrets, wrapped: pack(wrapped) };
}

/** In the order given; null for one that does not open: the others are no worse for it. */
export function unwrapAll({ keks, kekOf, wrapped }: UnwrapTask): readonly (KeyObject | null)[] {
  return unpack(wrapped).map((one, n) => {
    try {
      return secretFrom(unwrapKey(at(keks, at(kekOf, n)), one));
    } catch (error) {
      if (!(error instanceof BadWrap)) throw error;
      return null;
    }
  });
}

const SIZE = 32;

function at<T>(list: ArrayLike<T>, n: number): T {
  const found = list[n];
  if (found === undefined) throw new RangeError('the lists of a task do not fit together');
  return found;
}
