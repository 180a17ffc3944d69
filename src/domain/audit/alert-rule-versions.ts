import { nothing, type Decider, type Event, type Intent } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { refusalOfBook, type AlertBook } from './alert-rules.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `alert-rules`: by whom (the actor of the fact) and why thresholds were set; `source`: digest of the file. */
export type AlertRulesEvent = Event<'AlertRulesPublished', 1, AlertBook & { version: number; source: string; reason: string }>;
export type AlertRulesCommand = Intent<'PublishAlertRules', AlertBook & { source: string; reason: string }>;

/** The stream is `alert-rules`. */
export const RULES = 'rules';

/** The last version; null before the first. */
export interface AlertRuleVersions {
  readonly version: number;
  readonly source: string | null;
}

/** Versions of the rules by which accesses raise alerts: each counts for accesses from its publication on, until the next. */
export const alertRuleVersions: Decider<AlertRulesCommand, AlertRuleVersions, AlertRulesEvent> = {
  category: 'alert',
  initial: { version: 0, source: null },
  decide: {
    PublishAlertRules: ({ by, source, reason, reviewHours, watched, thresholds }, last) => {
      // The software itself only wishes that there be a version.
      if (last.version > 0 && (by.role === 'system' || last.source === source)) return nothing;
      if (reason.trim() === '') return reject('invalid', 'audit/reason-needed');
      const refusal = refusalOfBook({ reviewHours, watched, thresholds });
      if (refusal) return refusal;
      return [{ type: 'AlertRulesPublished', v: 1, version: last.version + 1, source, reason, reviewHours, watched, thresholds }];
    },
  },
  evolve: { AlertRulesPublished: (_, { version, source }) => ({ version, source }) },
};
