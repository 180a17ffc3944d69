import type { CodeProof } from '../../../src/domain/enrolment/provisional-code.js';
import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import type { Instant, LocalDate } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const activate = (proof: CodeProof): SpaceCommand => ({ type: 'ActivateSpace', proof, terms: p.TERMS });
const renew = (
  code = p.SECOND_CODE,
  proof: Extract<SpaceCommand, { type: 'RenewProvisionalCode' }>['proof'] = p.aliceCard,
): SpaceCommand => ({
  type: 'RenewProvisionalCode',
  proof,
  channel: 'EMAIL',
  code,
});
const activation: readonly SpaceEvent[] = [p.openedVoluntarily, p.codeConsumed(), p.activated, p.termsAccepted];
const DAY_10_CODE = p.codeRenewed(p.SECOND_CODE, p.day(10), '2027-01-11T22:59:59.999Z' as Instant);
const tries = (n: number): readonly SpaceEvent[] => Array.from({ length: n }, (_, i) => p.codeRefused(i + 1));

describe('A provisional code proves who somebody is, together with the card and the birth date', () => {
  it.each<[string, Partial<CodeProof>, boolean]>([
    ['the eleven digits that people type', {}, true],
    ['all twenty-one digits of the card', { vitaleSerial: '802500000212345678901' }, true],
    ['the digits with blanks between', { vitaleSerial: '8025 0000 0212 3456 7890 1' }, true],
    ['another card', { vitaleSerial: '98765432109' }, false],
    ['no digits at all', { vitaleSerial: '' }, false],
    ['another birth date', { birthDate: '1987-01-16' as LocalDate }, false],
  ])('%s', (_, shown, recognised) => {
    const decision = given(...p.toInvited).when(activate({ ...p.aliceShows(p.FIRST_CODE), ...shown }), { at: p.day(1), by: p.alice });
    if (recognised) decision.then(...activation);
    else decision.thenRefused('enrolment/not-recognised', p.codeRefused(1));
  });

  it.each([
    ['no card', null],
    ['an empty field', ''],
    ['something shorter than any card number', '1234567'],
  ])('where the fund declared %s, nothing can be shown online: the person calls 3422', (_, vitaleSerial) => {
    given({ ...p.declared, vitaleSerial }, p.invited, p.codeIssued)
      .when(activate({ ...p.aliceShows(p.FIRST_CODE), vitaleSerial: vitaleSerial ?? '' }), { at: p.day(1), by: p.alice })
      .thenRefused('enrolment/no-card-on-file');
    given({ ...p.declared, vitaleSerial })
      .when(renew(p.SECOND_CODE, { ...p.aliceCard, vitaleSerial: vitaleSerial ?? '' }), { at: p.day(1), by: p.bearer })
      .thenRefused('enrolment/nobody-recognised');
  });

  it('where no code was ever issued, none is recognised', () => {
    given(...p.toEligible)
      .when(activate(p.aliceShows(p.FIRST_CODE)), { at: p.day(1), by: p.alice })
      .thenRefused('enrolment/code-superseded');
  });
});

describe('Five wrong tries kill the code, never the person', () => {
  const wrong = activate(p.strangerShows(p.FIRST_CODE));
  const right = activate(p.aliceShows(p.FIRST_CODE));

  it.each([1, 2, 3, 4])('the wrong try number %i is refused and remembered', (n) => {
    given(...p.toInvited, ...tries(n - 1))
      .when(wrong, { at: p.day(1), by: p.alice })
      .thenRefused('enrolment/not-recognised', p.codeRefused(n));
  });

  it('after the 4th the right card still opens', () => {
    given(...p.toInvited, ...tries(4))
      .when(right, { at: p.day(1), by: p.alice })
      .then(...activation);
  });

  it('the 5th locks the code', () => {
    given(...p.toInvited, ...tries(4))
      .when(wrong, { at: p.day(1), by: p.alice })
      .thenRefused('enrolment/not-recognised', p.codeRefused(5), p.codeLocked);
  });

  it('a locked code is refused even with the right card, and counts no further', () => {
    for (const attempt of [right, wrong])
      given(...p.toInvited, ...tries(5), p.codeLocked)
        .when(attempt, { at: p.day(1), by: p.alice })
        .thenRefused('enrolment/code-locked');
  });

  it('a new code can be asked for, and starts with no wrong try', () => {
    given(...p.toInvited, ...tries(5), p.codeLocked, DAY_10_CODE)
      .when(activate(p.aliceShows(p.SECOND_CODE)), { at: p.day(11), by: p.alice })
      .then(p.openedVoluntarily, p.codeConsumed(p.SECOND_CODE), p.activated, p.termsAccepted);
    given(...p.toInvited, ...tries(5), p.codeLocked, DAY_10_CODE)
      .when(activate(p.strangerShows(p.SECOND_CODE)), { at: p.day(11), by: p.alice })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1, p.SECOND_CODE));
  });
});

describe('A new code can be asked for at any time, with the card in hand or by phone', () => {
  it('it goes to a contact that the fund knows and lives six weeks', () => {
    given(...p.toInvited)
      .when(renew(), { at: p.day(10), by: p.bearer })
      .then(DAY_10_CODE);
    given(...p.toInvited)
      .when(renew(p.SECOND_CODE, p.phoneChecks), { at: p.day(10), by: p.agent })
      .then(DAY_10_CODE);
  });

  it('the former code ends with it', () => {
    given(...p.toInvited, DAY_10_CODE)
      .when(activate(p.aliceShows(p.FIRST_CODE)), { at: p.day(11), by: p.alice })
      .thenRefused('enrolment/code-superseded');
  });

  it('the time to oppose does not move with it', () => {
    given(...p.toInvited, DAY_10_CODE)
      .when({ type: 'RegisterOpposition', proof: p.aliceShows(p.SECOND_CODE) }, { at: p.OPENING, by: p.bearer })
      .thenRefused('enrolment/deadline-passed');
  });

  it.each([
    ['eligible', p.toEligible],
    ['invited', p.toInvited],
    ['opposed', p.toOpposed],
    ['opened', p.toOpened],
    ['closed', p.toClosed],
  ])('whoever is %s gets one', (_, past) => {
    given(...past)
      .when(renew(), { at: p.day(10), by: p.bearer })
      .then(DAY_10_CODE);
  });

  it('not once the archive of a closed space is over', () => {
    given(...p.toClosed)
      .when(renew(), { at: p.later(p.ARCHIVE_END, 1), by: p.bearer })
      .thenRefused('enrolment/archive-over');
  });

  it('not for a stranger, who is not told whether the person exists', () => {
    const stranger = renew(p.SECOND_CODE, { kind: 'CARD', vitaleSerial: '98765432109', birthDate: p.ALICE.birthDate });
    given(...p.toInvited)
      .when(stranger, { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/nobody-recognised');
    given()
      .when(stranger, { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/nobody-recognised');
  });

  it('not on checks that no agent made', () => {
    given(...p.toInvited)
      .when(renew(p.SECOND_CODE, p.phoneChecks), { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/agent-needed');
    given(...p.toInvited)
      .when(renew(p.SECOND_CODE, { kind: 'PHONE', checked: ['INS'] }), { at: p.day(10), by: p.agent })
      .thenRefused('enrolment/checks-missing');
  });

  it('not by e-mail where the fund knows no address', () => {
    given({ ...p.declared, email: null })
      .when(renew(), { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/contacts-not-found');
  });
});

describe('A6 code used twice, after six weeks, two renewals within 30 s', () => {
  it('used twice, by anybody: refused, already used', () => {
    const past = [...p.toInvited, ...activation];
    given(...past)
      .when(activate(p.aliceShows(p.FIRST_CODE)), { at: p.day(2), by: p.bruno })
      .thenRefused('enrolment/code-already-used');
    given(...past, p.closedByHolder)
      .when({ type: 'ReopenSpace', proof: p.aliceShows(p.FIRST_CODE) }, { at: p.day(3), by: p.alice })
      .thenRefused('enrolment/code-already-used');
  });

  it.each([
    ['day 42 at 23:59:59.999 in Paris, accepted', p.LAST_INSTANT, true],
    ['day 43 at 00:00:00.000 in Paris, expired', p.OPENING, false],
  ])('after six weeks: %s', (_, at, accepted) => {
    const decision = given(...p.toInvited).when(activate(p.aliceShows(p.FIRST_CODE)), { at, by: p.alice });
    if (accepted) decision.then(...activation);
    else decision.thenRefused('enrolment/code-expired');
  });

  it.each([
    ['29.999 s after the former one, too soon', 29_999, false],
    ['30 s after it, sent', 30_000, true],
  ])('two renewals: %s', (_, pause, accepted) => {
    const at = p.later(p.day(10), pause);
    const decision = given(...p.toInvited, DAY_10_CODE).when(renew(p.THIRD_CODE), { at, by: p.bearer });
    if (accepted) decision.then(p.codeRenewed(p.THIRD_CODE, at, '2027-01-11T22:59:59.999Z' as Instant));
    else decision.thenRefused('enrolment/code-asked-too-soon');
  });

  it('the same request delivered twice sends one code', () => {
    given(...p.toInvited, DAY_10_CODE)
      .when(renew(), { at: p.day(11), by: p.bearer })
      .thenNothing();
  });
});
