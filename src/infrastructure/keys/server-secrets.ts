import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { CODE_ALPHABET } from '../../application/enrolment/fresh-code.js';
import { Secrets } from '../../application/shared/ports.js';
import type { SecretFile } from './secret-file.js';

const CODE_LENGTH = 10;
const BASE = BigInt(CODE_ALPHABET.length);
const CODES = BASE ** BigInt(CODE_LENGTH);

const IV = 12;
const TAG = 16;
const TOKEN = IV + 8 + TAG;
const options = { authTagLength: TAG } as const;

/** Each use has a key of its own, so that a value made for one says nothing in another. */
const keyOf = (secret: KeyObject, use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `mes-server-v1:${use}`, 32));

/** Every part behind its length: ("ab", "c") and ("a", "bc") are different texts. */
function framed(parts: readonly string[]): Buffer {
  const bytes = Buffer.alloc(parts.reduce((sum, part) => sum + 4 + Buffer.byteLength(part), 0));
  let at = 0;
  for (const part of parts) {
    const length = bytes.write(part, at + 4);
    at = bytes.writeUInt32BE(length, at) + length;
  }
  return bytes;
}

/** Digests, codes and tokens under the server secret. Digests and codes use the newest epoch; tokens of older epochs are still read. */
export class ServerSecrets extends Secrets {
  private readonly keys = new Map<string, Buffer>();
  private readonly tokenKeys: readonly [Buffer, ...Buffer[]];
  private readonly newest: KeyObject;

  constructor(file: SecretFile) {
    super();
    const [newest, ...older] = file.all('server');
    this.newest = newest.secret;
    this.tokenKeys = [keyOf(this.newest, 'position'), ...older.map(({ secret }) => keyOf(secret, 'position'))];
  }

  digest(purpose: Parameters<Secrets['digest']>[0], ...parts: readonly string[]): string {
    return this.hmac(`digest:${purpose}`, parts).toString('base64url');
  }

  provisionalCode(spaceId: string, seed: string): string {
    // 256 bits onto 49: the remainder favours no code by more than one in 2^200.
    let rest = BigInt(`0x${this.hmac('provisional-code', [spaceId, seed]).toString('hex')}`) % CODES;
    let code = '';
    for (let i = 0; i < CODE_LENGTH; i++, rest /= BASE) code += CODE_ALPHABET.charAt(Number(rest % BASE));
    return code;
  }

  positionToken(position: bigint): string {
    const iv = randomBytes(IV);
    const plain = Buffer.alloc(8);
    plain.writeBigUInt64BE(position);
    const cipher = createCipheriv('aes-256-gcm', this.tokenKeys[0], iv, options);
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  positionOf(token: string): bigint | null {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== TOKEN || bytes.toString('base64url') !== token) return null;
    for (const key of this.tokenKeys) {
      const position = openToken(key, bytes);
      if (position !== null) return position;
    }
    return null;
  }

  private hmac(use: string, parts: readonly string[]): Buffer {
    return createHmac('sha256', this.key(use)).update(framed(parts)).digest();
  }

  private key(use: string): Buffer {
    const known = this.keys.get(use);
    if (known) return known;
    const made = keyOf(this.newest, use);
    this.keys.set(use, made);
    return made;
  }
}

/** The position in a token; null when this key did not make it. */
const openToken = (key: Buffer, token: Buffer): bigint | null => {
  const decipher = createDecipheriv('aes-256-gcm', key, token.subarray(0, IV), options).setAuthTag(token.subarray(-TAG));
  const plain = decipher.update(token.subarray(IV, -TAG));
  try {
    decipher.final();
    return plain.readBigUInt64BE();
  } catch {
    return null;
  }
};
