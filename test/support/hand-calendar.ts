/**
 * A calendar of Paris computed by hand, to compare ours with: day numbers after Richards (days since 1 January 1970) and the summer time of
 * the European Union (Directive 2000/84/EC: from the last Sunday of March to the last Sunday of October, both at 01:00 UTC).
 * No Date, no Temporal, no tz database, nothing of `src`.
 */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1 January 1970 of a Gregorian date: a year of this count begins in March, so that the leap day comes last. */
export const dayNumber = ({ year, month, day }: CivilDay): number => {
  const y = month > 2 ? year : year - 1;
  const daysBeforeMonth = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + daysBeforeMonth + day - 1 - 719_468;
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const monthLengths = (year: number): readonly number[] => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The Gregorian date of a day number from 1970 on, by counting years and months off. */
export const civilDay = (number: number): CivilDay => {
  let year = 1970 + Math.floor(number / 366);
  while (dayNumber({ year: year + 1, month: 1, day: 1 }) <= number) year++;
  let rest = number - dayNumber({ year, month: 1, day: 1 });
  let month = 0;
  const lengths = monthLengths(year);
  while (rest >= (lengths[month] ?? 31)) rest -= lengths[month++] ?? 31;
  return { year, month: month + 1, day: rest + 1 };
};

/** 1 January 1970 was a Thursday: day number 3 is a Sunday. */
const lastSunday = (year: number, month: 3 | 10): number => {
  const last = dayNumber({ year, month, day: 31 });
  return last - ((last - 3) % 7);
};

/** Milliseconds by which Paris is ahead of UTC at this instant. */
export const parisOffset = (epoch: number): number => {
  const { year } = civilDay(Math.floor(epoch / DAY));
  const summer = epoch >= lastSunday(year, 3) * DAY + HOUR && epoch < lastSunday(year, 10) * DAY + HOUR;
  return summer ? 2 * HOUR : HOUR;
};

/** 00:00 Paris of a day, in epoch milliseconds. Clocks never change at that hour, so one of the two offsets agrees with itself. */
export const startOfParisDay = (number: number): number => {
  const inSummer = number * DAY - 2 * HOUR;
  return parisOffset(inSummer) === 2 * HOUR ? inSummer : number * DAY - HOUR;
};

/** The same date so many years later; the 29th of February becomes the 28th where there is none. */
export const yearsLater = (number: number, years: number): number => {
  const { year, month, day } = civilDay(number);
  return dayNumber({ year: year + years, month, day: month === 2 && day === 29 && !isLeap(year + years) ? 28 : day });
};

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** Epoch milliseconds as ISO 8601, UTC, with milliseconds. */
export const isoOf = (epoch: number): string => {
  const number = Math.floor(epoch / DAY);
  const { year, month, day } = civilDay(number);
  const time = epoch - number * DAY;
  const clock = [Math.floor(time / HOUR), Math.floor(time / 60_000) % 60, Math.floor(time / 1_000) % 60].map((part) => padded(part, 2));
  return `${year}-${padded(month, 2)}-${padded(day, 2)}T${clock.join(':')}.${padded(time % 1_000, 3)}Z`;
};
