import {
  dayAfter,
  deadlineAfter,
  epochOf,
  instant,
  instantOf,
  parisDay,
  startOfDay,
  tzdbVersion,
  type LocalDate,
} from '../../../src/domain/shared/time.js';

describe('Instants are stored in one form', () => {
  it('UTC with milliseconds, whatever offset they came with', () => {
    expect(instant('2026-11-20T08:00:00+01:00')).toBe('2026-11-20T07:00:00.000Z');
    expect(instantOf(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(epochOf(instant('1970-01-01T00:00:01.5Z'))).toBe(1_500);
  });
});

describe('Days are Paris days', () => {
  it.each([
    ['2026-11-19T22:59:59.999Z', '2026-11-19'],
    ['2026-11-19T23:00:00.000Z', '2026-11-20'],
    ['2026-06-19T21:59:59.999Z', '2026-06-19'],
    ['2026-06-19T22:00:00.000Z', '2026-06-20'],
  ])('%s lies on %s', (at, day) => {
    expect(parisDay(instant(at))).toBe(day);
  });

  it('a day has 23 hours when summer time begins and 25 when it ends', () => {
    const hours = (day: string, next: string) =>
      (epochOf(startOfDay(next as LocalDate)) - epochOf(startOfDay(day as LocalDate))) / 3_600_000;
    expect(hours('2026-03-29', '2026-03-30')).toBe(23);
    expect(hours('2026-10-25', '2026-10-26')).toBe(25);
  });
});

describe('Periods end on the same day number, or on the last day of the month', () => {
  it.each([
    ['2024-02-29', { years: 10 }, '2034-02-28'],
    ['2024-02-29', { years: 4 }, '2028-02-29'],
    ['2026-01-31', { months: 1 }, '2026-02-28'],
    ['2026-11-30', { months: 3 }, '2027-02-28'],
    ['2026-11-20', { weeks: 6 }, '2027-01-01'],
  ])('%s and %j later: %s', (day, period, then) => {
    expect(dayAfter(day as LocalDate, period)).toBe(then);
    const noon = instantOf(epochOf(startOfDay(day as LocalDate)) + 12 * 3_600_000);
    expect(parisDay(deadlineAfter(noon, period).last)).toBe(then);
  });

  it('a day of waiting that begins in the evening ends with the next day', () => {
    expect(deadlineAfter(instant('2026-11-20T22:00:00Z'), { days: 1 })).toEqual({
      last: '2026-11-21T22:59:59.999Z',
      over: '2026-11-21T23:00:00.000Z',
    });
  });

  it('the answers do not depend on what was asked before', () => {
    const asked = (n: number) => deadlineAfter(instantOf(1_700_000_000_000 + n * 7_200_000), { weeks: 6 });
    const first = Array.from({ length: 2_500 }, (_, n) => asked(n));
    expect(Array.from({ length: 2_500 }, (_, n) => asked(n))).toEqual(first);
  });
});

describe('The version of the time zone rules is known', () => {
  it('from the versions of the process, or said to be unknown', () => {
    expect(tzdbVersion({ tz: '2026a' })).toBe('2026a');
    expect(tzdbVersion({})).toBe('unknown');
  });
});
