import type { Event } from '../shared/decider.js';

/** Whom or what a question about no space was about, beside its circumstances. */
export interface LookedAt {
  /** `nameOf` somebody whose accesses were asked for. */
  readonly actor?: string;
  /** Id of a case. */
  readonly case?: string;
}
// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `audit-<yyyymm>-looks`: a compliance officer, or an auditor, asked about no space in particular, and why (member `purpose` of the circumstances). Before the answer. */
export type ComplianceLookEvent = Event<
  'ComplianceLooked',
  1,
  LookedAt & { action: string; /** The past moment that was asked for. */ asOf?: string }
>;
