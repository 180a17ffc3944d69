import { rightsRequests, type RightsRequestCommand, type RightsRequestEvent } from '../../../src/domain/registers/rights-requests.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(rightsRequests);
const moment = (text: string): Instant => text as Instant;
const by = p.compliance;
const wish = (receivedOn?: Instant): RightsRequestCommand => ({
  type: 'ReceiveRightsRequest',
  right: 'ACCESS',
  channel: 'POST',
  space: null,
  reference: 'COURRIER-2026-0042',
  ...(receivedOn === undefined ? {} : { receivedOn }),
});
const received = (receivedOn: string, dueOn: string): RightsRequestEvent => ({
  type: 'RightsRequestReceived',
  v: 1,
  right: 'ACCESS',
  channel: 'POST',
  space: null,
  reference: 'COURRIER-2026-0042',
  receivedOn: moment(receivedOn),
  dueOn: moment(dueOn),
});
const inJanuary = received('2026-01-15T09:00:00.000Z', '2026-02-15T23:00:00.000Z');
const LAST = moment('2026-02-15T22:59:59.999Z');
const LATE = moment('2026-02-15T23:00:00.000Z');
const extended: RightsRequestEvent = {
  type: 'RightsRequestExtended',
  v: 1,
  reason: 'trois dossiers à réunir',
  dueOn: moment('2026-04-15T22:00:00.000Z'),
};
const extend: RightsRequestCommand = { type: 'ExtendRightsRequest', reason: 'trois dossiers à réunir' };
const answer = (said: 'GRANTED' | 'REFUSED', ground = ''): RightsRequestCommand => ({ type: 'AnswerRightsRequest', answer: said, ground });
const answered = (late: boolean): RightsRequestEvent => ({ type: 'RightsRequestAnswered', v: 1, answer: 'GRANTED', ground: '', late });

describe('A request about rights is answered within a month (GDPR art. 12(3))', () => {
  it.each([
    ['in winter', '2026-01-15T09:00:00.000Z', '2026-02-15T23:00:00.000Z'],
    ['over the change of clocks', '2026-03-15T09:00:00.000Z', '2026-04-15T22:00:00.000Z'],
    ['from the 31st: to the last day of a shorter month', '2026-01-31T09:00:00.000Z', '2026-02-28T23:00:00.000Z'],
    ['from 23:30 in Paris: the day of Paris counts', '2026-01-15T22:30:00.000Z', '2026-02-15T23:00:00.000Z'],
    ['from the last millisecond of the day in Paris', '2026-01-30T22:59:59.999Z', '2026-02-28T23:00:00.000Z'],
    ['from midnight in Paris: the next day, which February does not have either', '2026-01-30T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
    ['from the 31st in a leap year: to the 29th', '2028-01-31T09:00:00.000Z', '2028-02-29T23:00:00.000Z'],
    ['from the 29th of a leap year', '2028-02-29T09:00:00.000Z', '2028-03-29T22:00:00.000Z'],
    ['from the 31st of a month before one of 30 days', '2026-03-31T09:00:00.000Z', '2026-04-30T22:00:00.000Z'],
    ['over the new year', '2026-12-31T22:59:59.999Z', '2027-01-31T23:00:00.000Z'],
    ['from the night of the new year in Paris, still the old one in UTC', '2026-12-31T23:00:00.000Z', '2027-02-01T23:00:00.000Z'],
    ['into a Sunday: no day more', '2026-01-01T09:00:00.000Z', '2026-02-01T23:00:00.000Z'],
    ['from a night in summer', '2026-06-30T21:59:59.999Z', '2026-07-30T22:00:00.000Z'],
    ['from midnight in summer', '2026-06-30T22:00:00.000Z', '2026-08-01T22:00:00.000Z'],
  ])('%s', (_, on, due) =>
    given()
      .when(wish(), { at: moment(on), by })
      .then(received(on, due)),
  );

  it('counted from when it came in, when it is written down later', () =>
    given()
      .when(wish(moment('2026-01-15T09:00:00.000Z')), { at: moment('2026-01-20T09:00:00.000Z'), by })
      .then(inJanuary));

  it('not from a day to come', () => given().when(wish(LATE), { at: LAST, by }).thenRefused('registers/not-yet'));
});

describe('The delay is extended once, by two months, within the first one', () => {
  it.each([
    [
      'from 31 January: three months, to the last day of April',
      '2026-01-31T09:00:00.000Z',
      '2026-02-28T23:00:00.000Z',
      '2026-04-30T22:00:00.000Z',
    ],
    [
      'from 31 January of a leap year: its longer February counts for nothing',
      '2028-01-31T09:00:00.000Z',
      '2028-02-29T23:00:00.000Z',
      '2028-04-30T22:00:00.000Z',
    ],
    ['from 30 November: to the last day of February', '2026-11-30T09:00:00.000Z', '2026-12-30T23:00:00.000Z', '2027-02-28T23:00:00.000Z'],
    ['from 30 November before a leap year', '2027-11-30T09:00:00.000Z', '2027-12-30T23:00:00.000Z', '2028-02-29T23:00:00.000Z'],
    ['from 29 February', '2028-02-29T09:00:00.000Z', '2028-03-29T22:00:00.000Z', '2028-05-29T22:00:00.000Z'],
    ['over both changes of clocks', '2026-08-31T09:00:00.000Z', '2026-09-30T22:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ])('counted from the receipt, not from the first delay: %s', (_, on, first, due) =>
    given(received(on, first))
      .when(extend, { at: moment(on), by })
      .then({ ...extended, dueOn: moment(due) }),
  );
  it('until the last instant of the month', () => given(inJanuary).when(extend, { at: LAST, by }).then(extended));
  it.each([
    ['not after it', [inJanuary], LATE, 'registers/too-late-to-extend'],
    ['not once it is answered', [inJanuary, answered(false)], LAST, 'registers/already-answered'],
    ['not where there is no request', [], LAST, 'registers/no-such-request'],
  ] as const)('%s', (_, past, at, code) =>
    given(...past)
      .when(extend, { at, by })
      .thenRefused(code),
  );
  it('not twice', () =>
    given(inJanuary, extended)
      .when({ type: 'ExtendRightsRequest', reason: 'encore' }, { at: LAST, by })
      .thenRefused('registers/already-extended'));
  it('and not without a reason', () =>
    given(inJanuary)
      .when({ ...extend, reason: ' ' }, { at: LAST, by })
      .thenRefused('registers/reason-needed'));
});

describe('An answer is written whenever it comes, and the register shows that it was late', () => {
  it.each([
    ['in time, at the last instant', [inJanuary], LAST, false],
    ['late, an instant after', [inJanuary], LATE, true],
    ['in time in the extended delay', [inJanuary, extended], moment('2026-04-15T21:59:59.999Z'), false],
    ['late after the extended delay', [inJanuary, extended], moment('2026-04-15T22:00:00.000Z'), true],
  ] as const)('%s', (_, past, at, late) =>
    given(...past)
      .when(answer('GRANTED'), { at, by })
      .then(answered(late)),
  );
  it('a refusal names its ground', () => given(inJanuary).when(answer('REFUSED'), { at: LAST, by }).thenRefused('registers/ground-needed'));
  it('and another answer does not take the place of the first', () =>
    given(inJanuary, answered(false))
      .when(answer('REFUSED', 'RGPD art. 17(3)(b)'), { at: LAST, by })
      .thenRefused('registers/already-answered'));
});
