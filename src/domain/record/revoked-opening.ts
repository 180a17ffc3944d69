import type { SpaceEvent } from '../enrolment/space-vocabulary.js';
import type { Intent } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import { epochOf, instantOf } from '../shared/time.js';
import { recordPolicy } from './record-policy.js';

/** All that was put into a space while it was taken for open goes. */
export type DiscardWish = Intent<'DiscardDeposits'>;

/** Somebody had opposed in time, and his space had opened: what was deposited meanwhile is destroyed (CSP L.1111-13-1 I; domain reference 13). */
export const revokedOpening: Process<SpaceEvent, DiscardWish> = {
  name: 'revoked-opening',
  listensTo: ['space'],
  on: {
    SpaceOpeningRevoked: ({ at }, id) => [
      { id, wish: { type: 'DiscardDeposits' } },
      // Whoever was let in a moment before may have written a moment later.
      { id, wish: { type: 'DiscardDeposits' }, notBefore: instantOf(epochOf(at) + recordPolicy.lookedAgain) },
    ],
  },
};
