import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, idOf, type Recorded } from '../../domain/shared/fact.js';

/** Categories of streams that have the id of the space. */
const OF_A_SPACE: readonly string[] = ['space', 'access', 'record', 'passage', 'notices'];

/** The space a fact names itself, under a veil and in the streams of actors and of the service. */
function named(event: Tagged): string | null {
  const { space, target, scope } = event as {
    readonly space?: unknown;
    readonly target?: unknown;
    readonly scope?: { readonly space?: unknown };
  };
  const said = space ?? target ?? scope?.space;
  return typeof said === 'string' && said !== '' ? said : null;
}

/** Whose space a fact is about, by the id of its streams; null when it is about nobody's. */
export const subjectOf = ({ event, stream }: Recorded): string | null =>
  OF_A_SPACE.includes(categoryOf(stream)) ? idOf(stream) : named(event);
