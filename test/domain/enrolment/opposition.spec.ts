import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import { replay } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const oppose: SpaceCommand = { type: 'RegisterOpposition', proof: p.aliceShows(p.FIRST_CODE) };
const byPhone: SpaceCommand = { type: 'RegisterOpposition', proof: p.phoneChecks };
const withdrawByPhone: SpaceCommand = { type: 'WithdrawOpposition', proof: p.phoneChecks };
const open: SpaceCommand = { type: 'OpenAutomatically' };

describe('T3: an invited person opposes the opening', () => {
  it('online, with the code of the letter, the card and the birth date', () => {
    given(...p.toInvited)
      .when(oppose, { at: p.day(1), by: p.bearer })
      .then(p.opposedOnline);
  });

  it('by phone, when the agent checked the identity', () => {
    given(...p.toInvited)
      .when(byPhone, { at: p.day(1), by: p.agent })
      .then(p.opposedByPhone);
  });

  it('at once: the sending day counts as day 0', () => {
    given(...p.toInvited)
      .when(oppose, { at: p.later(p.DAY_0, 1), by: p.bearer })
      .then(p.opposedOnline);
  });

  it.each([
    ['day 42 at 23:59:59.999 in Paris, accepted', p.LAST_INSTANT, true],
    ['day 43 at 00:00:00.000 in Paris, refused', p.OPENING, false],
  ])('until the end of the last day: %s', (_, at, accepted) => {
    const decision = given(...p.toInvited).when(byPhone, { at, by: p.agent });
    if (accepted) decision.then(p.opposedByPhone);
    else decision.thenRefused('enrolment/deadline-passed');
  });

  it.each<[string, readonly ('INS' | 'BIRTH_DATE' | 'VITALE_SERIAL' | 'ADDRESS')[], boolean]>([
    ['identity number, birth date, address', ['INS', 'BIRTH_DATE', 'ADDRESS'], true],
    ['identity number, birth date, card number', ['INS', 'BIRTH_DATE', 'VITALE_SERIAL'], true],
    ['identity number, birth date', ['INS', 'BIRTH_DATE'], false],
    ['identity number, address, card number', ['INS', 'ADDRESS', 'VITALE_SERIAL'], false],
    ['birth date, address, card number', ['BIRTH_DATE', 'ADDRESS', 'VITALE_SERIAL'], false],
    ['nothing', [], false],
  ])('the agent must have asked for enough: %s', (_, checked, enough) => {
    const decision = given(...p.toInvited).when(
      { type: 'RegisterOpposition', proof: { kind: 'PHONE', checked } },
      { at: p.day(1), by: p.agent },
    );
    if (enough) decision.then(p.opposedByPhone);
    else decision.thenRefused('enrolment/checks-missing');
  });

  it('the checks of an agent can not be claimed by anybody else', () => {
    for (const by of [p.bearer, p.alice, p.operator, p.scheduler])
      given(...p.toInvited)
        .when(byPhone, { at: p.day(1), by })
        .thenRefused('enrolment/agent-needed');
  });

  it('a wrong card is refused and remembered', () => {
    given(...p.toInvited)
      .when({ type: 'RegisterOpposition', proof: p.strangerShows(p.FIRST_CODE) }, { at: p.day(1), by: p.bearer })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1));
  });

  it('once is enough: saying no again adds nothing', () => {
    given(...p.toOpposed)
      .when(byPhone, { at: p.day(30), by: p.agent })
      .thenNothing();
  });

  it('nobody opposes for a person who was never declared', () => {
    given()
      .when(byPhone, { at: p.day(1), by: p.agent })
      .thenRefused('enrolment/no-such-space');
  });
});

describe('T3b: a person opposes before having been informed', () => {
  it('by phone', () => {
    given(...p.toEligible)
      .when(byPhone, { at: p.day(-10), by: p.agent })
      .then(p.opposedByPhone);
  });

  it('online, with a code asked for with the card', () => {
    const renewed = p.codeRenewed(p.SECOND_CODE, p.day(-10), '2026-12-22T22:59:59.999Z' as Instant);
    given(p.declared, renewed)
      .when({ type: 'RegisterOpposition', proof: p.aliceShows(p.SECOND_CODE) }, { at: p.day(-9), by: p.bearer })
      .then(p.opposedOnline);
  });

  it('and may take it back: she is eligible again', () => {
    given(p.declared, p.opposedByPhone)
      .when(withdrawByPhone, { at: p.day(200), by: p.agent })
      .then({ ...p.withdrawn, channel: 'PHONE_3422' });
    expect(replay(space, [p.declared, p.opposedByPhone, p.withdrawn]).status).toBe('ELIGIBLE');
  });
});

describe('An opposition that was expressed in time wins, even when it is processed after the opening', () => {
  it('the opening is revoked', () => {
    given(...p.toOpened)
      .when(byPhone, { at: p.LAST_INSTANT, by: p.agent })
      .then(p.openingRevoked, p.opposedByPhone);
  });

  it('not against somebody who has activated the space meanwhile', () => {
    given(...p.toOpened, p.codeConsumed(), p.activated)
      .when(byPhone, { at: p.LAST_INSTANT, by: p.agent })
      .thenRefused('enrolment/already-open');
  });
});

describe('An opposition can be dated back', () => {
  const backdated = (supervisor?: string, on = p.LAST_INSTANT): SpaceCommand => ({
    type: 'RegisterOpposition',
    proof: p.phoneChecks,
    on,
    ...(supervisor === undefined ? {} : { supervisor }),
  });

  it('by two people, and then counts from the day it was expressed', () => {
    given(...p.toOpened)
      .when(backdated('agent-2'), { at: p.day(50), by: p.agent })
      .then(p.openingRevoked, { ...p.opposedByPhone, supervisor: 'agent-2' });
  });

  it.each([
    ['one agent alone', undefined],
    ['the same agent twice', 'agent-1'],
  ])('not by %s', (_, supervisor) => {
    given(...p.toInvited)
      .when(backdated(supervisor), { at: p.day(50), by: p.agent })
      .thenRefused('enrolment/backdating-needs-two-people');
  });

  it('not by the person, who hears of every reason; a wrong card is remembered all the same', () => {
    given(...p.toInvited)
      .when({ type: 'RegisterOpposition', proof: p.strangerShows(p.FIRST_CODE), on: p.day(1) }, { at: p.day(2), by: p.bearer })
      .thenRefusedForAll(['enrolment/backdating-needs-two-people', 'enrolment/not-recognised'], p.codeRefused(1));
  });

  it('not into the future', () => {
    given(...p.toInvited)
      .when(backdated('agent-2', p.day(51)), { at: p.day(50), by: p.agent })
      .thenRefused('enrolment/date-in-the-future');
  });

  it('not beyond the deadline', () => {
    given(...p.toOpened)
      .when(backdated('agent-2', p.OPENING), { at: p.day(50), by: p.agent })
      .thenRefused('enrolment/deadline-passed');
  });
});

describe('Forbidden: an open space is closed, never opposed', () => {
  it.each<[string, readonly SpaceEvent[], string]>([
    ['opened', p.toOpened, 'enrolment/deadline-passed'],
    ['active', p.toActive, 'enrolment/already-open'],
    ['closed', p.toClosed, 'enrolment/closed'],
  ])('a space that is %s', (_, past, code) => {
    given(...past)
      .when(byPhone, { at: p.day(3000), by: p.agent })
      .thenRefused(code);
  });
});

describe('A3 opposition by 3422 on the last day at 23:59 in Paris, opening job at 00:00', () => {
  const past = [...p.toInvited, p.opposedByPhone];

  it('opposed, and the job opens nothing', () => {
    given(...p.toInvited)
      .when(byPhone, { at: '2027-01-01T22:59:00.000Z' as Instant, by: p.agent })
      .then(p.opposedByPhone);
    given(...past)
      .when(open, { at: p.OPENING, by: p.scheduler })
      .thenNothing();
  });

  it('replaying the facts gives the same', () => {
    expect(replay(space, JSON.parse(JSON.stringify(past)) as SpaceEvent[])).toEqual(replay(space, past));
    expect(replay(space, past).status).toBe('OPPOSED');
  });

  it('the same when the job ran first and the opposition was processed late', () => {
    given(...p.toOpened)
      .when(byPhone, { at: '2027-01-01T22:59:00.000Z' as Instant, by: p.agent })
      .then(p.openingRevoked, p.opposedByPhone);
    expect(replay(space, [...p.toOpened, p.openingRevoked, p.opposedByPhone])).toEqual(replay(space, past));
  });
});

describe('A4 opposition on day 43', () => {
  it('refused, whether the opening job has run or not', () => {
    given(...p.toInvited)
      .when(byPhone, { at: p.OPENING, by: p.agent })
      .thenRefused('enrolment/deadline-passed');
    given(...p.toOpened)
      .when(byPhone, { at: p.OPENING, by: p.agent })
      .thenRefused('enrolment/deadline-passed');
  });

  it('closing the space is possible instead', () => {
    given(...p.toOpened)
      .when({ type: 'CloseSpace', proof: p.phoneChecks }, { at: p.OPENING, by: p.agent })
      .then({ ...p.closedByHolder, requestedBy: 'SUPPORT', archivedUntil: '2037-01-02T22:59:59.999Z' as Instant });
  });
});
