import { grantsAt, type StaffAccount } from '../../../src/application/registers/staff-accounts.js';
import type { Instant, LocalDate } from '../../../src/domain/shared/time.js';

const day = (text: string): LocalDate => text as LocalDate;
const moment = (text: string): Instant => text as Instant;
const account = (more: Partial<StaffAccount> = {}): StaffAccount => ({
  subject: { issuer: 'https://idp.example', sub: '4711' },
  role: 'support',
  grantedOn: day('2026-03-29'),
  grantedBy: 'DRH',
  reason: 'prise de poste',
  until: null,
  removedOn: null,
  removedBy: null,
  reviewedOn: null,
  ...more,
});
const at = (on: string, more: Partial<StaffAccount> = {}) => grantsAt({ of: day('2027-01-01'), accounts: [account(more)] }, moment(on));

describe('A grant of the list of the identity provider', () => {
  it.each([
    ['the last instant before its day in Paris: not yet', '2026-03-28T22:59:59.999Z', 0],
    ['from the first one on', '2026-03-28T23:00:00.000Z', 1],
  ])('%s', (_, on, count) => expect(at(on)).toHaveLength(count));

  it('names role and account as the log does', () =>
    expect(at('2026-04-01T00:00:00.000Z')).toMatchObject([
      { actor: 'support:https://idp.example|4711', account: 'https://idp.example|4711', ends: null },
    ]));

  it.each([
    ['holds until the end of its last day', { until: day('2026-10-25') }, '2026-10-25T23:00:00.000Z'],
    ['holds until the end of the day on which it was removed', { removedOn: day('2026-10-24') }, '2026-10-24T22:00:00.000Z'],
    ['ends with the earlier of both', { until: day('2026-12-31'), removedOn: day('2026-10-24') }, '2026-10-24T22:00:00.000Z'],
    [
      'ends with the earlier of both, the other way round',
      { until: day('2026-10-24'), removedOn: day('2026-12-31') },
      '2026-10-24T22:00:00.000Z',
    ],
  ])('%s', (_, more, ends) => expect(at('2027-01-01T00:00:00.000Z', more)).toMatchObject([{ ends }]));

  it('of a past moment: what was removed or reviewed later was not known yet', () => {
    const later = { removedOn: day('2026-10-24'), removedBy: 'DRH', reviewedOn: day('2026-09-01') };
    expect(at('2026-08-31T21:59:59.999Z', later)).toMatchObject([{ ends: null, removedOn: null, removedBy: null, reviewedOn: null }]);
    expect(at('2026-10-23T22:00:00.000Z', later)).toMatchObject([
      { removedOn: '2026-10-23T22:00:00.000Z', removedBy: 'DRH', reviewedOn: '2026-08-31T22:00:00.000Z' },
    ]);
  });
});
