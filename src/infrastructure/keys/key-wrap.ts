import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

/** AES Key Wrap (RFC 3394): deterministic, 8 bytes longer than the key, refuses anything it did not wrap. */
const ALGORITHM = 'id-aes256-wrap';
const INTEGRITY_CHECK = Buffer.from('A6A6A6A6A6A6A6A6', 'hex');

/** Why a wrapped key did not open. */
export class BadWrap extends Error {}

/** 32 bytes of key to 40 wrapped bytes. */
export const wrapKey = (kek: KeyObject, bytes: Uint8Array): Buffer => {
  const cipher = createCipheriv(ALGORITHM, kek, INTEGRITY_CHECK);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
};

/** 40 wrapped bytes back to the key; the caller wipes them. Throws BadWrap when they were not wrapped by this key. */
export const unwrapKey = (kek: KeyObject, wrapped: Uint8Array): Buffer => {
  const decipher = createDecipheriv(ALGORITHM, kek, INTEGRITY_CHECK);
  try {
    const bytes = decipher.update(wrapped);
    decipher.final();
    return bytes;
  } catch {
    throw new BadWrap('a wrapped key does not open');
  }
};
