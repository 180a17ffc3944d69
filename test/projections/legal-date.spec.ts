import { instant } from '../../src/domain/shared/time.js';
import { firstDay, lastDay } from '../../src/projections/shared/legal-date.js';

describe('A date for people', () => {
  it.each([
    [
      '2026-12-01T22:59:59.999Z',
      'mardi 1 décembre 2026 (inclus)',
      'Tuesday 1 December 2026 (included)',
      '2026-12-01T23:59:59.999+01:00[Europe/Paris]',
    ],
    [
      '2027-01-08T22:59:59.999Z',
      'vendredi 8 janvier 2027 (inclus)',
      'Friday 8 January 2027 (included)',
      '2027-01-08T23:59:59.999+01:00[Europe/Paris]',
    ],
    [
      '2022-04-12T21:59:59.999Z',
      'mardi 12 avril 2022 (inclus)',
      'Tuesday 12 April 2022 (included)',
      '2022-04-12T23:59:59.999+02:00[Europe/Paris]',
    ],
  ])('names the Paris day whose end is %s, and says that it counts', (last, fr, en, iso) => {
    expect(lastDay(instant(last))).toEqual({ fr, en, iso });
  });

  it('names a day from whose beginning something holds, in Paris', () => {
    expect(firstDay(instant('2022-04-12T22:00:00Z'))).toEqual({
      fr: 'mercredi 13 avril 2022',
      en: 'Wednesday 13 April 2022',
      iso: '2022-04-13T00:00:00.000+02:00[Europe/Paris]',
    });
  });
});
