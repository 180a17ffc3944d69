import type { Subject } from '../shared/actor.js';
import type { Tagged } from '../shared/decider.js';
import type { SpaceEvent } from '../enrolment/space-vocabulary.js';

/** What the gate knows of one space at the moment of asking, folded from its streams: never from a read model, hence never stale. */
export interface AccessFacts {
  readonly exists: boolean;
  /** The account the space is bound to; null before the first activation. */
  readonly holder: Subject | null;
}

export const NOBODY: AccessFacts = { exists: false, holder: null };

type Step = (facts: AccessFacts, event: SpaceEvent) => AccessFacts;
const steps: Partial<Record<SpaceEvent['type'], Step>> = {
  PersonDeclaredEligible: (facts) => ({ ...facts, exists: true }),
  SpaceActivated: (facts, event) => (event.type === 'SpaceActivated' ? { ...facts, holder: event.subject } : facts),
  SpaceReopened: (facts, event) => (event.type === 'SpaceReopened' ? { ...facts, holder: event.subject } : facts),
};

/** The access facts after this history. */
export const foldAccess = (history: readonly Tagged[]): AccessFacts =>
  history.reduce<AccessFacts>((facts, event) => steps[event.type as SpaceEvent['type']]?.(facts, event as SpaceEvent) ?? facts, NOBODY);
