import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { DocumentUnreadable } from '../../application/record/blob-store.js';

/*
 * C2SP chunked-encryption, instance Cobblestone-256 (https://c2sp.org/chunked-encryption), in short:
 *
 *   message    = salt (24) ‖ commitment (32) ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk
 *   chunk k    = AES-256-GCM(key, base nonce XOR k, plaintext k, no AAD) ‖ tag (16)
 *   plaintext  = pieces of 16,384 bytes, the last always shorter, perhaps empty: a message that ends in a full chunk was cut
 *   key (32) ‖ base nonce (12) ‖ commitment (32)
 *              = HKDF-Expand-SHA-512(input key, "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM" ‖ 00 ‖ salt ‖ context, 76)
 *
 * Byte i of the plaintext is byte i mod 16,384 of chunk ⌊i / 16,384⌋, and chunk k lies at 56 + k × 16,400: any range can be read without the rest.
 * The commitment is checked before anything is decrypted: one message cannot open under two keys.
 */

export const SALT_BYTES = 24;
const COMMITMENT_BYTES = 32;
export const HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES;
export const CHUNK_BYTES = 16_384;
const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const PREFIX = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'latin1');
/** The counter has 38 bits; what it would say beyond belongs to the random part of the nonce. */
const MOST_CHUNKS = 2 ** 38;

/** Which bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Number of the last chunk of a plaintext of this size. */
export const lastChunkOf = (plainSize: number): number => Math.floor(plainSize / CHUNK_BYTES);
/** Bytes that the plaintext of this size takes once it is encrypted. */
export const sealedSize = (plainSize: number): number => HEADER_BYTES + plainSize + TAG_BYTES * (lastChunkOf(plainSize) + 1);
/** Where chunk `index` begins. */
export const sealedOffset = (index: number): number => HEADER_BYTES + index * SEALED_CHUNK_BYTES;
/** Bytes of chunk `index` with its tag, in a plaintext of this size. */
export const sealedChunkSize = (index: number, plainSize: number): number =>
  index === lastChunkOf(plainSize) ? (plainSize % CHUNK_BYTES) + TAG_BYTES : SEALED_CHUNK_BYTES;

/** Two blocks of HKDF-Expand (RFC 5869, section 2.3) are 128 bytes; 76 are wanted. */
function expanded(inputKey: Uint8Array, info: Buffer): Buffer {
  const first = createHmac('sha512', inputKey).update(info).update(Buffer.of(1)).digest();
  const second = createHmac('sha512', inputKey).update(first).update(info).update(Buffer.of(2)).digest();
  return Buffer.concat([first, second]);
}

/** What one message is encrypted under: derived from an input key, a salt that is never used twice, and what the message belongs to. */
export class MessageKey {
  readonly #key: Buffer;
  readonly #baseNonce: Buffer;
  readonly #salt: Buffer;
  readonly #commitment: Buffer;

  constructor(inputKey: Uint8Array, salt: Uint8Array, context: Uint8Array) {
    if (inputKey.length !== KEY_BYTES) throw new RangeError(`an input key has ${KEY_BYTES} bytes`);
    if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
    const bytes = expanded(inputKey, Buffer.concat([PREFIX, salt, context]));
    this.#salt = Buffer.from(salt);
    this.#key = bytes.subarray(0, KEY_BYTES);
    this.#baseNonce = bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
    this.#commitment = bytes.subarray(KEY_BYTES + NONCE_BYTES, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES);
  }

  /** The key of the message that begins with this header. Throws DocumentUnreadable when it was written under another key, or for another document. */
  static ofHeader(inputKey: Uint8Array, header: Uint8Array, context: Uint8Array): MessageKey {
    if (header.length !== HEADER_BYTES) throw new DocumentUnreadable('the object is shorter than its header');
    const key = new MessageKey(inputKey, header.subarray(0, SALT_BYTES), context);
    if (!timingSafeEqual(header.subarray(SALT_BYTES), key.#commitment)) {
      throw new DocumentUnreadable('the object was encrypted under another key, or for another document or version');
    }
    return key;
  }

  /** The first 56 bytes of the message. */
  header(): Buffer {
    return Buffer.concat([this.#salt, this.#commitment]);
  }

  seal(index: number, plain: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.nonce(index), { authTagLength: TAG_BYTES });
    const sealed = cipher.update(plain);
    return Buffer.concat([sealed, cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws DocumentUnreadable unless these are the bytes of this chunk. */
  open(index: number, sealed: Uint8Array): Buffer {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.nonce(index), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch (cause) {
      throw new DocumentUnreadable('a chunk of the object is not what was written', { cause });
    }
    return plain;
  }

  private nonce(index: number): Buffer {
    if (index >= MOST_CHUNKS) throw new RangeError('a message has at most 2^38 chunks');
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.writeUIntBE(index, NONCE_BYTES - 6, 6);
    for (const [at, byte] of this.#baseNonce.entries()) nonce.writeUInt8(nonce.readUInt8(at) ^ byte, at);
    return nonce;
  }
}
