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

describe('The invitation that makes up for another', () => {
  const { given } = reacting(invitationAfterBounce);

  const another = { id: 'a', wish: { type: 'InviteAgain' } } as const;

  it.each(['InvitationBounced', 'InvitationDelayed'] as const)('is asked for at once after %s', (reason) =>
    given('space-a', f.InvitationSent, f[reason]).then(another),
  );
  it('is asked for when an opposition is taken back: what was due meanwhile', () =>
    given('space-a', f.InvitationSent, f.OppositionRegistered, f.InvitationDelayed, f.OppositionWithdrawn).then(another, another));
});
