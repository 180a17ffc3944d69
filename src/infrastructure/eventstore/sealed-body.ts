import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ActiveKey } from '../../application/shared/key-vault.js';

/** Why a body was refused, without showing it. */
export class BadBody extends Error {}

/** First byte of a body. */
export const CLEAR = 0x00;
const SEALED = 0x01;

const IV = 12;
const TAG = 16;
/** AES-GCM alone does not commit to a key: a ciphertext can be made that opens under two. 32 bytes that must come out as zero close that. */
const COMMITMENT = Buffer.alloc(32);
/** Lengths betray contents less when they come in steps. */
const STEP = 128;
const SHORTEST = 1 + IV + COMMITMENT.length + STEP + TAG;
const SPACE = 0x20;
const USE = Buffer.from('mes-event-v1\0', 'latin1');
const options = { authTagLength: TAG } as const;

/** The key of one event: disclosing one event is disclosing this, and nothing more. */
export const eventKey = (key: Pick<ActiveKey, 'derive'>, header: Uint8Array): Uint8Array => key.derive(Buffer.concat([USE, header]));

const pad = (plaintext: Uint8Array): Buffer => {
  const padded = Buffer.alloc(Math.ceil(plaintext.length / STEP) * STEP, SPACE);
  padded.set(plaintext);
  return padded;
};

/** 01 ‖ iv ‖ AES-256-GCM(Ke, iv, 32 zero bytes ‖ padded plaintext, AAD = header) ‖ tag. The iv is random but where a test fixes it. */
export const seal = (plaintext: Uint8Array, header: Uint8Array, ke: Uint8Array, iv: Uint8Array = randomBytes(IV)): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', ke, iv, options).setAAD(header);
  const ciphertext = [cipher.update(COMMITMENT), cipher.update(pad(plaintext)), cipher.final()];
  return Buffer.concat([Buffer.of(SEALED), iv, ...ciphertext, cipher.getAuthTag()]);
};

const decrypt = (body: Uint8Array, header: Uint8Array, ke: Uint8Array): Buffer => {
  // authTagLength is said every time: without it Node 20 accepts a tag of four bytes, forged in 2^32 attempts.
  const decipher = createDecipheriv('aes-256-gcm', ke, body.subarray(1, 1 + IV), options).setAAD(header);
  decipher.setAuthTag(body.subarray(body.length - TAG));
  const opened = decipher.update(body.subarray(1 + IV, body.length - TAG));
  try {
    // The mode has no blocks to fill: the end brings no bytes, only the verdict on the tag.
    decipher.final();
    return opened;
  } catch {
    throw new BadBody('the body was altered, or belongs to another event or key');
  }
};

/** The padded plaintext of a sealed body. Throws BadBody on anything but the exact bytes that were sealed with this key for this header. */
export const unseal = (body: Uint8Array, header: Uint8Array, ke: Uint8Array): Buffer => {
  if (body[0] !== SEALED || body.length < SHORTEST || (body.length - SHORTEST) % STEP !== 0)
    throw new BadBody('the body is not of the sealed form');
  const opened = decrypt(body, header, ke);
  if (!opened.subarray(0, COMMITMENT.length).equals(COMMITMENT)) throw new BadBody('the body does not commit to this key');
  return opened.subarray(COMMITMENT.length);
};

/** A body that was opened again before it is given away. */
export const sealAgainst = (key: Pick<ActiveKey, 'derive'>, header: Uint8Array, plaintext: Uint8Array, iv?: Uint8Array): Buffer => {
  const ke = eventKey(key, header);
  const body = seal(plaintext, header, ke, iv);
  if (!unseal(body, header, ke).subarray(0, plaintext.length).equals(plaintext))
    throw new Error('an event did not come back from its own bytes');
  return body;
};

/** The padded plaintext of a body that was sealed under this key for this header. Throws BadBody. */
export const unsealAgainst = (key: Pick<ActiveKey, 'derive'>, header: Uint8Array, body: Uint8Array): Buffer =>
  unseal(body, header, eventKey(key, header));
