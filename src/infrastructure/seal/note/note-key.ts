import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { bytesOf } from './canonical-bytes.js';

// Keys of C2SP signed-note, Ed25519 only: a name, what it signs, 32 bytes.

/** Signs notes: heads of a log. */
export const LOG_KEY = 0x01;
/** Cosigns checkpoints with a time (C2SP tlog-cosignature): a witness. */
export const WITNESS_KEY = 0x04;
export type KeyType = typeof LOG_KEY | typeof WITNESS_KEY;

export const ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
/** DER in front of the 32 bytes of a key: SubjectPublicKeyInfo and PKCS #8 of Ed25519 (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
export const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const NAME = /^[^\s+\p{White_Space}]+$/u;

/** A note that cannot be trusted: of another form, or without a signature by a key that was given. */
export class BadNote extends Error {}

/** A public key as notes name it. */
export interface NoteKey {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0A ‖ type ‖ key), in hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}

export const isKeyName = (name: string): boolean => NAME.test(name);

const rawOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
const idOf = (name: string, type: KeyType, raw: Uint8Array): string =>
  createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(raw).digest().subarray(0, ID_BYTES).toString('hex');

export const keyIdOf = (name: string, type: KeyType, key: KeyObject): string => idOf(name, type, rawOf(key));

/** `name+id+key`: a vkey. */
export const keyText = ({ name, id, key }: NoteKey, type: KeyType): string =>
  `${name}+${id}+${Buffer.concat([Buffer.of(type), rawOf(key)]).toString('base64')}`;

/** Reads such a text. Throws BadNote when it is none, signs something else, or its id is not that of its key. */
export function parseKey(text: string, type: KeyType): NoteKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = bytesOf(encoded);
  if (bytes?.length !== 1 + PUBLIC_KEY_BYTES || bytes[0] !== type) throw new BadNote('this is no Ed25519 verifier key of that kind');
  const raw = bytes.subarray(1);
  if (!isKeyName(name)) throw new BadNote('a key has a name without blanks and plus signs');
  if (idOf(name, type, raw) !== id) throw new BadNote('the id of the verifier key is not that of its key');
  return { name, id, key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }) };
}
