import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { bytesOf } from './canonical-bytes.js';
import { BadNote, ID_BYTES, isKeyName, keyIdOf, keyText, LOG_KEY, parseKey, PKCS8 } from './note-key.js';

export { BadNote };

// C2SP signed-note: a text, a blank line, and lines of signatures. Ed25519 only.

const SIGNATURE_BYTES = 64;
/** More than the sixteen that a verifier must accept, few enough that a note is read quickly. */
const MOST_SIGNATURES = 64;
// eslint-disable-next-line no-control-regex -- these are the characters that the format forbids
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

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

const named = (name: string): string => {
  if (!isKeyName(name)) throw new BadNote('a key has a name without blanks and plus signs');
  return name;
};

/** Throws BadNote on a name that no key may have. `seed`: the 32 bytes of the secret key (RFC 8032). */
export function signerOf(name: string, seed: Uint8Array): Signer {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const key = createPublicKey(secret);
  return { name: named(name), id: keyIdOf(name, LOG_KEY, key), key, secret };
}

/** `name+id+key`, as it is handed to whoever verifies. */
export const verifierKey = (verifier: Verifier): string => keyText(verifier, LOG_KEY);

/** Reads such a text. Throws BadNote when it is none, is of another algorithm, or its id is not that of its key. */
export const parseVerifierKey = (text: string): Verifier => parseKey(text, LOG_KEY);

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

/** A line of signature, not checked yet. */
export interface Signature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Buffer;
}

/** Reads a line without its line feed. Throws BadNote. */
export function signatureIn(line: string): Signature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = bytesOf(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length <= ID_BYTES) throw new BadNote('a line of signature is not of its form');
  return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), bytes: bytes.subarray(ID_BYTES) };
}

/** Text and signatures of a note, none of them checked. Throws BadNote when it is none. */
export function partsOf(note: string): { readonly text: string; readonly signatures: readonly Signature[] } {
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
  const { text, signatures } = partsOf(note);
  const by = signatures.flatMap((signature) => {
    const verifier = verifiers.find(({ name, id }) => name === signature.name && id === signature.id);
    if (verifier === undefined) return [];
    if (!holds(text, verifier, signature)) throw new BadNote('a signature of the note does not hold');
    return [verifier];
  });
  if (by.length === 0) throw new BadNote('nobody who is known signed the note');
  return { text, by };
}
