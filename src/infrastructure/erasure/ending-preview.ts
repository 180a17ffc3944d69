import type { EndingPreview } from '../../application/enrolment/ending.questions.js';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { KeyGone, type IdentityRegistry, type Journal } from '../../application/shared/ports.js';
import { ending } from '../../domain/enrolment/ending.js';
import type { Ending, EndingFact } from '../../domain/enrolment/ending-vocabulary.js';
import { replay } from '../../domain/shared/decider.js';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { parseHeader } from '../eventstore/header.js';
import { STREAMS_OF_SPACES } from './destruction-steps.js';
import type { Leftovers } from './leftovers.js';

export interface PreviewParts {
  readonly journal: Journal;
  readonly store: Pick<EventStore, 'readMany'>;
  readonly registry: IdentityRegistry;
  readonly leftovers: Pick<Leftovers, 'veilsOf'>;
}

/** What would come, or would have come, of destroying this space at this moment; null when there is none, or nothing of it can be read any more. */
export async function previewEnding(
  { journal, store, registry, leftovers }: PreviewParts,
  handle: string,
  moment: Instant,
): Promise<EndingPreview | null> {
  const id = (await registry.byHandle(handle))?.id;
  if (id === undefined) return null;
  try {
    const { facts } = await journal.read<EndingFact>(`space-${id}`);
    const state = replay(
      ending,
      facts.flatMap(({ event, at }) => (at <= moment ? [event] : [])),
    );
    const own = STREAMS_OF_SPACES.map((category): StreamName => `${category}-${id}`);
    const stored = [...(await store.readMany([...own, ...(await leftovers.veilsOf(id))])).values()]
      .map((its) => its.filter((event) => writtenAt(event) <= moment))
      .filter((its) => its.length > 0);
    const { archivedUntil, erasureOn, holds, destruction } = state;
    const events = stored.reduce((sum, its) => sum + its.length, 0);
    return {
      archivedUntil,
      erasureOn,
      holds: holds.map(({ hold }) => hold),
      requested: destruction,
      due: dueGround(state, moment),
      streams: stored.length,
      events,
    };
  } catch (error) {
    if (error instanceof KeyGone) return null;
    throw error;
  }
}

const writtenAt = ({ header }: StoredEvent): string => parseHeader(header).at;

const dueGround = ({ archivedUntil, erasureOn, holds, destruction }: Ending, now: Instant): DestructionGround | null => {
  if (archivedUntil === null || holds.length > 0 || destruction !== null) return null;
  if (erasureOn !== null && now >= erasureOn) return 'ERASURE';
  return now > archivedUntil ? 'RETENTION' : null;
};
