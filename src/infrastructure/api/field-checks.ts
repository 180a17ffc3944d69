import { ValidateBy } from 'class-validator';
import { Temporal } from 'temporal-polyfill';

/** Control characters, and halves of surrogate pairs: no text that can be written down. */
const CONTROL = /[\p{Cc}\p{Cs}]/u;
/** Refuses them in a text. */
export const NoControlCharacters = () =>
  ValidateBy({ name: 'noControlCharacters', validator: { validate: (value) => typeof value === 'string' && !CONTROL.test(value) } });

/** A day of the calendar, as `2026-11-23`: from the year 1000 on, as with moments: a year 0 is known to no database. */
export const isCalendarDate = (value: unknown): boolean => {
  if (typeof value !== 'string' || !/^[1-9]\d{3}-\d{2}-\d{2}$/.test(value)) return false;
  const [year, month, day] = value.split('-').map(Number);
  const days = month !== undefined && month >= 1 && month <= 12 ? Temporal.PlainYearMonth.from({ year: year ?? 0, month }).daysInMonth : 0;
  return day !== undefined && day >= 1 && day <= days;
};
const INSTANT = /^([1-9]\d{3}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** A moment of RFC 3339 with its offset, seconds or not. */
export const isInstant = (value: unknown): value is string => typeof value === 'string' && isCalendarDate(INSTANT.exec(value)?.[1]);
