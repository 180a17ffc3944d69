import type { DestructionGround } from '../shared/destruction-ground.js';
import type { Subject } from '../shared/actor.js';
import type { Event, Intent, Of } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import type { PhoneProof } from './provisional-code.js';
import type { SpaceEvent } from './space-vocabulary.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** Facts about the end of an archive, in the stream of the space; `DestructionRequested`, which ends everything, is a fact of the space itself. */
export type EndingEvent =
  | Event<'ErasureRequested', 1, { requestedBy: 'HOLDER' | 'SUPPORT'; executeOn: Instant }>
  | Event<'ErasureRequestCancelled', 1, { cancelledBy: 'HOLDER' | 'SUPPORT' }>
  | Event<'LegalHoldPlaced', 1, { hold: string; order: string; keys: readonly HeldKey[]; second: string; reviewOn: Instant }>
  | Event<'LegalHoldLifted', 1, { hold: string; second: string }>;

/** What of the ring a hold keeps alive. */
export type HeldKey = 'life' | 'content' | 'trace';

export type EndingCommand =
  | Intent<'RequestErasure', { proof?: PhoneProof }>
  | Intent<'CancelErasure', { proof?: PhoneProof }>
  | Intent<
      'PlaceLegalHold',
      {
        hold: string;
        /** Reference of the order. */ order: string;
        keys: readonly HeldKey[];
        /** The other of the two. */ second: string;
        reviewOn: Instant;
      }
    >
  | Intent<'LiftLegalHold', { hold: string; second: string }>
  | Intent<'RequestDestruction', { ground: DestructionGround }>;

/** All that this decider folds. */
export type EndingFact = EndingEvent | Of<SpaceEvent, 'SpaceActivated' | 'SpaceClosed' | 'SpaceReopened' | 'DestructionRequested'>;

/** What a legal hold says, whoever of the two said it. */
export type StandingHold = Pick<Of<EndingEvent, 'LegalHoldPlaced'>, 'hold' | 'order' | 'keys' | 'reviewOn'>;

/** What counts for the end of a space. */
export interface Ending {
  readonly holder: Subject | null;
  /** Null while it is not closed. */
  readonly archivedUntil: Instant | null;
  /** When the express erasure is executed; null when nobody asked for one. */
  readonly erasureOn: Instant | null;
  /** Legal holds that stand. */
  readonly holds: readonly StandingHold[];
  readonly destruction: DestructionGround | null;
}
