import type { Intent } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { SpaceEvent } from './space-vocabulary.js';

/** To inform somebody again whom the e-mail did not reach, or whose information did not leave on its day. It needs a fresh code, which only the edge can make. */
export type InviteAgain = Intent<'InviteAgain'>;

/** Who was not informed by e-mail is informed by post; whose information did not leave on its day is sent one with days that count (CSP R.1111-28). */
export const invitationAfterBounce: Process<SpaceEvent, InviteAgain> = {
  // Its positions are stored under the name of its first reason.
  name: 'invitation-after-bounce',
  listensTo: ['space'],
  on: {
    InvitationBounced: (_, id) => [{ id, wish: { type: 'InviteAgain' } }],
    InvitationDelayed: (_, id) => [{ id, wish: { type: 'InviteAgain' } }],
    // Nobody who opposes is written to: what was due then is due now. Without a bounce or a delay before it, nothing is left to send.
    OppositionWithdrawn: (_, id) => [{ id, wish: { type: 'InviteAgain' } }],
  },
};
