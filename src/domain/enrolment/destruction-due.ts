import { epochOf, instantOf } from '../shared/time.js';
import type { Consequence, Process } from '../shared/process.js';
import type { Intent, Of } from '../shared/decider.js';
import type { EndingCommand, EndingEvent } from './ending-vocabulary.js';
import type { SpaceEvent } from './space-vocabulary.js';

/** The keys of the space follow its status; the destruction that was decided is carried out. */
export type KeysWish =
  Intent<'SettleKeys'> | Intent<'DestroySpace', Pick<Of<SpaceEvent, 'DestructionRequested'>, 'ground' | 'archivedUntil'>>;
type Wish = Of<EndingCommand, 'RequestDestruction'> | KeysWish;

const request = (id: string, ground: 'ERASURE' | 'RETENTION') => ({ id, wish: { type: 'RequestDestruction', ground } }) as const;
const settle = (_: unknown, id: string): readonly Consequence<Wish>[] => [{ id, wish: { type: 'SettleKeys' } }];

/**
 * Ten years after closing, or from the day after the thirtieth that follows the holder's express request, a closed space is destroyed (CSP R.1111-36).
 * A request that a hold stood against is made again when the hold is lifted: what is not due yet is refused, and waits for its day.
 */
export const destructionDue: Process<SpaceEvent | EndingEvent, Wish> = {
  name: 'destruction-due',
  listensTo: ['space'],
  on: {
    SpaceClosed: ({ event }, id) => [
      { id, wish: { type: 'SettleKeys' } },
      { ...request(id, 'RETENTION'), notBefore: instantOf(epochOf(event.archivedUntil) + 1) },
    ],
    SpaceReopened: settle,
    ErasureRequested: ({ event }, id) => [{ ...request(id, 'ERASURE'), notBefore: event.executeOn }],
    LegalHoldLifted: (_, id) => [request(id, 'ERASURE'), request(id, 'RETENTION')],
    DestructionRequested: ({ event: { ground, archivedUntil } }, id) => [{ id, wish: { type: 'DestroySpace', ground, archivedUntil } }],
  },
};
