import { openingDelay } from '../../../src/domain/enrolment/opening-delay.js';
import { policy } from '../../../src/domain/enrolment/policy.js';
import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import type { Recorded } from '../../../src/domain/shared/fact.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const invite = (code = p.FIRST_CODE): SpaceCommand => ({ type: 'InviteHolder', campaign: p.CAMPAIGN, code });
const reportBounce: SpaceCommand = { type: 'ReportBounce', report: 'mailbox-unknown' };
const reportDelay: SpaceCommand = { type: 'ReportDelay', sentAt: p.DAY_0 };
const open: SpaceCommand = { type: 'OpenAutomatically' };
const by = p.scheduler;

const letter = (sentAt: Instant, opposableUntil: Instant, opensAt: Instant): SpaceEvent => ({
  ...p.invited,
  channel: 'POST',
  sentAt,
  opposableUntil,
  opensAt,
});
const codeOf = (code: typeof p.FIRST_CODE, channel: 'EMAIL' | 'POST', issuedAt: Instant, expiresAt: Instant): SpaceEvent => ({
  type: 'ProvisionalCodeIssued',
  v: 1,
  ...code,
  issuedAt,
  expiresAt,
  channel,
});
/** The facts of an invitation by e-mail, as the law counts them. */
const sent = (sentAt: Instant, opposableUntil: Instant, opensAt: Instant): readonly SpaceEvent[] => [
  { ...p.invited, sentAt, opposableUntil, opensAt },
  codeOf(p.FIRST_CODE, 'EMAIL', sentAt, opposableUntil),
];

describe('T1: a person becomes eligible', () => {
  it('when the fund declares somebody whose national identity is well formed', () => {
    given().when(p.declare, { at: p.DAY_0, by: p.importer }).then(p.declared);
  });

  it('only once: a second declaration adds nothing, whatever happened since', () => {
    for (const past of [p.toEligible, p.toInvited, p.toOpposed, p.toOpened, p.toActive, p.toClosed])
      given(...past)
        .when(p.declare, { at: p.day(1), by: p.importer })
        .thenNothing();
  });

  it('not with a national identity whose key is wrong', () => {
    const wrongKey: SpaceCommand = { ...p.declare, beneficiary: { ...p.ALICE, ins: '287014499991256' } } as SpaceCommand;
    given().when(wrongKey, { at: p.DAY_0, by: p.importer }).thenRefused('identity/ins-wrong-key');
  });
});

describe('T2: the person is informed', () => {
  it('by e-mail where an address is declared, with a provisional code that lives as long as the time to oppose', () => {
    given(...p.toEligible)
      .when(invite(), { at: p.DAY_0, by })
      .then(p.invited, p.codeIssued);
  });

  it('by post where no e-mail address is declared', () => {
    given({ ...p.declared, ...p.DENISE })
      .when(invite(), { at: p.DAY_0, by })
      .then(letter(p.DAY_0, p.LAST_INSTANT, p.OPENING), codeOf(p.FIRST_CODE, 'POST', p.DAY_0, p.LAST_INSTANT));
  });

  it('not before being declared', () => {
    given().when(invite(), { at: p.DAY_0, by }).thenRefused('enrolment/no-such-space');
  });

  it.each([
    ['was invited already', p.toInvited],
    ['opposed before being informed (T3b)', [p.declared, p.opposedByPhone]],
    ['opposed', p.toOpposed],
    ['has a space', p.toOpened],
    ['has activated a space (T4b)', p.toActive],
    ['closed the space', p.toClosed],
  ])('a later mailing skips a person who %s', (_, past) => {
    given(...past)
      .when(invite(p.SECOND_CODE), { at: p.day(3), by })
      .thenNothing();
  });
});

describe('T2b: an e-mail that bounced informed nobody', () => {
  const fromLetter = letter(p.day(5), '2027-01-06T22:59:59.999Z' as Instant, '2027-01-06T23:00:00.000Z' as Instant);
  const secondCode = codeOf(p.SECOND_CODE, 'POST', p.day(5), '2027-01-06T22:59:59.999Z' as Instant);

  it('the bounce is noted once', () => {
    given(...p.toInvited)
      .when(reportBounce, { at: p.day(3), by })
      .then(p.bounced);
  });

  it('nothing opens by itself on the strength of an e-mail that bounced', () => {
    given(...p.toInvited, p.bounced)
      .when(open, { at: p.day(60), by })
      .thenNothing();
  });

  it('a letter that follows can not bounce: the law counts from the sending', () => {
    given(...p.toInvited, p.bounced, fromLetter, secondCode)
      .when(reportBounce, { at: p.day(8), by })
      .thenRefused('enrolment/not-sent-by-email');
  });

  it.each([
    ['nobody was invited yet', p.toEligible],
    ['the person opposed without any information', [p.declared, p.opposedByPhone]],
    ['the space opened on the strength of another one', [p.declared, { ...p.invited, sentAt: p.day(-1) }, p.codeIssued, p.openedByItself]],
    ['the space is closed', p.toClosed],
  ])('a bounce means nothing once %s', (_, past) => {
    given(...past)
      .when(reportBounce, { at: p.day(3), by })
      .thenRefused('enrolment/not-invited');
  });

  it('is remembered of somebody who opposed: taken back, nothing opens unannounced, and a letter is due', () => {
    given(...p.toOpposed)
      .when(reportBounce, { at: p.day(3), by })
      .then(p.bounced);
    const takenBack = [...p.toOpposed, p.bounced, p.withdrawn];
    given(...takenBack)
      .when(open, { at: p.day(60), by })
      .thenNothing();
    given(...takenBack)
      .when(invite(p.SECOND_CODE), { at: p.day(5), by })
      .then(fromLetter, secondCode);
  });

  it('even if it bounced, the word of a recipient who may not decide outlasts the letter', () => {
    const past = [...p.toInvited, p.blocked, p.bounced, fromLetter, secondCode];
    given(...past)
      .when(open, { at: p.day(60), by })
      .thenNothing();
  });

  it('under the other policy, the six weeks would go on from the e-mail', () => {
    const flag = policy as { bounceRestartsClock: boolean };
    flag.bounceRestartsClock = false;
    try {
      given(...p.toInvited, p.bounced)
        .when(invite(p.SECOND_CODE), { at: p.day(5), by })
        .then(letter(p.day(5), p.LAST_INSTANT, p.OPENING), secondCode);
    } finally {
      flag.bounceRestartsClock = true;
    }
  });

  describe('A5 an e-mail bounces on day 3, the letter leaves on day 5', () => {
    it('the six weeks are counted from the letter, and its code replaces the former one', () => {
      given(...p.toInvited, p.bounced)
        .when(invite(p.SECOND_CODE), { at: p.day(5), by })
        .then(fromLetter, secondCode);
    });

    it('the timer of the e-mail finds nothing to open', () => {
      given(...p.toInvited, p.bounced, fromLetter, secondCode)
        .when(open, { at: p.OPENING, by })
        .thenNothing();
    });

    it('the timer of the letter opens the space', () => {
      given(...p.toInvited, p.bounced, fromLetter, secondCode)
        .when(open, { at: p.day(48), by })
        .then(p.openedByItself);
    });
  });
});

describe('T2c: an information that did not leave on its day promises days that the law does not count', () => {
  const nextDay: readonly SpaceEvent[] = [
    {
      ...p.invited,
      sentAt: p.day(1),
      opposableUntil: '2027-01-02T22:59:59.999Z' as Instant,
      opensAt: '2027-01-02T23:00:00.000Z' as Instant,
    },
    codeOf(p.SECOND_CODE, 'EMAIL', p.day(1), '2027-01-02T22:59:59.999Z' as Instant),
  ];

  it('the delay is noted once', () => {
    given(...p.toInvited)
      .when(reportDelay, { at: p.day(1), by })
      .then(p.delayed);
    given(...p.toInvited, p.delayed)
      .when(reportDelay, { at: p.day(2), by })
      .thenNothing();
  });

  it('nothing opens by itself on the strength of it', () => {
    given(...p.toInvited, p.delayed)
      .when(open, { at: p.day(60), by })
      .thenNothing();
  });

  it('another one goes the same way, and the six weeks are counted from it', () => {
    given(...p.toInvited, p.delayed)
      .when(invite(p.SECOND_CODE), { at: p.day(1), by })
      .then(...nextDay);
    given(...p.toInvited, p.delayed, ...nextDay)
      .when(open, { at: p.OPENING, by })
      .thenNothing();
    given(...p.toInvited, p.delayed, ...nextDay)
      .when(open, { at: p.day(44), by })
      .then(p.openedByItself);
  });

  it('by post where the one before went by post, or has bounced since', () => {
    const [, last, opensAt] = [p.day(5), '2027-01-06T22:59:59.999Z' as Instant, '2027-01-06T23:00:00.000Z' as Instant];
    const byPost = letter(p.DAY_0, p.LAST_INSTANT, p.OPENING);
    for (const past of [
      [byPost, p.delayed],
      [p.invited, p.delayed, p.bounced],
    ])
      given(p.declared, ...past)
        .when(invite(p.SECOND_CODE), { at: p.day(5), by })
        .then(letter(p.day(5), last, opensAt), codeOf(p.SECOND_CODE, 'POST', p.day(5), last));
  });

  it('whatever the policy on bounces: days that were never there can not go on', () => {
    const flag = policy as { bounceRestartsClock: boolean };
    flag.bounceRestartsClock = false;
    try {
      given(...p.toInvited, p.delayed)
        .when(invite(p.SECOND_CODE), { at: p.day(1), by })
        .then(...nextDay);
    } finally {
      flag.bounceRestartsClock = true;
    }
  });

  it('says nothing of another invitation than its own', () => {
    given(...p.toInvited, p.delayed, ...nextDay)
      .when(reportDelay, { at: p.day(2), by })
      .thenNothing();
    given(...p.toInvited, p.delayed, ...nextDay)
      .when({ type: 'ReportDelay', sentAt: p.day(1) }, { at: p.day(2), by })
      .then(p.delayed);
  });

  it('says nothing of somebody who can not take the opposition back any more', () => {
    given(...p.toOpposed)
      .when(reportDelay, { at: p.later(p.LAST_INSTANT, 1), by })
      .thenNothing();
  });

  it('says nothing of an e-mail that bounced: its letter is on the way', () => {
    given(...p.toInvited, p.bounced)
      .when(reportDelay, { at: p.day(1), by })
      .thenNothing();
  });

  it('is remembered of somebody who opposed without waiting for it: taken back, nothing opens unannounced', () => {
    given(...p.toOpposed)
      .when(reportDelay, { at: p.day(1), by })
      .then(p.delayed);
    const takenBack = [...p.toOpposed, p.delayed, p.withdrawn];
    given(...takenBack)
      .when(open, { at: p.day(60), by })
      .thenNothing();
    given(...takenBack)
      .when(invite(p.SECOND_CODE), { at: p.day(1), by })
      .then(...nextDay);
  });

  it.each([
    ['nobody was invited yet', p.toEligible],
    ['somebody opposed before being informed', [p.declared, p.opposedByPhone]],
    ['the space opened on the strength of another one', [p.declared, { ...p.invited, sentAt: p.day(-1) }, p.codeIssued, p.openedByItself]],
    ['the space is active', p.toActive],
    ['the space is closed', p.toClosed],
  ])('means nothing where %s', (_, past) => {
    given(...past)
      .when(reportDelay, { at: p.day(1), by })
      .thenRefused('enrolment/not-invited');
  });

  it('is refused by a name of its own where the space opened on the strength of it: somebody must look', () => {
    given(...p.toOpened)
      .when(reportDelay, { at: p.day(60), by })
      .thenRefused('enrolment/opened-unannounced');
  });
});

describe('T5: without an opposition the space opens by itself', () => {
  it.each([
    ['Thu 2022-02-03 09:00', '2022-02-03T08:00:00.000Z', '2022-03-17T22:59:59.999Z', '2022-03-17T23:00:00.000Z'],
    ['Tue 2022-03-01 23:30', '2022-03-01T22:30:00.000Z', '2022-04-12T21:59:59.999Z', '2022-04-12T22:00:00.000Z'],
    ['Sun 2026-09-20 10:00', '2026-09-20T08:00:00.000Z', '2026-11-01T22:59:59.999Z', '2026-11-01T23:00:00.000Z'],
    ['Fri 2026-11-20 08:00', '2026-11-20T07:00:00.000Z', '2027-01-01T22:59:59.999Z', '2027-01-01T23:00:00.000Z'],
    ['Fri 2026-11-20 00:00', '2026-11-19T23:00:00.000Z', '2027-01-01T22:59:59.999Z', '2027-01-01T23:00:00.000Z'],
    ['Fri 2026-11-20 23:59:59.999', '2026-11-20T22:59:59.999Z', '2027-01-01T22:59:59.999Z', '2027-01-01T23:00:00.000Z'],
  ])('sent %s in Paris, it may be opposed until the end of day 42 and opens at 00:00 of day 43', (_, at, last, opensAt) => {
    const facts = sent(at as Instant, last as Instant, opensAt as Instant);
    given(p.declared)
      .when(invite(), { at: at as Instant, by })
      .then(...facts);
    given(p.declared, ...facts)
      .when(open, { at: last as Instant, by })
      .thenNothing();
    given(p.declared, ...facts)
      .when(open, { at: opensAt as Instant, by })
      .then(p.openedByItself);
  });

  it('a timer that was late for three days catches up', () => {
    given(...p.toInvited)
      .when(open, { at: p.day(46), by })
      .then(p.openedByItself);
  });

  it.each([
    ['nobody', []],
    ['a person who was never informed', p.toEligible],
    ['a person who opposed', p.toOpposed],
    ['a space that is open', p.toOpened],
    ['a space that is active', p.toActive],
    ['a closed space', p.toClosed],
  ])('the timer opens nothing for %s', (_, past: readonly SpaceEvent[]) => {
    given(...past)
      .when(open, { at: p.day(60), by })
      .thenNothing();
  });

  it('each sending asks for one opening, at the instant it promised', () => {
    const fact = { event: p.invited } as Recorded<typeof p.invited>;
    expect(openingDelay.on.InvitationSent?.(fact, 'alice')).toEqual([{ id: 'alice', wish: open, notBefore: p.OPENING }]);
  });
});

describe('A1 e-mail sent Thursday 3 February 2022 at 09:00 in Paris, no answer', () => {
  const past = [
    p.declared,
    ...sent('2022-02-03T08:00:00.000Z' as Instant, '2022-03-17T22:59:59.999Z' as Instant, '2022-03-17T23:00:00.000Z' as Instant),
  ];

  it('still invited at 2022-03-17T22:59:59.999Z', () => {
    given(...past)
      .when(open, { at: '2022-03-17T22:59:59.999Z' as Instant, by })
      .thenNothing();
  });

  it('opened by itself from 2022-03-17T23:00:00Z, and not active: only opened', () => {
    given(...past)
      .when(open, { at: '2022-03-17T23:00:00.000Z' as Instant, by })
      .then(p.openedByItself);
    given(...past, p.openedByItself)
      .when({ type: 'AcceptTerms', terms: p.TERMS }, { at: '2022-03-18T08:00:00.000Z' as Instant, by: p.alice })
      .thenRefused('enrolment/not-open');
  });
});

describe('A2 sent Tuesday 1 March 2022 at 23:30 in Paris, the clocks change inside', () => {
  const past = [
    p.declared,
    ...sent('2022-03-01T22:30:00.000Z' as Instant, '2022-04-12T21:59:59.999Z' as Instant, '2022-04-12T22:00:00.000Z' as Instant),
  ];

  it('opens at 2022-04-12T22:00:00Z, not an hour later and not a millisecond earlier', () => {
    given(...past)
      .when(open, { at: '2022-04-12T21:59:59.999Z' as Instant, by })
      .thenNothing();
    given(...past)
      .when(open, { at: '2022-04-12T22:00:00.000Z' as Instant, by })
      .then(p.openedByItself);
  });
});
