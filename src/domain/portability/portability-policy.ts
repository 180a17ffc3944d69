import type { Period } from '../shared/time.js';

/** Numbers about copies that the law leaves open (GDPR article 20; CSP R.1111-35). */
export const portabilityPolicy = {
  /** How long a copy that is ready can be fetched, in Paris days after the one on which it was ready. */
  readyFor: { days: 7 } satisfies Period,
  /** Copies of one account in one space that lie ready at the same time: each takes as much room as the documents. */
  readyAtOnce: 3,
} as const;
