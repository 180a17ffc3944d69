import 'reflect-metadata';
import { Temporal } from 'temporal-polyfill';
import { PeriodArgs } from '../../src/infrastructure/api/enrolment/inputs.js';
import { AuditEventSearch } from '../../src/infrastructure/api/fhir/inputs.js';
import { BreachInput } from '../../src/infrastructure/api/registers/inputs.js';
import { validated } from '../../src/infrastructure/api/validation.js';

const breach = { kinds: ['CONFIDENTIALITY'], facts: 'un envoi', consequences: 'lecture', measures: 'aucune', people: 1 };
const awareSince = async (said: string): Promise<string> => (await validated({ ...breach, awareSince: said }, BreachInput)).awareSince;

describe('A moment that somebody says at a door', () => {
  it.each([
    ['2022-02-03T08:00:00+01:00', '2022-02-03T07:00:00.000Z'],
    ['2022-02-03T07:00:00Z', '2022-02-03T07:00:00.000Z'],
    ['2022-02-03T07:00Z', '2022-02-03T07:00:00.000Z'],
    ['2022-02-03T07:00:00.5Z', '2022-02-03T07:00:00.500Z'],
    ['2022-02-02T21:30:00.123-09:30', '2022-02-03T07:00:00.123Z'],
    ['2022-01-01T00:00:00+14:00', '2021-12-31T10:00:00.000Z'],
    ['2028-02-29T23:59:59.999Z', '2028-02-29T23:59:59.999Z'],
  ])('%s comes in in the stored form, in which text order is time order', async (said, stored) => {
    expect(await awareSince(said)).toBe(stored);
    expect(Temporal.Instant.compare(said, stored)).toBe(0);
  });

  it.each([
    '2022-02-03',
    '2022-02-03T07:00:00',
    '2022-02-30T07:00:00Z',
    '2022-02-03T24:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-05:00',
    'now',
    7,
    null,
  ])('is refused as %p', async (said) => {
    await expect(awareSince(said as string)).rejects.toMatchObject({ answer: { kind: 'invalid' } });
  });
});

describe('A day that somebody says at a door', () => {
  const days = (from: string, to: string) => validated({ from, to }, PeriodArgs);

  it('is one of the calendar, from the year 1000 on', async () => {
    expect(await days('1000-01-01', '1000-02-28')).toMatchObject({ from: '1000-01-01' });
    for (const day of ['0000-01-01', '0999-12-31']) await expect(days(day, day)).rejects.toMatchObject({ answer: { kind: 'invalid' } });
  });

  it.each(['ge0000-01-01', 'lt9999-12-31T23:59:59-05:00', 'ge0001-01-01T00:00:00Z', 'ge2022-02-30'])(
    'bounds no search as %s, whose order among texts is not that of time',
    async (date) => {
      const search = validated({ patient: '7f8b7a34-0c1d-4b52-9d53-0d1a2b3c4d5e', date }, AuditEventSearch);
      await expect(search).rejects.toMatchObject({ answer: { errors: [{ pointer: '/date', code: 'input/not-an-instant' }] } });
    },
  );
});
