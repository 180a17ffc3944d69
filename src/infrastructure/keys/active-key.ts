import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { ActiveKey } from '../../application/shared/key-vault.js';

/** A key in memory: a KeyObject, so that its bytes are neither printed, nor serialised, nor reachable as a property. */
class KeyInUse implements ActiveKey {
  readonly state = 'active';
  readonly #secret: KeyObject;

  constructor(
    readonly id: string,
    secret: KeyObject,
  ) {
    this.#secret = secret;
  }

  derive(context: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#secret).update(context).digest();
  }

  static secretOf(key: ActiveKey): KeyObject | null {
    return #secret in key ? key.#secret : null;
  }
}

/** A key ready for use. */
export const keyInUse = (id: string, secret: KeyObject): ActiveKey => new KeyInUse(id, secret);

/** What another thread of this process can use the key by: the bytes stay where they are. Null for a key that was not made here. */
export const secretOf = (key: ActiveKey): KeyObject | null => KeyInUse.secretOf(key);

/** The 32 bytes as a handle that cannot be printed; the given buffer is wiped. */
export const secretFrom = (bytes: Buffer): KeyObject => {
  const secret = createSecretKey(bytes);
  bytes.fill(0);
  return secret;
};

/** A key ready for use from its 32 bytes; the given buffer is wiped. */
export const activeKey = (id: string, bytes: Buffer): ActiveKey => keyInUse(id, secretFrom(bytes));
