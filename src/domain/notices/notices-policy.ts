/** What the law leaves open, named; a change takes effect for new facts only. */
export const noticesPolicy = {
  /** Accesses of one professional that begin within this time of the last one that was told are told by it, milliseconds (domain reference U13). */
  grouping: 30 * 60_000,
  /** Notices that can be marked as read in one go. */
  readAtOnce: 100,
} as const;
