import { Temporal } from 'temporal-polyfill';

/** ISO 8601, UTC, milliseconds, as stored. Text order is time order. */
export type Instant = string & { readonly __brand: 'Instant' };
/** A calendar day without a time: `2026-11-22`. */
export type LocalDate = string & { readonly __brand: 'LocalDate' };
/** A period in whole days, weeks, months or years: the law counts days, never hours. */
export type Period = { readonly days?: number; readonly weeks?: number; readonly months?: number; readonly years?: number };

/** All deadlines of the service are counted on Paris days, overseas departments included (domain reference 1.4). */
export const PARIS = 'Europe/Paris';

/** Epoch milliseconds to the stored form. Throws RangeError on what is no moment. Date writes it as Temporal does, in a hundredth of the time. */
export const instantOf = (epochMilliseconds: number): Instant => new Date(epochMilliseconds).toISOString() as Instant;
/** Any ISO instant (with offset or Z) to the stored form. */
export const instant = (iso: string): Instant => instantOf(Temporal.Instant.from(iso).epochMilliseconds);
/** The stored form to epoch milliseconds. Throws RangeError on what is no moment. */
export function epochOf(at: Instant): number {
  const epoch = Date.parse(at);
  // Date takes more than is a moment, such as the thirtieth of February: what it would not write itself is left to Temporal.
  return !Number.isNaN(epoch) && instantOf(epoch) === at ? epoch : Temporal.Instant.from(at).epochMilliseconds;
}

/** A pure function that remembers its last answers, so that importing a million people of one day computes the day once. */
const remembering = <V>(compute: (key: string) => V): ((key: string) => V) => {
  const answers = new Map<string, V>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (answers.size === MOST_REMEMBERED) answers.clear();
    const answer = compute(key);
    answers.set(key, answer);
    return answer;
  };
};
const MOST_REMEMBERED = 1_000;

/** By UTC hour, `2026-11-22T08`: the offset of Paris has been whole hours since 1911, so a day never begins inside one. */
const parisDayOfHour = remembering(
  (hour) => Temporal.Instant.from(`${hour}:00Z`).toZonedDateTimeISO(PARIS).toPlainDate().toString() as LocalDate,
);
/** The Paris calendar day of an instant (from 1911 on). */
export const parisDay = (at: Instant): LocalDate => parisDayOfHour(at.slice(0, 13));
/** 00:00 Paris of a day. */
export const startOfDay = (day: LocalDate): Instant => instantOf(Temporal.PlainDate.from(day).toZonedDateTime(PARIS).epochMilliseconds);
/** The UTC month of an instant, `yyyymm`: audit streams are named by it. */
export const monthOf = (at: Instant): string => at.slice(0, 7).replace('-', '');
/** The day that lies `period` after `day`; 31 January + 1 month is 28 February, 29 February + 1 year is 28 February. */
export const dayAfter = (day: LocalDate, period: Period): LocalDate => Temporal.PlainDate.from(day).add(period).toString() as LocalDate;

/** A legal deadline: the last instant that still counts, and the first one that does not. */
export interface Deadline {
  /** 23:59:59.999 Paris of the last day, inclusive. */
  readonly last: Instant;
  /** 00:00 Paris of the next day. */
  readonly over: Instant;
}

/**
 * The Paris day of `from` is day 0 and does not count; the deadline is the end of the day that lies `period` later.
 * Clock changes inside do not matter; no extension for Sundays and holidays (Regulation (EEC, Euratom) 1182/71 art. 3).
 */
export const deadlineAfter = (from: Instant, { years = 0, months = 0, weeks = 0, days = 0 }: Period): Deadline =>
  deadlineOf(`${parisDay(from)}+P${years}Y${months}M${weeks}W${days + 1}D`);

/** By day and ISO 8601 duration, `2026-11-22+P0Y0M6W1D`: the day that begins when the deadline is over. */
const deadlineOf = remembering((key): Deadline => {
  const [day, duration] = key.split('+') as [string, string];
  const over = startOfDay(Temporal.PlainDate.from(day).add(duration).toString() as LocalDate);
  return { last: instantOf(epochOf(over) - 1), over };
});

/** Version of the time zone rules this process computes with: kept with every deadline. */
export const tzdbVersion = (versions: Readonly<Record<string, string | undefined>>): string => versions['tz'] ?? 'unknown';
