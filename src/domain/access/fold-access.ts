import { categoryOf, type Recorded } from '../shared/fact.js';
import { accessSteps } from './access-steps.js';
import { NOBODY, type AccessFacts, type AccessStep } from './facts.js';
import { standingSteps } from './standing-steps.js';

/** The access facts after these facts of `space-` and `access-`, each stream in its order; what says nothing about access is passed over. */
export const foldAccess = (history: readonly Recorded[], from: AccessFacts = NOBODY): AccessFacts => history.reduce(takeAccess, from);

function takeAccess(facts: AccessFacts, { event, stream, rev, at }: Recorded): AccessFacts {
  const category = categoryOf(stream);
  if (category !== 'space' && category !== 'access') return facts;
  const steps = category === 'space' ? standingSteps : accessSteps;
  const step = (steps as Readonly<Record<string, AccessStep<never> | undefined>>)[event.type];
  return step ? step(facts, event as never, { stream: category, rev }, at) : facts;
}
