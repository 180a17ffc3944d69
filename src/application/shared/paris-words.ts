import { epochOf, PARIS, type Instant } from '../../domain/shared/time.js';

const DAY = { timeZone: PARIS, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const TIME = { timeZone: PARIS, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const french = new Intl.DateTimeFormat('fr-FR', DAY);
const english = new Intl.DateTimeFormat('en-GB', DAY);
const clock = new Intl.DateTimeFormat('en-GB', TIME);

/** Only the words: punctuation differs between releases of the locale data. The first of a month is written with its number, as every day. */
const wordsOf = (format: Intl.DateTimeFormat, at: Instant): string =>
  format
    .formatToParts(epochOf(at))
    .filter(({ type }) => type !== 'literal')
    .map(({ type, value }) => (type === 'day' ? value.replace(/\D/g, '') : value))
    .join(' ');

/** `vendredi 1 janvier 2027`: the Paris day of an instant, as a person in France reads it. */
export const frenchDay = (at: Instant): string => wordsOf(french, at);
/** `Friday 1 January 2027`: the Paris day of an instant. */
export const englishDay = (at: Instant): string => wordsOf(english, at);
/** `23:59`: the Paris time of an instant. */
export const parisTime = (at: Instant): string => clock.format(epochOf(at));
/** `23 h 59`: the Paris time of an instant, as it is written in French. */
export const frenchTime = (at: Instant): string => parisTime(at).replace(':', ' h ');
