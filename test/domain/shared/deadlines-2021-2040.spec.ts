import { policy } from '../../../src/domain/enrolment/policy.js';
import { deadlineAfter, type Instant } from '../../../src/domain/shared/time.js';
import { dayNumber, HOUR, isoOf, startOfParisDay, yearsLater } from '../../support/hand-calendar.js';
import { trustFigures } from '../../support/trust/figures.js';

const FIRST = dayNumber({ year: 2021, month: 1, day: 1 });
const LAST = dayNumber({ year: 2040, month: 12, day: 31 });

/** The hours of a Paris day that could go wrong: both ends, the hours around a clock change, noon and the late evening. */
const momentsOf = (day: number): readonly number[] => {
  const start = startOfParisDay(day);
  const end = startOfParisDay(day + 1);
  return [start, start + 1, ...[1, 2, 3, 4, 12].flatMap((h) => [start + h * HOUR - 1, start + h * HOUR]), end - HOUR, end - 1];
};

const rules = {
  opposition: { period: policy.opposition, lastDay: (day: number) => day + 42 },
  provisionalCode: { period: policy.provisionalCode, lastDay: (day: number) => day + 42 },
  archive: { period: policy.archive, lastDay: (day: number) => yearsLater(day, 10) },
};
type Name = keyof typeof rules;
const names = Object.keys(rules) as Name[];

/** Every moment of every day, against the end of the day that each rule computes by hand. */
const compare = () => {
  const found = Object.fromEntries(names.map((name) => [name, { moments: 0, differing: [] as string[] }]));
  for (let day = FIRST; day <= LAST; day++) {
    const ends = names.map((name) => startOfParisDay(rules[name].lastDay(day) + 1));
    const expected = ends.map((over) => `${isoOf(over - 1)} ${isoOf(over)}`);
    for (const moment of momentsOf(day)) {
      const at = isoOf(moment) as Instant;
      names.forEach((name, n) => {
        const { last, over } = deadlineAfter(at, rules[name].period);
        const { differing } = Object.assign(found[name]!, { moments: found[name]!.moments + 1 });
        if (`${last} ${over}` !== expected[n] && differing.length < 20) differing.push(`${at}: ${last} ${over}, by hand ${expected[n]}`);
      });
    }
  }
  return found;
};
const MOMENTS = 7_305 * 14;

const AGREED = { moments: MOMENTS, differing: [] };
const found = compare();

describe('Deadlines of every sending day from 1 January 2021 to 31 December 2040, against a calendar computed by hand', () => {
  afterAll(() => {
    const compared = names.map((name) => found[name] ?? AGREED);
    trustFigures('deadlines', {
      compared: compared.reduce((sum, { moments }) => sum + moments, 0),
      differing: compared.reduce((sum, { differing }) => sum + differing.length, 0),
    });
  });

  it('the calendar by hand agrees with dates that everybody knows', () => {
    expect(isoOf(dayNumber({ year: 2000, month: 2, day: 29 }) * 24 * HOUR)).toBe('2000-02-29T00:00:00.000Z');
    expect(isoOf(1_234_567_890_123)).toBe('2009-02-13T23:31:30.123Z');
    expect(isoOf(startOfParisDay(dayNumber({ year: 2026, month: 3, day: 29 })))).toBe('2026-03-28T23:00:00.000Z');
    expect(isoOf(startOfParisDay(dayNumber({ year: 2026, month: 3, day: 30 })))).toBe('2026-03-29T22:00:00.000Z');
    expect(isoOf(startOfParisDay(dayNumber({ year: 2026, month: 10, day: 25 })))).toBe('2026-10-24T22:00:00.000Z');
    expect(isoOf(startOfParisDay(dayNumber({ year: 2026, month: 10, day: 26 })))).toBe('2026-10-25T23:00:00.000Z');
  });

  it('the time to oppose ends with day 42, and the space opens at 00:00 of day 43', () => {
    expect(found['opposition']).toEqual(AGREED);
  });

  it('a provisional code lives until the end of day 42', () => {
    expect(found['provisionalCode']).toEqual(AGREED);
  });

  it('the archive ends with the day ten years after the closing', () => {
    expect(found['archive']).toEqual(AGREED);
  });
});
