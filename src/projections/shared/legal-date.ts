import { Temporal } from 'temporal-polyfill';
import type { LegalDate } from '../../application/enrolment/space.queries.js';
import { englishDay, frenchDay } from '../../application/shared/paris-words.js';
import { PARIS, type Instant } from '../../domain/shared/time.js';

const iso = (at: Instant): string => Temporal.Instant.from(at).toZonedDateTimeISO(PARIS).toString({ fractionalSecondDigits: 3 });

/** A last day, which still counts: `vendredi 8 janvier 2027 (inclus)`. `last` is the last instant of the deadline. */
export const lastDay = (last: Instant): LegalDate => ({
  fr: `${frenchDay(last)} (inclus)`,
  en: `${englishDay(last)} (included)`,
  iso: iso(last),
});

/** A day from whose first instant on something holds: `samedi 9 janvier 2027`. */
export const firstDay = (from: Instant): LegalDate => ({ fr: frenchDay(from), en: englishDay(from), iso: iso(from) });
