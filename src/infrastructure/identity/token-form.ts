import type { ProtectedHeaderParameters } from 'jose';

/** The only ones we read; never `none`, never a shared secret. */
export const ALGORITHMS = ['ES256', 'RS256'];
/** By how much clocks may differ. */
export const SKEW_SECONDS = 5;
/** The token of a professional who works in many places has some 4,000 characters, any other about 500. */
export const LONGEST_TOKEN = 8_192;

/** Header members through which a token brings or points at its own key: whoever sends one means no good (RFC 8725 §3.10). */
const OWN_KEYS = ['jwk', 'jku', 'x5u', 'x5c'] as const;
export const bringsItsOwnKey = (header: ProtectedHeaderParameters): boolean => OWN_KEYS.some((member) => member in header);
