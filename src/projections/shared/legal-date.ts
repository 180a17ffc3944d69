import { Temporal } from 'temporal-polyfill';
import type { LegalDate } from '../../application/enrolment/space.queries.js';
import { epochOf, PARIS, type Instant } from '../../domain/shared/time.js';

const DAY = { timeZone: PARIS, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const TIME = { timeZone: PARIS, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const french = new Intl.DateTimeFormat('fr-FR', DAY);
const english = new Intl.DateTimeFormat('en-GB', DAY);
const clock = new Intl.DateTimeFormat('en-GB', TIME);

/** The words of a date without the punctuation between them, which differs from one release of the locale data to the next. */
function wordsOf(format: Intl.DateTimeFormat, at: Instant): string {
  const words = format.formatToParts(epochOf(at)).filter(({ type }) => type !== 'literal');
  // Locale data write "1er" for the first of a month; the service writes the number on every day.
  return words.map(({ type, value }) => (type === 'day' ? value.replace(/\D/g, '') : value)).join(' ');
}

/** `mardi 1 décembre 2026`: the Paris day of an instant, as a person in France reads it. */
export const frenchDay = (at: Instant): string => wordsOf(french, at);
/** `Tuesday 1 December 2026`: the Paris day of an instant. */
export const englishDay = (at: Instant): string => wordsOf(english, at);
/** `23:59`: the Paris time of an instant. */
export const parisTime = (at: Instant): string => clock.format(epochOf(at));

const iso = (at: Instant): string => Temporal.Instant.from(at).toZonedDateTimeISO(PARIS).toString({ fractionalSecondDigits: 3 });

/** A last day, which still counts: `vendredi 8 janvier 2027 (inclus)`. `last` is the last instant of the deadline. */
export const lastDay = (last: Instant): LegalDate => ({
  fr: `${frenchDay(last)} (inclus)`,
  en: `${englishDay(last)} (included)`,
  iso: iso(last),
});

/** A day from whose first instant on something holds: `samedi 9 janvier 2027`. */
export const firstDay = (from: Instant): LegalDate => ({ fr: frenchDay(from), en: englishDay(from), iso: iso(from) });
