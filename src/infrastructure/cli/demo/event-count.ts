import type { EventStore } from '../../../application/shared/event-store.js';
import type { SpaceStatus } from '../../../domain/enrolment/space-vocabulary.js';

/** What the clear headers of the log say: how many events of each type, and where each space stands by its last turn. */
export interface EventCount {
  readonly byType: ReadonlyMap<string, number>;
  readonly spacesWith: (type: string) => number;
  readonly byStatus: ReadonlyMap<SpaceStatus, number>;
}

/** Where a space stands behind an event of this type; types that are missing leave it where it was. */
const TURNS: Readonly<Record<string, SpaceStatus>> = {
  PersonDeclaredEligible: 'ELIGIBLE',
  InvitationSent: 'INVITED',
  OppositionRegistered: 'OPPOSED',
  OppositionWithdrawn: 'INVITED',
  SpaceOpened: 'OPENED',
  SpaceOpeningRevoked: 'INVITED',
  SpaceActivated: 'ACTIVE',
  SpaceClosed: 'CLOSED',
  SpaceReopened: 'ACTIVE',
};

/** Reads the whole log once; headers only, nothing is decrypted. */
export async function countEvents(store: EventStore): Promise<EventCount> {
  const byType = new Map<string, number>();
  const spaces = new Map<string, Set<string>>();
  const standing = new Map<string, SpaceStatus>();
  for await (const { events } of store.readAll(0n)) {
    for (const { header, stream } of events) {
      const { type } = JSON.parse(Buffer.from(header).toString('utf8')) as { type: string };
      byType.set(type, (byType.get(type) ?? 0) + 1);
      spaces.set(type, (spaces.get(type) ?? new Set<string>()).add(stream));
      const turn = stream.startsWith('space-') ? TURNS[type] : undefined;
      if (turn !== undefined) standing.set(stream, turn);
    }
  }
  return { byType, spacesWith: (type) => spaces.get(type)?.size ?? 0, byStatus: tallied(standing.values()) };
}

function tallied<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
