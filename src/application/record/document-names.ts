import type { StreamName } from '../../domain/shared/fact.js';
import type { Secrets } from '../shared/ports.js';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A UUID of version 8 (RFC 9562 section 5.8) from the first 16 bytes of a base64url digest. */
export const uuidOf = (digest: string): string => {
  const bytes = Uint8Array.from(atob(digest.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0)).subarray(0, 16);
  const versioned = bytes.map((byte, at) => (at === 6 ? (byte & 0x0f) | 0x80 : at === 8 ? (byte & 0x3f) | 0x80 : byte));
  return hex(versioned).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** The id of a document: the same uniqueId of the same side in the same space is the same document, and its id tells nobody which uniqueId it was. */
export const documentIdOf = (secrets: Secrets, space: string, side: string, uniqueId: string): string =>
  uuidOf(secrets.digest('document', space, side, uniqueId));

/** The uniqueId of a document whose depositor gave none: the same message again is the same document. */
export const ownUniqueId = (secrets: Secrets, space: string, messageId: string): string =>
  `urn:uuid:${uuidOf(secrets.digest('document', space, 'unique', messageId))}`;

/** The submission set of what one message brought. */
export const submissionOf = (secrets: Secrets, space: string, messageId: string): string =>
  uuidOf(secrets.digest('document', space, 'submission', messageId));

/** The veil under which a document lies that is hidden from its first version on. */
export const veilOf = (secrets: Secrets, space: string, document: string): StreamName => `veil-${secrets.digest('veil', space, document)}`;
