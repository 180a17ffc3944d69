import { createHash, hash } from 'node:crypto';
import type { EventBytes } from '../../application/shared/event-store.js';

/** SHA-256 of a body, base64url without padding: member `c` of the leaf. */
export const bodyDigest = (body: Uint8Array): string => hash('sha256', body, 'base64url');

/**
 * The hash of an event in the sealed log: SHA-256(00 ‖ JCS({"c": digest of the body, "h": header})), the leaf hash of RFC 6962 section 2.1.
 * The header must be canonical (parseHeader refuses any other): only then are its bytes the JCS of the object.
 */
export const leafHash = ({ header, body }: EventBytes): Uint8Array =>
  createHash('sha256')
    .update(`\0{"c":"${bodyDigest(body)}","h":`)
    .update(header)
    .update('}')
    .digest();
