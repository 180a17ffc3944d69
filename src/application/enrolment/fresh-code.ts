import type { FreshCode } from '../../domain/enrolment/provisional-code.js';
import type { Secrets } from '../shared/ports.js';

/** 30 symbols, none of which is mistaken for another: no 0 O 1 I L U. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Any case, separators ignored: what is digested is what was printed. */
export const normaliseCode = (typed: string): string => typed.toUpperCase().replace(/[^0-9A-Z]/g, '');

/** A code for this space and this message: the same message again gives the same code, so that a retry sends nothing twice. */
export const freshCode = (secrets: Secrets, spaceId: string, messageId: string): FreshCode => {
  const seed = secrets.digest('command', 'provisional-code', spaceId, messageId);
  return { seed, codeDigest: secrets.digest('code', secrets.provisionalCode(spaceId, seed)) };
};
