import 'reflect-metadata';
import { MaskFromInput, TemporaryAccessInput } from '../../src/infrastructure/api/access/inputs.js';
import { askedIn, ExportInput } from '../../src/infrastructure/api/audit/export-inputs.js';
import { CloseSpaceInput, ReopenSpaceInput, TermsInput } from '../../src/infrastructure/api/enrolment/inputs.js';
import { DepositInput } from '../../src/infrastructure/api/record/inputs.js';
import { validated } from '../../src/infrastructure/api/validation.js';

const whom = { kind: 'FACILITY', id: '990000028' };
const set = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const entry = { typeCode: '11502-2', title: 'Bilan' };
const author = { kind: 'DEVICE' };
const wish = { mode: 'pseudonymised', scope: 'all', recipient: 'age1', legalBasis: 'ordonnance', reason: 'contrôle' };

describe('A member of an input that is given as null', () => {
  it.each([
    ['what was checked by phone', CloseSpaceInput, { checked: null }, {}],
    ['a letter', ReopenSpaceInput, { letter: null }, {}],
    ['for how long', TemporaryAccessInput, { minutes: null }, {}],
    ['the ends of a mask', MaskFromInput, { set, whom, from: null, until: null }, { set, whom }],
    [
      'members of a member',
      DepositInput,
      { ...entry, comments: null, authors: [{ ...author, id: null }] },
      { ...entry, authors: [author] },
    ],
  ])('is not there, as if it had been left out: %s', async (_, type, given, taken) => {
    expect(await validated<object>(given, type)).toEqual(taken);
  });

  it('asks for an export of no period and from no checkpoint, as one that is left out', async () => {
    const given = await validated({ ...wish, period: null, since: null, events: null }, ExportInput);
    expect(askedIn(given)).toEqual(askedIn(await validated(wish, ExportInput)));
  });

  it.each([
    ['where it is needed', TermsInput, { conditions: '2026-01', privacy: null }],
    ['in a list', CloseSpaceInput, { checked: [null] }],
  ])('is refused %s', async (_, type, given) => {
    await expect(validated<object>(given, type)).rejects.toMatchObject({ answer: { kind: 'invalid' } });
  });
});
