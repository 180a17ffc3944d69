import type { Intent } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { SpaceEvent } from './space-vocabulary.js';

/** To inform somebody again whom the e-mail did not reach. The letter needs a fresh code, which only the edge can make. */
export type InviteAgain = Intent<'InviteAgain'>;

/** Who was not informed by e-mail is informed by post (CSP R.1111-28). */
export const invitationAfterBounce: Process<SpaceEvent, InviteAgain> = {
  name: 'invitation-after-bounce',
  listensTo: ['space'],
  on: {
    InvitationBounced: (_, id) => [{ id, wish: { type: 'InviteAgain' } }],
  },
};
