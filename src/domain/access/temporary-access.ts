import { nothing, type Decision } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { accessPolicy } from './access-policy.js';
import type { AccessRule, LiveCode } from './access-state.js';
import type { AccessEvent } from './access-vocabulary.js';
import { answers } from './answers.js';
import { isOccupational } from './consents.js';
import { minutesAfter } from './consent-rules.js';

/** A code of the holder's own, specific to this one access (CSP R.1111-32); it takes the place of one that was not used. */
export const grantTemporaryAccess: AccessRule<'GrantTemporaryAccess'> = ({ access, codeDigest, minutes, at }, { code }) => {
  if (code?.access === access) return nothing;
  const sound = Number.isInteger(minutes) && minutes >= 1 && minutes <= accessPolicy.longestTemporaryAccessMinutes;
  if (!sound) return reject('invalid', 'access/duration-out-of-range');
  const usableUntil = minutesAfter(at, accessPolicy.temporaryCodeMinutes);
  return [{ type: 'TemporaryAccessGranted', v: 1, access, codeDigest, usableUntil, minutes }];
};

/** Said once, by one professional; guessing is remembered and soon kills the code. */
export const useTemporaryAccess: AccessRule<'UseTemporaryAccess'> = ({ codeDigest, at, by }, { code }) => {
  if (by.role !== 'professional') return answers['not-allowed'];
  if (isOccupational(by.professional)) return answers['express-consent-needed'];
  if (code?.digest !== codeDigest) return wrong(code, at);
  const { id } = by.professional;
  if (code.usedBy !== null) return code.usedBy === id ? nothing : reject('conflict', 'access/code-already-used');
  if (isDead(code)) return reject('locked', 'access/code-locked');
  if (at >= code.usableUntil) return reject('conflict', 'access/code-expired');
  const until = minutesAfter(at, code.minutes);
  return [{ type: 'TemporaryAccessUsed', v: 1, access: code.access, grantee: { kind: 'PROFESSIONAL', id }, until }];
};

const isDead = ({ tries }: LiveCode): boolean => tries >= accessPolicy.temporaryCodeTries;

/** The same answer whether there is a code to guess or not; it counts only against one that could still be guessed. */
function wrong(code: LiveCode | null, at: Instant): Decision<AccessEvent> {
  const guessable = code !== null && code.usedBy === null && !isDead(code) && at < code.usableUntil;
  return guessable
    ? reject<AccessEvent>('forbidden', 'access/code-wrong', { type: 'TemporaryAccessRefused', v: 1, tries: code.tries + 1 })
    : reject('forbidden', 'access/code-wrong');
}
