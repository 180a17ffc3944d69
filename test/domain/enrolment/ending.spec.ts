import { destructionDue } from '../../../src/domain/enrolment/destruction-due.js';
import { ending } from '../../../src/domain/enrolment/ending.js';
import type { EndingCommand, EndingEvent, EndingFact } from '../../../src/domain/enrolment/ending-vocabulary.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { endingFacts } from '../../support/enrolment-facts.js';
import { reacting } from '../../support/reacting.js';
import { specification } from '../../support/specification.js';

const { given } = specification(ending);
const closed: readonly EndingFact[] = [p.activated, p.closedByHolder];
const REQUESTED = '2032-03-01T11:00:00.000Z' as Instant;
/** 00:00 Paris of the day after the thirtieth. */
const EXECUTION = '2032-03-31T22:00:00.000Z' as Instant;
const requested: EndingEvent = { type: 'ErasureRequested', v: 1, requestedBy: 'HOLDER', executeOn: EXECUTION };
const cancelled: EndingEvent = { type: 'ErasureRequestCancelled', v: 1, cancelledBy: 'HOLDER' };
const request: EndingCommand = { type: 'RequestErasure' };
const byPhone: EndingCommand = { type: 'RequestErasure', proof: p.phoneChecks };
const destroy = (ground: 'ERASURE' | 'RETENTION'): EndingCommand => ({ type: 'RequestDestruction', ground });
const destruction = (ground: 'ERASURE' | 'RETENTION'): EndingFact => ({
  type: 'DestructionRequested',
  v: 1,
  ground,
  archivedUntil: p.ARCHIVE_END,
});
const hold = {
  hold: 'hold-1',
  order: 'TJ-2032-0042',
  keys: ['content', 'trace'],
  second: 'compliance-1',
  reviewOn: p.ARCHIVE_END,
} as const;
const placed: EndingEvent = { type: 'LegalHoldPlaced', v: 1, ...hold };
const lifted: EndingEvent = { type: 'LegalHoldLifted', v: 1, hold: 'hold-1', second: 'archivist-1' };

describe('T9: an express erasure is asked for', () => {
  it('by the holder of a closed space; it is executed from the day after the thirtieth', () =>
    given(...closed)
      .when(request, { at: REQUESTED, by: p.alice })
      .then(requested));

  it('by phone, when the agent checked the identity', () => {
    given(...closed)
      .when(byPhone, { at: REQUESTED, by: p.agent })
      .then({ ...requested, requestedBy: 'SUPPORT' });
    given(...closed)
      .when(request, { at: REQUESTED, by: p.agent })
      .thenRefused('enrolment/checks-missing');
  });

  it('by nobody else: not by another account, weakly, nor by an operator', () => {
    given(...closed)
      .when(request, { at: REQUESTED, by: p.bruno })
      .thenRefused('access/nothing-here');
    given(...closed)
      .when(request, { at: REQUESTED, by: p.weakly(p.alice) })
      .thenRefused('enrolment/code-or-substantial-identity-needed');
    given(...closed)
      .when(request, { at: REQUESTED, by: p.operator })
      .thenRefused('enrolment/account-needed');
  });

  it('once, and only when the space is closed', () => {
    given(...closed, requested)
      .when(request, { at: REQUESTED, by: p.alice })
      .then();
    given(p.activated).when(request, { at: REQUESTED, by: p.alice }).thenRefused('enrolment/not-closed');
    given(...closed, destruction('ERASURE'))
      .when(request, { at: EXECUTION, by: p.alice })
      .thenRefused('enrolment/archive-over');
  });
});

describe('T9b: the request is taken back', () => {
  it('by whoever may ask for it, until it is executed', () => {
    given(...closed, requested)
      .when({ type: 'CancelErasure' }, { at: REQUESTED, by: p.alice })
      .then(cancelled);
    given(...closed)
      .when({ type: 'CancelErasure' }, { at: REQUESTED, by: p.alice })
      .then();
    given(...closed, requested)
      .when({ type: 'CancelErasure' }, { at: REQUESTED, by: p.bruno })
      .thenRefused('access/nothing-here');
    given(...closed, requested, destruction('ERASURE'))
      .when({ type: 'CancelErasure' }, { at: EXECUTION, by: p.alice })
      .thenRefused('enrolment/archive-over');
  });

  it('by coming back', () =>
    given(...closed, requested, p.reopened, p.closedByHolder)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.scheduler })
      .thenRefused('enrolment/destruction-not-due'));
});

describe('T11, T12: the end is decided', () => {
  it('on the day of the erasure, not a millisecond before', () => {
    given(...closed, requested)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.scheduler })
      .then(destruction('ERASURE'));
    given(...closed, requested)
      .when(destroy('ERASURE'), { at: p.later(EXECUTION, -1), by: p.scheduler })
      .thenRefused('enrolment/destruction-not-due');
    given(...closed)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.scheduler })
      .thenRefused('enrolment/destruction-not-due');
  });

  it('when the last day of the archive is over', () => {
    given(...closed)
      .when(destroy('RETENTION'), { at: p.later(p.ARCHIVE_END, 1), by: p.scheduler })
      .then(destruction('RETENTION'));
    given(...closed)
      .when(destroy('RETENTION'), { at: p.ARCHIVE_END, by: p.archivist })
      .thenRefused('enrolment/destruction-not-due');
    given(p.activated).when(destroy('RETENTION'), { at: p.ARCHIVE_END, by: p.scheduler }).thenRefused('enrolment/not-closed');
  });

  it('by the calendar or an archivist, once', () => {
    given(...closed, requested)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.archivist })
      .then(destruction('ERASURE'));
    given(...closed, requested)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.operator })
      .thenRefused('enrolment/archivist-needed');
    given(...closed, requested, destruction('ERASURE'))
      .when(destroy('RETENTION'), { at: p.later(p.ARCHIVE_END, 1), by: p.scheduler })
      .then();
  });
});

describe('A legal hold', () => {
  const place: EndingCommand = { type: 'PlaceLegalHold', ...hold };
  const lift: EndingCommand = { type: 'LiftLegalHold', hold: 'hold-1', second: 'archivist-1' };

  it('is placed and lifted by two people', () => {
    given(...closed)
      .when(place, { at: REQUESTED, by: p.archivist })
      .then(placed);
    given(...closed)
      .when(place, { at: REQUESTED, by: p.compliance })
      .thenRefused('enrolment/second-person-needed');
    given(...closed)
      .when(place, { at: REQUESTED, by: p.operator })
      .thenRefused('enrolment/archivist-needed');
    given(...closed, placed)
      .when(place, { at: REQUESTED, by: p.archivist })
      .then();
    given(...closed, placed)
      .when(lift, { at: REQUESTED, by: p.compliance })
      .then(lifted);
    given(...closed)
      .when(lift, { at: REQUESTED, by: p.compliance })
      .then();
    given(...closed, placed)
      .when(lift, { at: REQUESTED, by: p.archivist })
      .thenRefused('enrolment/second-person-needed');
  });

  it('is said again by either of the two, in whatever order its keys come', () => {
    given(...closed, placed)
      .when({ ...place, second: 'archivist-1' }, { at: REQUESTED, by: p.compliance })
      .then();
    given(...closed, placed)
      .when({ ...place, keys: ['trace', 'content'] }, { at: REQUESTED, by: p.archivist })
      .then();
  });

  it.each([
    ['fewer keys', { keys: ['trace'] }],
    ['more keys', { keys: ['content', 'trace', 'life'] }],
    ['another order', { order: 'TJ-2032-0043' }],
    ['another day to look at it', { reviewOn: p.later(p.ARCHIVE_END, 1) }],
  ] as const)('is not altered: with %s the same id is refused, and free again once it is lifted', (_, other) => {
    const differs: EndingCommand = { ...place, ...other };
    given(...closed, placed)
      .when(differs, { at: REQUESTED, by: p.archivist })
      .thenRefused('enrolment/hold-differs');
    given(...closed, placed, lifted)
      .when(differs, { at: REQUESTED, by: p.archivist })
      .then({ ...placed, ...other });
  });

  it('suspends both ends of the archive until it is lifted', () => {
    given(...closed, requested, placed)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.scheduler })
      .thenRefused('enrolment/legal-hold');
    given(...closed, placed)
      .when(destroy('RETENTION'), { at: p.later(p.ARCHIVE_END, 1), by: p.archivist })
      .thenRefused('enrolment/legal-hold');
    given(...closed, requested, placed, lifted)
      .when(destroy('ERASURE'), { at: EXECUTION, by: p.scheduler })
      .then(destruction('ERASURE'));
  });

  it('comes too early for what is not closed, too late for what is being destroyed', () => {
    given(p.activated).when(place, { at: REQUESTED, by: p.archivist }).thenRefused('enrolment/not-closed');
    given(...closed, destruction('ERASURE'))
      .when(place, { at: EXECUTION, by: p.archivist })
      .thenRefused('enrolment/archive-over');
  });
});

describe('What the end of a space calls for', () => {
  const { given: told } = reacting(destructionDue);
  const settle = { id: 'a', wish: { type: 'SettleKeys' } } as const;
  const requestOf = (ground: 'ERASURE' | 'RETENTION') => ({ id: 'a', wish: { type: 'RequestDestruction', ground } }) as const;

  it('keys that follow the status, and the destruction from 00:00 of the day after the last', () => {
    told('space-a', p.closedByHolder).then(settle, { ...requestOf('RETENTION'), notBefore: p.later(p.ARCHIVE_END, 1) });
    told('space-a', p.reopened).then(settle);
  });

  it('the erasure on its day, and again when a hold is lifted', () => {
    told('space-a', endingFacts.ErasureRequested).then({ ...requestOf('ERASURE'), notBefore: '2027-03-14T23:00:00.000Z' as Instant });
    told('space-a', endingFacts.LegalHoldLifted).then(requestOf('ERASURE'), requestOf('RETENTION'));
  });

  it('the destruction itself, with the day on which the traces follow', () =>
    told('space-a', destruction('ERASURE')).then({
      id: 'a',
      wish: { type: 'DestroySpace', ground: 'ERASURE', archivedUntil: p.ARCHIVE_END },
    }));
});
