import { createHmac, type KeyObject } from 'node:crypto';
import type { Epoch, SecretFile } from '../keys/secret-file.js';

/** HMAC-SHA-256 of an INS under every epoch of a pepper, the newest first. */
export type Digests = readonly [PepperDigest, ...PepperDigest[]];
export interface PepperDigest {
  readonly epoch: number;
  readonly digest: Buffer;
}

const digest = (pepper: KeyObject, ins: string): Buffer => createHmac('sha256', pepper).update(ins, 'utf8').digest();

const under = ([newest, ...older]: readonly [Epoch, ...Epoch[]], ins: string): Digests => {
  const one = ({ epoch, secret }: Epoch): PepperDigest => ({ epoch, digest: digest(secret, ins) });
  return [one(newest), ...older.map(one)];
};

/** The INS space is small and regular: without the pepper every digest would be undone in minutes. Two peppers, so that the two tables share no value. */
export class Peppers {
  constructor(private readonly file: SecretFile) {}

  /** For rows of persons. */
  identity(ins: string): Digests {
    return under(this.file.all('identity'), ins);
  }

  /** For suppression entries. */
  suppression(ins: string): Digests {
    return under(this.file.all('suppression'), ins);
  }
}

/** A digest as a key of a map. */
export const named = (bytes: Buffer): string => bytes.toString('base64');
