import type { Period } from '../shared/time.js';

/**
 * Every number and choice that the law leaves open or may change, named. A change here is a decision of the joint
 * controllers: it takes effect for new facts only, because each deadline lies computed in its fact.
 */
export const policy = {
  /** CSP R.1111-28: six weeks from the sending, counted in days; the last one until 23:59:59.999 Paris. */
  opposition: { weeks: 6 } satisfies Period,
  /** The provisional code lives as long as the time to oppose; a renewed one starts anew, the time to oppose does not. */
  provisionalCode: { weeks: 6 } satisfies Period,
  /** Wrong card or birth date this many times kills the code, never the person: a new code can be asked for. */
  codeTries: 5,
  /** Between two requests for a code, milliseconds. */
  codeRenewalDelay: 30_000,
  /** CSP R.1111-36: ten years from the date of closing. */
  archive: { years: 10 } satisfies Period,
  /** An express erasure is executed from the day after this many days; CSP R.1111-36 allows three months. */
  erasure: { days: 30 } satisfies Period,
  /** The law's own limit: what a control measures an erasure by. */
  erasureAtMost: { months: 3 } satisfies Period,
  /** A bounced e-mail did not inform anybody: the letter that follows starts the six weeks again (CSP R.1111-28). */
  bounceRestartsClock: true,
  /** An e-mail that is put off for so long does not arrive: mail servers give up after four to five days (RFC 5321 4.5.4.1); milliseconds. */
  mailPatience: 5 * 24 * 3_600_000,
  /** Closing asks for a proof of identity not older than this, milliseconds. */
  reauthentication: 10 * 60_000,
  /** Versions that must be accepted to use a space; an older acceptance stays on record. */
  terms: { conditions: '2026-01', privacy: '2026-01' },
  /** Version of the wording of the information letter (CSP R.1111-28, R.1111-40). */
  letter: '2026-01',
} as const;

/** What the holder accepts when he activates: conditions of use and data-protection policy, each by version. */
export interface Terms {
  readonly conditions: string;
  readonly privacy: string;
}
