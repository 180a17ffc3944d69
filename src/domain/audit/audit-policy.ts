const HOUR = 3_600_000;

/** Numbers of exports that may change. */
export const auditPolicy = {
  /** Different people who approve, whatever the mode. */
  exportApprovals: 2,
  /** How long they have, milliseconds. */
  exportApprovalTime: 24 * HOUR,
  /** Attempts of processes that died; after that nobody goes on trying. */
  exportAttempts: 50,
} as const;
