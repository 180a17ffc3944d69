import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const open: SpaceCommand = { type: 'OpenAutomatically' };
const reportFailure: SpaceCommand = { type: 'ReportOpeningFailure', reason: 'no-qualified-identity' };
const block = (proof = p.aliceShows(p.FIRST_CODE)): SpaceCommand => ({
  type: 'BlockAutomaticCreation',
  proof,
  reason: 'NOT_LEGAL_REPRESENTATIVE',
});
const oppose: SpaceCommand = { type: 'RegisterOpposition', proof: p.phoneChecks };

describe('T5b: an automatic opening that failed', () => {
  it('is noted once, so that the person is told without delay', () => {
    given(...p.toInvited)
      .when(reportFailure, { at: p.day(43), by: p.scheduler })
      .then(p.failed);
  });

  it('is tried again', () => {
    given(...p.toInvited, p.failed)
      .when(open, { at: p.day(44), by: p.operator })
      .then(p.openedByItself);
  });

  it('is not tried before its instant', () => {
    given(...p.toInvited, p.failed)
      .when(open, { at: p.LAST_INSTANT, by: p.operator })
      .thenNothing();
  });

  it('leaves the person free to oppose after day 42, until the space opens', () => {
    given(...p.toInvited, p.failed)
      .when(oppose, { at: p.day(50), by: p.agent })
      .then(p.opposedByPhone);
    given(...p.toInvited, p.failed, p.openedByItself)
      .when(oppose, { at: p.day(50), by: p.agent })
      .thenRefused('enrolment/deadline-passed');
  });

  it('does not make a bounced e-mail good', () => {
    given(...p.toInvited, p.bounced, p.failed)
      .when(open, { at: p.day(50), by: p.scheduler })
      .thenNothing();
  });

  it.each([
    ['nobody was informed', p.toEligible],
    ['the person opposed', p.toOpposed],
    ['the space is open', p.toOpened],
    ['the space is active', p.toActive],
    ['the space is closed', p.toClosed],
  ])('can not be reported when %s', (_, past) => {
    given(...past)
      .when(reportFailure, { at: p.day(43), by: p.scheduler })
      .thenRefused('enrolment/not-invited');
  });
});

describe('T5c: a recipient who may not decide for the person', () => {
  it('stops the automatic opening, once', () => {
    given(...p.toInvited)
      .when(block(), { at: p.day(2), by: p.bearer })
      .then(p.blocked);
  });

  it('may say so by phone', () => {
    given(...p.toInvited)
      .when({ type: 'BlockAutomaticCreation', proof: p.phoneChecks, reason: 'NOT_LEGAL_REPRESENTATIVE' }, { at: p.day(2), by: p.agent })
      .then(p.blocked);
  });

  it('must prove that the letter is his: a wrong card is refused and remembered', () => {
    given(...p.toInvited)
      .when(block(p.strangerShows(p.FIRST_CODE)), { at: p.day(2), by: p.bearer })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1));
  });

  it.each([
    ['when nothing else is in the way', []],
    ['when a failure is reported later', [p.failed]],
    ['when the e-mail bounces later', [p.bounced]],
  ])('is heard for good: the timer opens nothing %s', (_, more: readonly SpaceEvent[]) => {
    given(...p.toInvited, p.blocked, ...more)
      .when(open, { at: p.day(60), by: p.scheduler })
      .thenNothing();
  });

  it('leaves the time to oppose open', () => {
    given(...p.toInvited, p.blocked)
      .when(oppose, { at: p.day(50), by: p.agent })
      .then(p.opposedByPhone);
  });

  it('may still be followed by an activation, by whoever proves to be the person', () => {
    given(...p.toInvited, p.blocked)
      .when({ type: 'ActivateSpace', proof: p.aliceShows(p.FIRST_CODE), terms: p.TERMS }, { at: p.day(3), by: p.alice })
      .then(p.openedVoluntarily, p.codeConsumed(), p.activated, p.termsAccepted);
  });

  it('has nothing to stop before the information was sent, after an opposition, or once the space is open', () => {
    const byPhone: SpaceCommand = { type: 'BlockAutomaticCreation', proof: p.phoneChecks, reason: 'NOT_LEGAL_REPRESENTATIVE' };
    given()
      .when(byPhone, { at: p.day(2), by: p.agent })
      .thenRefused('enrolment/no-such-space');
    for (const past of [p.toEligible, p.toOpposed, p.toOpened, p.toActive, p.toClosed])
      given(...past)
        .when(byPhone, { at: p.day(2), by: p.agent })
        .thenRefused('enrolment/not-invited');
  });
});
