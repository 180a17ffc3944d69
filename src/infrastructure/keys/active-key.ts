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
}

/** A key ready for use from its 32 bytes; the given buffer is wiped. */
export const activeKey = (id: string, bytes: Buffer): ActiveKey => {
  const secret = createSecretKey(bytes);
  bytes.fill(0);
  return new KeyInUse(id, secret);
};
