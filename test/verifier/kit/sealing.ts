import { createCipheriv, createHash, createHmac, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';

// What the packages of these tests are made of, written from the published formats without the code that makes real ones.

export type Json = Record<string, unknown>;

export const jcs = (value: unknown): string => (canonicalize as unknown as (value: unknown) => string)(value);
export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const leafOf = (header: string, digest: string): Buffer => sha256(`\0{"c":"${digest}","h":${header}}`);
export const digestOf = (body: Uint8Array): string => sha256(body).toString('base64url');

/** Event format, section 5; `commitment`: what stands where zeros belong. */
export function sealBody(
  plaintext: string,
  header: string,
  ke: Uint8Array,
  iv: Uint8Array,
  commitment: Uint8Array = Buffer.alloc(32),
): Buffer {
  const text = Buffer.from(plaintext);
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 127, 0x20)]);
  const cipher = createCipheriv('aes-256-gcm', ke, iv, { authTagLength: 16 }).setAAD(Buffer.from(header));
  return Buffer.concat([Buffer.of(1), iv, cipher.update(commitment), cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

export const eventKeyOf = (key: Uint8Array, header: string): Buffer => createHmac('sha256', key).update(`mes-event-v1\0${header}`).digest();

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const LOG = 0x01;
const WITNESS = 0x04;

/** Whoever signs notes: a log (type 1) or a witness (type 4). */
export interface NoteSigner {
  readonly name: string;
  readonly vkey: string;
  readonly id: Buffer;
  readonly secret: KeyObject;
}

function signerOf(name: string, seed: number, type: number): NoteSigner {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.of(type), raw]);
  const id = sha256(`${name}\n`, typed).subarray(0, 4);
  return { name, vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`, id, secret };
}
export const logKey = (name: string, seed: number): NoteSigner => signerOf(name, seed, LOG);
export const witnessKey = (name: string, seed: number): NoteSigner => signerOf(name, seed, WITNESS);

const line = ({ name, id }: NoteSigner, blob: Buffer): string => `— ${name} ${Buffer.concat([id, blob]).toString('base64')}\n`;

/** A line of signature under a text of a note. */
export const signature = (signer: NoteSigner, text: string): string => line(signer, sign(null, Buffer.from(text), signer.secret));

/** A line of cosignature, `time` in seconds (C2SP tlog-cosignature). */
export function cosignature(witness: NoteSigner, text: string, time: bigint): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  return line(witness, Buffer.concat([stamp, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), witness.secret)]));
}

export const checkpointText = (origin: string, size: number, root: Uint8Array): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
