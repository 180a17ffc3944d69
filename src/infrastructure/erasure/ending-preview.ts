import type { EventStore } from '../../application/shared/event-store.js';
import { KeyGone, type Clock, type IdentityRegistry, type Journal } from '../../application/shared/ports.js';
import { ending } from '../../domain/enrolment/ending.js';
import type { Ending, EndingFact } from '../../domain/enrolment/ending-vocabulary.js';
import { replay } from '../../domain/shared/decider.js';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { STREAMS_OF_SPACES } from './destruction-steps.js';
import type { Leftovers } from './leftovers.js';

/** How a space stands with regard to its end. */
export interface EndingPreview {
  readonly archivedUntil: Instant | null;
  readonly erasureOn: Instant | null;
  readonly holds: number;
  readonly requested: DestructionGround | null;
  /** Why it may be destroyed now; null when it may not. */
  readonly due: DestructionGround | null;
  readonly streams: number;
  readonly events: number;
}

export interface PreviewParts {
  readonly journal: Journal;
  readonly store: Pick<EventStore, 'readMany'>;
  readonly registry: IdentityRegistry;
  readonly leftovers: Pick<Leftovers, 'veilsOf'>;
  readonly clock: Clock;
}

/** What would come of destroying this space now; null when there is none, or nothing of it can be read any more. */
export async function previewEnding(
  { journal, store, registry, leftovers, clock }: PreviewParts,
  handle: string,
): Promise<EndingPreview | null> {
  const id = (await registry.byHandle(handle))?.id;
  if (id === undefined) return null;
  try {
    const { facts } = await journal.read<EndingFact>(`space-${id}`);
    const state = replay(
      ending,
      facts.map(({ event }) => event),
    );
    const own = STREAMS_OF_SPACES.map((category): StreamName => `${category}-${id}`);
    const stored = [...(await store.readMany([...own, ...(await leftovers.veilsOf(id))])).values()].filter((events) => events.length > 0);
    const { archivedUntil, erasureOn, holds, destruction } = state;
    const events = stored.reduce((sum, its) => sum + its.length, 0);
    return {
      archivedUntil,
      erasureOn,
      holds: holds.length,
      requested: destruction,
      due: dueGround(state, clock.now()),
      streams: stored.length,
      events,
    };
  } catch (error) {
    if (error instanceof KeyGone) return null;
    throw error;
  }
}

const dueGround = ({ archivedUntil, erasureOn, holds, destruction }: Ending, now: Instant): DestructionGround | null => {
  if (archivedUntil === null || holds.length > 0 || destruction !== null) return null;
  if (erasureOn !== null && now >= erasureOn) return 'ERASURE';
  return now > archivedUntil ? 'RETENTION' : null;
};
