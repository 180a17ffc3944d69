import { breaches, type BreachCommand, type BreachEvent, type Risk } from '../../../src/domain/registers/breaches.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(breaches);
const by = p.compliance;
const moment = (text: string): Instant => text as Instant;
const AWARE = moment('2026-03-28T10:00:00.000Z');
/** 72 hours, whatever the clocks of Paris do that night. */
const DUE = moment('2026-03-31T10:00:00.000Z');
const LATE = moment('2026-03-31T10:00:00.001Z');
const content = {
  kinds: ['CONFIDENTIALITY'],
  facts: 'un export envoyé au mauvais destinataire',
  consequences: 'lecture par un tiers',
  measures: 'destruction attestée',
  people: 12,
  awareSince: AWARE,
} as const;
const record: BreachCommand = { type: 'RecordBreach', ...content };
const recorded: BreachEvent = { type: 'BreachRecorded', v: 1, ...content, noticeDue: DUE };
const judged = (risk: Risk): BreachEvent => ({ type: 'BreachJudged', v: 1, risk, reason: 'données chiffrées' });
const notify = (reason = ''): BreachCommand => ({ type: 'NotifyAuthority', reference: 'CNIL-2026-0817', reason });
const notified = (late: boolean, reason = ''): BreachEvent => ({
  type: 'AuthorityNotified',
  v: 1,
  reference: 'CNIL-2026-0817',
  late,
  reason,
});
const informed: BreachEvent = { type: 'PeopleInformed', v: 1, people: 12, how: 'lettre' };
const close: BreachCommand = { type: 'CloseBreach', lesson: 'deux personnes approuvent' };

describe('The authority is told of a breach within 72 hours of our knowing of it (GDPR art. 33(1))', () => {
  it('counted in hours, over the change of clocks', () => given().when(record, { at: AWARE, by }).then(recorded));
  it('not before we were aware of it', () =>
    given()
      .when(record, { at: moment('2026-03-28T09:59:59.999Z'), by })
      .thenRefused('registers/not-yet'));
  it('in time at the last instant', () => given(recorded).when(notify(), { at: DUE, by }).then(notified(false)));
  it('late only with the reasons for it', () => {
    given(recorded).when(notify(), { at: LATE, by }).thenRefused('registers/reason-for-delay-needed');
    given(recorded).when(notify('le prestataire a tardé'), { at: LATE, by }).then(notified(true, 'le prestataire a tardé'));
  });
});

describe('A breach is closed when everybody was told who has to be', () => {
  const closed: BreachEvent = { type: 'BreachClosed', v: 1, lesson: 'deux personnes approuvent' };
  it.each([
    ['no risk: nobody', [recorded, judged('UNLIKELY')]],
    ['a risk: the authority', [recorded, judged('RISK'), notified(false)]],
    ['a high risk: the people too', [recorded, judged('HIGH'), notified(false), informed]],
  ] as const)('%s', (_, past) =>
    given(...past)
      .when(close, { at: LATE, by })
      .then(closed),
  );
  it.each([
    ['its risk was not judged', [recorded], 'registers/risk-not-judged'],
    ['a risk, and the authority does not know', [recorded, judged('RISK')], 'registers/authority-not-notified'],
    ['a high risk, and the people do not know', [recorded, judged('HIGH'), notified(false)], 'registers/people-not-informed'],
    ['there is none', [], 'registers/no-such-breach'],
  ] as const)('not while %s', (_, past, code) =>
    given(...past)
      .when(close, { at: LATE, by })
      .thenRefused(code),
  );
  it('and then nothing is added to it', () =>
    given(recorded, judged('UNLIKELY'), closed).when(notify(), { at: DUE, by }).thenRefused('registers/breach-closed'));
});
