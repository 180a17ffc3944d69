import type { Recorded } from '../shared/fact.js';
import { draftOf, type AccessDraft, type AccessStep } from './access-draft.js';
import { accessSteps } from './access-steps.js';
import { NOBODY, type AccessFacts } from './facts.js';
import { standingSteps } from './standing-steps.js';

type StepTable = Readonly<Record<string, AccessStep<never> | undefined>>;

/** The access facts after these facts of `space-` and `access-`, each stream in its order; what says nothing about access is passed over. */
export function foldAccess(history: readonly Recorded[], from: AccessFacts = NOBODY): AccessFacts {
  const draft = draftOf(from);
  for (const fact of history) take(draft, fact);
  return draft.facts;
}

function take(draft: AccessDraft, { event, stream, rev, at }: Recorded): void {
  const category = stream.startsWith('access-') ? 'access' : stream.startsWith('space-') ? 'space' : null;
  if (category === null) return;
  const steps = (category === 'space' ? standingSteps : accessSteps) as StepTable;
  steps[event.type]?.(draft, event as never, { stream: category, rev }, at);
}
