import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import { replay } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const close: SpaceCommand = { type: 'CloseSpace' };
const closeByPhone: SpaceCommand = { type: 'CloseSpace', proof: p.phoneChecks };
const reopen: SpaceCommand = { type: 'ReopenSpace' };
const reopenWith = (proof: ReturnType<typeof p.aliceShows>): SpaceCommand => ({ type: 'ReopenSpace', proof });
const closedByAgent: SpaceEvent = { ...p.closedByHolder, requestedBy: 'SUPPORT' };
/** A code asked for in the last days of the archive. */
const LATE_CODE = p.codeRenewed(p.SECOND_CODE, '2042-02-20T11:00:00.000Z' as Instant, '2042-04-03T21:59:59.999Z' as Instant);

describe('T8: a space is closed at any time', () => {
  it('by its holder: what it holds is archived for ten years from the day of closing', () => {
    given(...p.toActive)
      .when(close, { at: p.CLOSING, by: p.freshly(p.alice, p.CLOSING) })
      .then(p.closedByHolder);
  });

  it('by phone, when the agent checked the identity; also a space that was never activated', () => {
    for (const past of [p.toActive, p.toOpened])
      given(...past)
        .when(closeByPhone, { at: p.CLOSING, by: p.agent })
        .then(closedByAgent);
  });

  it.each([
    ['10 minutes ago, accepted', 600_000, true],
    ['10 minutes and a millisecond ago, too long', 600_001, false],
  ])('the holder must have proven himself anew: %s', (_, age, accepted) => {
    const decision = given(...p.toActive).when(close, { at: p.CLOSING, by: p.freshly(p.alice, p.later(p.CLOSING, -age)) });
    if (accepted) decision.then(p.closedByHolder);
    else decision.thenRefused('enrolment/reauthentication-needed');
  });

  it('the agent must have asked for enough', () => {
    given(...p.toActive)
      .when(close, { at: p.CLOSING, by: p.agent })
      .thenRefused('enrolment/checks-missing');
    given(...p.toActive)
      .when({ type: 'CloseSpace', proof: { kind: 'PHONE', checked: ['INS', 'BIRTH_DATE'] } }, { at: p.CLOSING, by: p.agent })
      .thenRefused('enrolment/checks-missing');
  });

  it('nobody else closes it', () => {
    for (const by of [p.bearer, p.operator, p.compliance, p.scheduler])
      given(...p.toActive)
        .when(closeByPhone, { at: p.CLOSING, by })
        .thenRefused('enrolment/account-needed');
  });

  it('once is enough', () => {
    given(...p.toClosed)
      .when(close, { at: p.CLOSING, by: p.alice })
      .thenNothing();
  });

  it('what is not open can not be closed', () => {
    for (const past of [[], p.toEligible, p.toInvited, p.toOpposed])
      given(...past)
        .when(closeByPhone, { at: p.CLOSING, by: p.agent })
        .thenRefused('enrolment/not-open');
  });

  it.each([
    ['Sunday 29 February 2032 at noon', '2032-02-29T11:00:00.000Z', '2042-02-28T22:59:59.999Z'],
    ['Wednesday 28 February 2024 at noon', '2024-02-28T11:00:00.000Z', '2034-02-28T22:59:59.999Z'],
    ['31 December 2026 at 23:59:59.999', '2026-12-31T22:59:59.999Z', '2036-12-31T22:59:59.999Z'],
    ['1 January 2027 at 00:00', '2026-12-31T23:00:00.000Z', '2037-01-01T22:59:59.999Z'],
    ['Tuesday 1 July 2025 at noon', '2025-07-01T10:00:00.000Z', '2035-07-01T21:59:59.999Z'],
  ])('closed on %s in Paris, the archive lasts until the end of its last day', (_, at, archivedUntil) => {
    given(...p.toActive)
      .when(closeByPhone, { at: at as Instant, by: p.agent })
      .then({ ...p.closedByHolder, requestedBy: 'SUPPORT', archivedUntil: archivedUntil as Instant });
  });
});

describe('T10: a closed space is reopened', () => {
  it('by the account that held it, identified at a substantial level', () => {
    given(...p.toClosed)
      .when(reopen, { at: p.day(4000), by: p.alice })
      .then(p.reopened);
  });

  it('not by a password alone', () => {
    given(...p.toClosed)
      .when(reopen, { at: p.day(4000), by: p.weakly(p.alice) })
      .thenRefused('enrolment/code-or-substantial-identity-needed');
  });

  it('by whoever holds a valid code, the card and the birth date, also with a new account', () => {
    given(...p.toClosed, LATE_CODE)
      .when(reopenWith(p.aliceShows(p.SECOND_CODE)), { at: p.ARCHIVE_END, by: p.weakly(p.bruno) })
      .then(p.codeConsumed(p.SECOND_CODE), { ...p.reopened, subject: p.bruno.subject });
  });

  it('also when it had never been activated: a code binds the account', () => {
    given(...p.toOpened, closedByAgent, LATE_CODE)
      .when(reopenWith(p.aliceShows(p.SECOND_CODE)), { at: p.ARCHIVE_END, by: p.alice })
      .then(p.codeConsumed(p.SECOND_CODE), p.reopened);
  });

  it('a wrong card is refused and remembered', () => {
    given(...p.toClosed, LATE_CODE)
      .when(reopenWith(p.strangerShows(p.SECOND_CODE)), { at: p.ARCHIVE_END, by: p.bruno })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1, p.SECOND_CODE));
  });

  it('what is active needs no reopening by its holder', () => {
    given(...p.toActive)
      .when(reopen, { at: p.day(10), by: p.alice })
      .thenNothing();
  });

  it('a valid code does not reopen what is open, or was never open', () => {
    given(...p.toActive, LATE_CODE)
      .when(reopenWith(p.aliceShows(p.SECOND_CODE)), { at: p.ARCHIVE_END, by: p.bruno })
      .thenRefused('enrolment/already-open');
    for (const past of [p.toEligible, p.toInvited, p.toOpposed, p.toOpened])
      given(...past, LATE_CODE)
        .when(reopenWith(p.aliceShows(p.SECOND_CODE)), { at: p.ARCHIVE_END, by: p.alice })
        .thenRefused('enrolment/not-closed');
  });

  it('whoever is neither the holder nor shows a code learns nothing about the space', () => {
    for (const past of [p.toEligible, p.toInvited, p.toOpposed, p.toOpened, p.toActive, p.toClosed])
      given(...past)
        .when(reopen, { at: p.day(10), by: p.bruno })
        .thenRefused('access/nothing-here');
    given()
      .when(reopen, { at: p.day(10), by: p.bruno })
      .thenRefused('enrolment/no-such-space');
  });

  it('an account is needed', () => {
    for (const by of [p.bearer, p.agent, p.operator, p.scheduler])
      given(...p.toClosed)
        .when(reopen, { at: p.day(10), by })
        .thenRefused('enrolment/account-needed');
  });
});

describe('A9 closure, then reopening after 9 years and 364 days', () => {
  it.each([
    ['9 years and 364 days later', '2042-02-27T11:00:00.000Z', true],
    ['on the last day of the archive at 23:59:59.999 in Paris', '2042-02-28T22:59:59.999Z', true],
    ['on the next day at 00:00 in Paris', '2042-02-28T23:00:00.000Z', false],
    ['10 years and 1 day later', '2042-03-01T11:00:00.000Z', false],
  ])('%s', (_, at, accepted) => {
    const decision = given(...p.toClosed).when(reopen, { at: at as Instant, by: p.alice });
    if (accepted) decision.then(p.reopened);
    else decision.thenRefused('enrolment/archive-over');
  });

  it('active again, with the terms accepted before; the archive ends with it', () => {
    const back = replay(space, [...p.toClosed, p.reopened]);
    expect(back).toEqual(replay(space, p.toActive));
  });

  it('closed again, ten years run from the new closing', () => {
    given(...p.toClosed, p.reopened)
      .when(closeByPhone, { at: '2040-06-15T10:00:00.000Z' as Instant, by: p.agent })
      .then({ ...closedByAgent, archivedUntil: '2050-06-15T21:59:59.999Z' as Instant });
  });
});

describe('Forbidden: nothing but reopening, and asking for the code it needs, on a closed space', () => {
  it.each<[string, SpaceCommand, string]>([
    ['an opposition', { type: 'RegisterOpposition', proof: p.phoneChecks }, 'enrolment/closed'],
    ['a withdrawal', { type: 'WithdrawOpposition', proof: p.phoneChecks }, 'enrolment/not-opposed'],
    ['a bounce', { type: 'ReportBounce', report: 'mailbox-unknown' }, 'enrolment/not-invited'],
    ['a failed opening', { type: 'ReportOpeningFailure', reason: 'technical' }, 'enrolment/not-invited'],
    ['new terms', { type: 'AcceptTerms', terms: p.TERMS }, 'enrolment/not-open'],
  ])('%s is refused', (_, wish, code) => {
    given(...p.toClosed)
      .when(wish, { at: p.day(10), by: p.agent })
      .thenRefused(code);
  });
});
