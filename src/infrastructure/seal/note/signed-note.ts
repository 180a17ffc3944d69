import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { bytesOf } from './canonical-bytes.js';

// C2SP signed-note: a text, a blank line, and lines of signatures. Ed25519 only.

const ED25519 = Buffer.of(0x01);
const ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** More than the sixteen that a verifier must accept, few enough that a note is read quickly. */
const MOST_SIGNATURES = 64;
/** DER in front of the 32 bytes of a key: SubjectPublicKeyInfo and PKCS #8 of Ed25519 (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const NAME = /^[^\s+\p{White_Space}]+$/u;
// eslint-disable-next-line no-control-regex -- these are the characters that the format forbids
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** A note that cannot be trusted: of another form, or without a signature by a key that was given. */
export class BadNote extends Error {}

/** Somebody whose signature counts. */
export interface Verifier {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0A ‖ 01 ‖ key), in hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}
/** Somebody who signs. */
export interface Signer extends Verifier {
  readonly secret: KeyObject;
}

const rawOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
const idOf = (name: string, raw: Uint8Array): string =>
  createHash('sha256').update(`${name}\n`).update(ED25519).update(raw).digest().subarray(0, ID_BYTES).toString('hex');

const named = (name: string): string => {
  if (!NAME.test(name)) throw new BadNote('a key has a name without blanks and plus signs');
  return name;
};

/** Throws BadNote on a name that no key may have. `seed`: the 32 bytes of the secret key (RFC 8032). */
export function signerOf(name: string, seed: Uint8Array): Signer {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const key = createPublicKey(secret);
  return { name: named(name), id: idOf(name, rawOf(key)), key, secret };
}

/** `name+id+key`, as it is handed to whoever verifies. */
export const verifierKey = ({ name, id, key }: Verifier): string =>
  `${name}+${id}+${Buffer.concat([ED25519, rawOf(key)]).toString('base64')}`;

/** Reads such a text. Throws BadNote when it is none, is of another algorithm, or its id is not that of its key. */
export function parseVerifierKey(text: string): Verifier {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = bytesOf(encoded);
  if (bytes?.length !== 1 + PUBLIC_KEY_BYTES || !bytes.subarray(0, 1).equals(ED25519)) throw new BadNote('this is no Ed25519 verifier key');
  const raw = bytes.subarray(1);
  if (idOf(named(name), raw) !== id) throw new BadNote('the id of the verifier key is not that of its key');
  return { name, id, key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }) };
}

const checked = (text: string): string => {
  if (!text.endsWith('\n') || CONTROL.test(text))
    throw new BadNote('the text of a note ends with a line feed and holds no other control character');
  return text;
};

const signatureBy = ({ name, id, secret }: Signer, text: string): string =>
  `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), secret)]).toString('base64')}\n`;

/** The note: text and signatures. Throws BadNote on a text that cannot be signed. */
export const signNote = (text: string, signers: readonly Signer[]): string =>
  `${checked(text)}\n${signers.map((signer) => signatureBy(signer, text)).join('')}`;

interface Signature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Buffer;
}

function signatureIn(line: string): Signature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = bytesOf(encoded);
  if (!NAME.test(name) || bytes === null || bytes.length <= ID_BYTES) throw new BadNote('a line of signature is not of its form');
  return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), bytes: bytes.subarray(ID_BYTES) };
}

function parts(note: string): { readonly text: string; readonly signatures: readonly Signature[] } {
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) throw new BadNote('this is no signed note');
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new BadNote('the note has too many signatures');
  return { text: checked(note.slice(0, blank + 1)), signatures: lines.map(signatureIn) };
}

const holds = (text: string, { key }: Verifier, { bytes }: Signature): boolean =>
  bytes.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), key, bytes);

/**
 * The text of a note, and those of the verifiers who signed it. Signatures by others are passed over; one in the name and id of a verifier that
 * does not hold refuses the note, and so does a note that none of them signed: BadNote.
 */
export function openNote(note: string, verifiers: readonly Verifier[]): { readonly text: string; readonly by: readonly Verifier[] } {
  const { text, signatures } = parts(note);
  const by = signatures.flatMap((signature) => {
    const verifier = verifiers.find(({ name, id }) => name === signature.name && id === signature.id);
    if (verifier === undefined) return [];
    if (!holds(text, verifier, signature)) throw new BadNote('a signature of the note does not hold');
    return [verifier];
  });
  if (by.length === 0) throw new BadNote('nobody who is known signed the note');
  return { text, by };
}
