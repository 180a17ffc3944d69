import type { Period } from '../shared/time.js';

/** Delays of the law, named. A change takes effect for new facts only: each deadline lies computed in its fact. */
export const registersPolicy = {
  /** A request is answered within a month of its receipt (GDPR art. 12(3)). */
  answer: { months: 1 } satisfies Period,
  /** Where it is complex the delay may be extended by two months, said within the first one (GDPR art. 12(3)). */
  extension: { months: 2 } satisfies Period,
  /** The authority is told of a breach within this many milliseconds of becoming aware of it: 72 hours (GDPR art. 33(1)). */
  breachNotice: 72 * 3_600_000,
  /** The right of an account to be there is looked at again within a year (domain reference 8.4). */
  accountReview: { years: 1 } satisfies Period,
} as const;
