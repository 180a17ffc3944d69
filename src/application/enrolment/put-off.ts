import { policy } from '../../domain/enrolment/policy.js';
import { epochOf, type Instant } from '../../domain/shared/time.js';
import { RefusedForNow } from '../shared/ports.js';

/**
 * Whether a message of a fact of `at` is put off for so long that it will not arrive: whoever waits behind it would never be told of anything else. A server
 * that takes nothing from anybody says nothing of this address.
 */
export const isPutOffTooLong = (error: unknown, at: Instant, now: Instant): boolean =>
  error instanceof RefusedForNow && error.takesOthers && epochOf(now) - epochOf(at) > policy.mailPatience;
