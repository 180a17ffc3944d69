import 'reflect-metadata';
import { LegalHoldInput } from '../../src/infrastructure/api/enrolment/ending-inputs.js';
import { BreachInput } from '../../src/infrastructure/api/registers/inputs.js';
import { validated } from '../../src/infrastructure/api/validation.js';

it.each([
  ['hold that keeps nothing', LegalHoldInput, { order: 'ordonnance 12', second: 'compliance', reviewOn: '2027-01-01T00:00:00Z' }, 'keys'],
  [
    'breach of nothing',
    BreachInput,
    { facts: 'x', consequences: 'x', measures: 'x', people: 1, awareSince: '2027-01-01T00:00:00Z' },
    'kinds',
  ],
])('there is no %s', async (_, type, said, list) => {
  const refusal = { answer: { errors: [{ pointer: `/${list}`, code: 'input/missing' }] } };
  await expect(validated<object>({ ...said, [list]: [] }, type)).rejects.toMatchObject(refusal);
});
