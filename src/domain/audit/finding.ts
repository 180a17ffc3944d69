import type { AlertRule, AlertThresholds } from './alert-rules.js';
import type { Look } from './look.js';

/** What a rule found: how much there was, and how much there may be at most. */
export interface Finding {
  readonly measured: number;
  readonly most: number;
  /** The accesses it rests on. */
  readonly looks: readonly Look[];
  /** It speaks of the person whom the latest access was about, and of no other. */
  readonly ofPerson: boolean;
}
/** One rule: what it says of the latest access, given what the same actor did before it within a day. Null: nothing. Pure, no clock. */
export type Detect<R extends AlertRule = AlertRule> = (
  latest: Look,
  before: readonly Look[],
  thresholds: AlertThresholds[R],
) => Finding | null;
