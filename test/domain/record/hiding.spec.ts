import type { Confidentiality } from '../../../src/domain/record/document-vocabulary.js';
import { hiddenFrom, hidesUntil, visibleUnder, type Hideable } from '../../../src/domain/record/hiding.js';
import { epochOf, instant, instantOf, type Instant } from '../../../src/domain/shared/time.js';

const shifted = (at: Instant, milliseconds: number): Instant => instantOf(epochOf(at) + milliseconds);
const BOTH: readonly Confidentiality[] = ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'];

describe('What is hidden from the holder', () => {
  it.each([
    ['a month of 31 days before one of 28', '2026-01-31T09:00:00Z', '2026-02-27T23:00:00Z'],
    ['the 28th, which the month after has too', '2026-01-28T09:00:00Z', '2026-02-27T23:00:00Z'],
    ['into 29 February', '2028-01-31T09:00:00Z', '2028-02-28T23:00:00Z'],
    ['the 29th, into 29 February', '2028-01-29T09:00:00Z', '2028-02-28T23:00:00Z'],
    ['from 29 February, into summer time', '2028-02-29T09:00:00Z', '2028-03-28T22:00:00Z'],
    ['out of summer time', '2026-10-01T09:00:00Z', '2026-10-31T23:00:00Z'],
    ['by the day of Paris, late in the evening of another', '2026-01-30T23:30:00Z', '2026-02-27T23:00:00Z'],
    ['the last millisecond of a day of Paris', '2026-01-30T22:59:59.999Z', '2026-02-27T23:00:00Z'],
    ['the last day of February', '2026-02-28T09:00:00Z', '2026-03-27T23:00:00Z'],
    ['over the end of a year', '2026-12-31T23:00:00Z', '2027-01-31T23:00:00Z'],
  ])('shows to him at 00:00 Paris a month later, not a millisecond before: %s', (_, first, shows) => {
    const [since, visible] = [instant(first), instant(shows)];
    expect(visibleUnder(['INVISIBLE_PATIENT'], since)).toBe(visible);
    const document: Hideable = { confidentiality: BOTH, since, known: null };
    const table = [-1, 0, 1].map((after) => [hidesUntil(visible, shifted(visible, after)), hiddenFrom(document, shifted(visible, after))]);
    expect(table).toEqual([
      [true, ['HOLDER', 'REPRESENTATIVES']],
      [false, ['REPRESENTATIVES']],
      [false, ['REPRESENTATIVES']],
    ]);
  });

  it('has no such moment where nothing hides it from him', () => {
    const since = instant('2026-01-31T09:00:00Z');
    for (const codes of [['N'], ['MASQUE_PS'], ['INVISIBLE_REPRESENTANTS_LEGAUX']] as const) expect(visibleUnder(codes, since)).toBeNull();
    expect(hidesUntil(null, since)).toBe(false);
  });
});
