import type { Period } from '../shared/time.js';

/** Every number and choice about documents that the law leaves open or may change, named (domain reference 2 and 12). */
export const recordPolicy = {
  /** CSP R.1111-53: the holder is told that something waits for him, counted in Paris days from the deposit. */
  announcementReminder: { weeks: 2 } satisfies Period,
  /** CSP R.1111-53: what was hidden from the holder is his to see, announced or not. */
  announcementLimit: { months: 1 } satisfies Period,
  majority: { years: 18 } satisfies Period,
  /** A mask by default would hide from everybody what the holder does not see yet, and nobody could announce it: it waits (domain reference 2.7). */
  defaultMaskWhileHidden: false,
  /** Documents of one deletion (official application). */
  deletedAtOnce: 10,
  /** How long a deposit that the gate let in may take to lie in the log, at most, milliseconds. */
  lookedAgain: 60_000,
  /** Characters; IHE ITI TF-3 4.2.3.2.26. */
  titleLength: 128,
  /** How far the clock of a depositor may be ahead of ours, milliseconds. */
  clockTolerance: 120_000,
} as const;

/** Advance directives: a new text takes the place of the former one (CSP L.1111-11). */
export const DIRECTIVES = 'EXPPAT_3';
/** Type of facility and practice setting of all that the holder's side says itself (JDV_J02, JDV_J04). */
export const EXPRESSION = 'EXP_PATIENT';
