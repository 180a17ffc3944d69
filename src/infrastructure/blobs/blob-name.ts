import { randomBytes } from 'node:crypto';
import { isBlobName, type BlobName } from '../../application/record/blob-store.js';

/** A name that nobody has or guesses: 192 random bits, 32 characters. */
export const newBlobName = (): BlobName => asBlobName(randomBytes(24).toString('base64url'));

/** Throws RangeError for what is no name: a separator or a dot never reaches a path or an address. */
export const asBlobName = (text: string): BlobName => {
  if (!isBlobName(text)) throw new RangeError('not a name of an object');
  return text;
};
