import type { Subject } from '../shared/actor.js';
import type { Of, Tagged } from '../shared/decider.js';
import type { SpaceEvent } from '../enrolment/space-vocabulary.js';

/** What the gate knows of one space at the moment of asking, folded from its streams: never from a read model, hence never stale. */
export interface AccessFacts {
  readonly exists: boolean;
  /** The account the space is bound to; null before the first activation. */
  readonly holder: Subject | null;
}

export const NOBODY: AccessFacts = { exists: false, holder: null };

const steps: { readonly [T in SpaceEvent['type']]?: (facts: AccessFacts, event: Of<SpaceEvent, T>) => AccessFacts } = {
  PersonDeclaredEligible: (facts) => ({ ...facts, exists: true }),
  SpaceActivated: (facts, { subject }) => ({ ...facts, holder: subject }),
  SpaceReopened: (facts, { subject }) => ({ ...facts, holder: subject }),
};

/** The access facts after this history; facts that say nothing about access are passed over. */
export const foldAccess = (history: readonly Tagged[]): AccessFacts =>
  history.reduce<AccessFacts>((facts, event) => {
    const step = steps[event.type as SpaceEvent['type']] as ((facts: AccessFacts, event: Tagged) => AccessFacts) | undefined;
    return step ? step(facts, event) : facts;
  }, NOBODY);
