import { Temporal } from 'temporal-polyfill';

/** ISO 8601, UTC, milliseconds, as stored. Text order is time order. */
export type Instant = string & { readonly __brand: 'Instant' };
/** A calendar day without a time: `2026-11-22`. */
export type LocalDate = string & { readonly __brand: 'LocalDate' };
/** A period in whole days, weeks, months or years: the law counts days, never hours. */
export type Period = { readonly days?: number; readonly weeks?: number; readonly months?: number; readonly years?: number };

/** All deadlines of the service are counted on Paris days, overseas departments included (domain reference 1.4). */
export const PARIS = 'Europe/Paris';

/** Epoch milliseconds to the stored form. */
export const instantOf = (epochMilliseconds: number): Instant =>
  Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toString({ smallestUnit: 'millisecond' }) as Instant;
/** Any ISO instant (with offset or Z) to the stored form. */
export const instant = (iso: string): Instant => instantOf(Temporal.Instant.from(iso).epochMilliseconds);
/** The stored form to epoch milliseconds. */
export const epochOf = (at: Instant): number => Temporal.Instant.from(at).epochMilliseconds;

/** The Paris calendar day of an instant. */
export const parisDay = (at: Instant): LocalDate =>
  Temporal.Instant.from(at).toZonedDateTimeISO(PARIS).toPlainDate().toString() as LocalDate;
/** 00:00 Paris of a day. */
export const startOfDay = (day: LocalDate): Instant => instantOf(Temporal.PlainDate.from(day).toZonedDateTime(PARIS).epochMilliseconds);
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
export const deadlineAfter = (from: Instant, period: Period): Deadline => {
  const over = startOfDay(dayAfter(parisDay(from), { ...period, days: (period.days ?? 0) + 1 }));
  return { last: instantOf(epochOf(over) - 1), over };
};

/** Version of the time zone rules this process computes with: kept with every deadline. */
export const tzdbVersion = (versions: Readonly<Record<string, string | undefined>>): string => versions['tz'] ?? 'unknown';
