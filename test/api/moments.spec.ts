import 'reflect-metadata';
import { Temporal } from 'temporal-polyfill';
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
