import type { Decider, Event, Intent } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { refusalOfPhoneChecks, type PhoneCheck } from './provisional-code.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `audit-<yyyymm>-returns`: files name again who had a space destroyed. `person` is a keyed digest, and all that is written of him. */
export type SuppressionEvent = Event<'SuppressionLifted', 1, { person: string; checked: readonly PhoneCheck[] }>;
/** `suppressed`: whether files skip him at this moment, as the registry says. */
export type SuppressionCommand = Intent<'LiftSuppression', { person: string; checked: readonly PhoneCheck[]; suppressed: boolean }>;

/** Whom files skip stands in the registry; the stream only remembers who lifted it. */
export type Returns = 'IN_THE_REGISTRY';

/** Somebody whose space was destroyed wishes to be able to have one again (T13): said by phone, for he has no account here any more. */
export const suppression: Decider<SuppressionCommand, Returns, SuppressionEvent> = {
  category: 'audit',
  initial: 'IN_THE_REGISTRY',

  decide: {
    LiftSuppression: ({ person, checked, suppressed, by }) =>
      // Who did not check enough is not told whether somebody had his space destroyed.
      refusalOfPhoneChecks({ kind: 'PHONE', checked }, by) ??
      (suppressed ? [{ type: 'SuppressionLifted', v: 1, person, checked }] : reject('conflict', 'enrolment/not-suppressed')),
  },

  evolve: { SuppressionLifted: (returns) => returns },
};
