import type { Process } from '../shared/process.js';
import type { SpaceCommand, SpaceEvent } from './space-vocabulary.js';

/** Nobody objected: six weeks after the information was sent the space opens by itself (CSP R.1111-28). */
export const openingDelay: Process<SpaceEvent, SpaceCommand> = {
  name: 'opening-delay',
  listensTo: ['space'],
  on: {
    InvitationSent: ({ event }, id) => [{ id, wish: { type: 'OpenAutomatically' }, notBefore: event.opensAt }],
    // Taken back in time and written down behind the day: the wish of that day is done, and found an opposition. Before it the space declines, and is asked again.
    OppositionWithdrawn: (_, id) => [{ id, wish: { type: 'OpenAutomatically' } }],
  },
};
