import { invitationAfterBounce } from '../../src/domain/enrolment/invitation-after-bounce.js';
import { openingDelay } from '../../src/domain/enrolment/opening-delay.js';
import { opensAt, spaceFacts as f } from '../support/enrolment-facts.js';
import { reacting } from '../support/reacting.js';

describe('The opening delay', () => {
  const { given } = reacting(openingDelay);
  const opening = { id: 'a', wish: { type: 'OpenAutomatically' }, notBefore: opensAt } as const;

  it('asks for the opening on the day behind the six weeks', () => given('space-a', f.InvitationSent).then(opening));
  it('asks again for each letter: what no longer holds, the space itself declines', () =>
    given('space-a', f.InvitationSent, f.InvitationBounced, f.OppositionRegistered, f.InvitationSent).then(opening, opening));
  it('asks at once when an opposition was taken back, for the day may be over: too early, the space itself declines', () =>
    given('space-a', f.InvitationSent, f.OppositionRegistered, f.OppositionWithdrawn).then(opening, {
      id: 'a',
      wish: { type: 'OpenAutomatically' },
    }));
});

describe('The invitation after a bounce', () => {
  const { given } = reacting(invitationAfterBounce);

  it('asks at once for another letter', () =>
    given('space-a', f.InvitationSent, f.InvitationBounced).then({ id: 'a', wish: { type: 'InviteAgain' } }));
});
