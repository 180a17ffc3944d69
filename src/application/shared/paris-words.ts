import { epochOf, PARIS, type Instant } from '../../domain/shared/time.js';

const DAY = new Intl.DateTimeFormat('fr-FR', { timeZone: PARIS, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat('fr-FR', { timeZone: PARIS, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `vendredi 1 janvier 2027`: the Paris day of an instant. Only the words: punctuation differs between releases of the locale data. */
export const frenchDay = (at: Instant): string =>
  DAY.formatToParts(epochOf(at))
    .filter(({ type }) => type !== 'literal')
    .map(({ type, value }) => (type === 'day' ? value.replace(/\D/g, '') : value))
    .join(' ');

/** `23 h 59`: the Paris time of an instant. */
export const frenchTime = (at: Instant): string =>
  TIME.formatToParts(epochOf(at))
    .filter(({ type }) => type === 'hour' || type === 'minute')
    .map(({ value }) => value)
    .join(' h ');
