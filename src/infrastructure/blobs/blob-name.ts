import { randomUUID } from 'node:crypto';
import { isBlobName, streamIn, type BlobName } from '../../application/record/blob-store.js';
import type { StreamName } from '../../domain/shared/fact.js';

/** A name that nobody has, and that says in which stream the event will lie that names it. Throws RangeError for a stream that names no objects. */
export const newBlobName = (stream: StreamName): BlobName => {
  const name = asBlobName(`${stream}_${randomUUID()}`);
  // The sweep would never take away what it cannot find the stream of.
  if (streamIn(name) !== stream) throw new RangeError('no objects are named in streams of this kind');
  return name;
};

/** Throws RangeError for what is no name: a separator or a dot never reaches a path or an address. */
export const asBlobName = (text: string): BlobName => {
  if (!isBlobName(text)) throw new RangeError('not a name of an object');
  return text;
};
