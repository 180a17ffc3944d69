const HOUR_MS = 3_600_000;

/** What the law leaves open, named; a change takes effect for new facts only. */
export const reviewPolicy = {
  /** Every break-glass access is reviewed within this time, milliseconds. */
  breakGlass: 72 * HOUR_MS,
  /** Longest text of a comment or a reason, characters. */
  longestText: 2_000,
} as const;
