import { space } from '../../../src/domain/enrolment/space.js';
import type { SpaceCommand } from '../../../src/domain/enrolment/space-vocabulary.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(space);
const withdraw: SpaceCommand = { type: 'WithdrawOpposition', proof: p.aliceShows(p.FIRST_CODE) };
const withdrawByPhone: SpaceCommand = { type: 'WithdrawOpposition', proof: p.phoneChecks };
const open: SpaceCommand = { type: 'OpenAutomatically' };

describe('Taking an opposition back', () => {
  it('within the window, with the same proof of identity: invited again, with the same deadline', () => {
    given(...p.toOpposed)
      .when(withdraw, { at: p.day(10), by: p.bearer })
      .then(p.withdrawn);
    given(...p.toOpposed, p.withdrawn)
      .when(open, { at: p.LAST_INSTANT, by: p.scheduler })
      .thenNothing();
    given(...p.toOpposed, p.withdrawn)
      .when(open, { at: p.OPENING, by: p.scheduler })
      .then(p.openedByItself);
  });

  it.each([
    ['day 42 at 23:59:59.999 in Paris, accepted', p.LAST_INSTANT, true],
    ['day 43 at 00:00:00.000 in Paris, refused: only activating helps', p.OPENING, false],
  ])('until the end of the last day: %s', (_, at, accepted) => {
    const decision = given(...p.toOpposed).when(withdrawByPhone, { at, by: p.agent });
    if (accepted) decision.then({ ...p.withdrawn, channel: 'PHONE_3422' });
    else decision.thenRefused('enrolment/deadline-passed');
  });

  it('not without proof; a wrong card is remembered', () => {
    given(...p.toOpposed)
      .when({ type: 'WithdrawOpposition', proof: p.strangerShows(p.FIRST_CODE) }, { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/not-recognised', p.codeRefused(1));
    given(...p.toOpposed)
      .when(withdrawByPhone, { at: p.day(10), by: p.bearer })
      .thenRefused('enrolment/agent-needed');
    given()
      .when(withdrawByPhone, { at: p.day(10), by: p.agent })
      .thenRefused('enrolment/no-such-space');
  });

  it('means nothing where nobody opposed', () => {
    for (const past of [p.toEligible, p.toInvited])
      given(...past)
        .when(withdrawByPhone, { at: p.day(10), by: p.agent })
        .thenNothing();
    for (const past of [p.toOpened, p.toActive, p.toClosed])
      given(...past)
        .when(withdrawByPhone, { at: p.day(10), by: p.agent })
        .thenRefused('enrolment/not-opposed');
  });

  it('does not make a bounced e-mail good', () => {
    given(...p.toInvited, p.bounced, p.opposedOnline, p.withdrawn)
      .when(open, { at: p.day(60), by: p.scheduler })
      .thenNothing();
  });
});
