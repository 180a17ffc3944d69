import type { Period } from '../shared/time.js';

const HOUR = 3_600_000;

/** Numbers of exports that may change. */
export const auditPolicy = {
  /** Different people who approve, whatever the mode. */
  exportApprovals: 2,
  /** How long they have, milliseconds. */
  exportApprovalTime: 24 * HOUR,
  /** How long a package lies ready to be fetched; after that it is removed. */
  exportKept: { days: 30 } satisfies Period,
  /** Attempts of processes that died; after that nobody goes on trying. */
  exportAttempts: 50,
  /** Events that may be chosen one by one: enough for less than 0.1 % at 95 % confidence. */
  mostChosenEvents: 3_000,
} as const;
