import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import { replay } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const OLD_TERMS = { conditions: '2021-01', privacy: '2021-01' };
const activate = (code = p.FIRST_CODE, terms: { conditions: string; privacy: string } = p.TERMS): SpaceCommand => ({
  type: 'ActivateSpace',
  proof: p.aliceShows(code),
  terms,
});
const accept = (terms: { conditions: string; privacy: string } = p.TERMS): SpaceCommand => ({ type: 'AcceptTerms', terms });
const DAY_100_CODE = p.codeRenewed(p.SECOND_CODE, p.day(100), '2027-04-11T21:59:59.999Z' as Instant);

describe('T4: an invited person activates before the deadline', () => {
  it('the space opens at her wish, the code is used, the account is bound and the terms are accepted', () => {
    given(...p.toInvited)
      .when(activate(), { at: p.day(2), by: p.alice })
      .then(p.openedVoluntarily, p.codeConsumed(), p.activated, p.termsAccepted);
  });

  it('once is enough: the same account again adds nothing', () => {
    given(...p.toActive)
      .when(activate(), { at: p.day(3), by: p.alice })
      .thenNothing();
  });

  it('an account is needed: nobody else can be bound to a space', () => {
    for (const by of [p.bearer, p.agent, p.operator, p.scheduler])
      given(...p.toInvited)
        .when(activate(), { at: p.day(2), by })
        .thenRefused('enrolment/account-needed');
  });

  it('nobody activates what was never declared', () => {
    given()
      .when(activate(), { at: p.day(2), by: p.alice })
      .thenRefused('enrolment/no-such-space');
  });

  it('a wrong card is refused and remembered', () => {
    given(...p.toInvited)
      .when({ type: 'ActivateSpace', proof: p.strangerShows(p.FIRST_CODE), terms: p.TERMS }, { at: p.day(2), by: p.bruno })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1));
  });

  it('outdated terms are refused, and the code stays unused', () => {
    given(...p.toInvited)
      .when(activate(p.FIRST_CODE, OLD_TERMS), { at: p.day(2), by: p.alice })
      .thenRefused('enrolment/terms-outdated');
  });

  it('all reasons of a refusal are listed, the code first', () => {
    given(...p.toInvited)
      .when(activate(p.FIRST_CODE, OLD_TERMS), { at: p.OPENING, by: p.alice })
      .thenRefusedForAll(['enrolment/code-expired', 'enrolment/terms-outdated']);
  });

  it('the timer then has nothing to open', () => {
    given(...p.toActive)
      .when({ type: 'OpenAutomatically' }, { at: p.OPENING, by: p.scheduler })
      .thenNothing();
  });
});

describe('T4b: a person activates before having been informed', () => {
  it('with a code asked for with the card, without waiting six weeks', () => {
    given(p.declared, DAY_100_CODE)
      .when(activate(p.SECOND_CODE), { at: p.day(101), by: p.alice })
      .then(p.openedVoluntarily, p.codeConsumed(p.SECOND_CODE), p.activated, p.termsAccepted);
  });
});

describe('T6: an opened space is activated', () => {
  it('with a valid code, without any time limit: it is open already', () => {
    given(...p.toOpened, DAY_100_CODE)
      .when(activate(p.SECOND_CODE), { at: p.day(101), by: p.alice })
      .then(p.codeConsumed(p.SECOND_CODE), p.activated, p.termsAccepted);
  });

  it('not with the code of the letter, once its six weeks are over', () => {
    given(...p.toOpened)
      .when(activate(), { at: p.OPENING, by: p.alice })
      .thenRefused('enrolment/code-expired');
  });
});

describe('A space has one holder', () => {
  it('another account can not activate it, even with a valid code', () => {
    given(...p.toActive, DAY_100_CODE)
      .when(activate(p.SECOND_CODE), { at: p.day(101), by: p.bruno })
      .thenRefused('enrolment/already-open');
  });

  it('a closed space is reopened, not activated', () => {
    given(...p.toClosed, DAY_100_CODE)
      .when(activate(p.SECOND_CODE), { at: p.day(101), by: p.alice })
      .thenRefused('enrolment/closed');
  });
});

describe('The conditions of use', () => {
  it('are accepted by version, once', () => {
    given(...p.toInvited, p.openedVoluntarily, p.codeConsumed(), p.activated)
      .when(accept(), { at: p.day(2), by: p.alice })
      .then(p.termsAccepted);
    given(...p.toActive)
      .when(accept(), { at: p.day(2), by: p.alice })
      .thenNothing();
  });

  it('are accepted again when a new version is in force', () => {
    given(...p.toActive.slice(0, -1), { ...p.termsAccepted, ...OLD_TERMS })
      .when(accept(), { at: p.day(200), by: p.alice })
      .then(p.termsAccepted);
  });

  it.each([
    ['conditions', { ...p.TERMS, conditions: '2021-01' }],
    ['privacy', { ...p.TERMS, privacy: '2021-01' }],
  ])('an outdated version of the %s is refused', (_, terms) => {
    given(...p.toActive)
      .when(accept(terms), { at: p.day(200), by: p.alice })
      .thenRefused('enrolment/terms-outdated');
  });

  it('concern active spaces alone', () => {
    for (const past of [[], p.toEligible, p.toInvited, p.toOpposed, p.toOpened, p.toClosed])
      given(...past)
        .when(accept(), { at: p.day(2), by: p.alice })
        .thenRefused('enrolment/not-open');
  });
});

describe('A8 a person who opposed activates two years later', () => {
  const code = p.codeRenewed(p.SECOND_CODE, '2028-11-20T08:00:00.000Z' as Instant, '2029-01-01T22:59:59.999Z' as Instant);
  const past: readonly SpaceEvent[] = [...p.toOpposed, code];
  const at = '2028-11-21T08:00:00.000Z' as Instant;

  it('active, opened after an opposition (T7)', () => {
    given(...past)
      .when(activate(p.SECOND_CODE), { at, by: p.alice })
      .then(p.openedAfterOpposition, p.codeConsumed(p.SECOND_CODE), p.activated, p.termsAccepted);
  });

  it('with a new code only: that of the letter has expired', () => {
    given(...p.toOpposed)
      .when(activate(), { at, by: p.alice })
      .thenRefused('enrolment/code-expired');
  });

  it('nothing of the time before is carried over but the person', () => {
    const active = replay(space, [...past, p.openedAfterOpposition, p.codeConsumed(p.SECOND_CODE), p.activated, p.termsAccepted]);
    expect(Object.keys(active).sort()).toEqual(['code', 'holder', 'person', 'status', 'terms']);
    expect(active).toMatchObject({ status: 'ACTIVE', holder: p.alice.subject, terms: p.TERMS });
  });
});
