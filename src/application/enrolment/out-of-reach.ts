import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { eachBounded } from '../shared/bounded.js';
import type { Answer } from '../shared/chained-orders.js';
import { KeyGone, UnreadableEvent, type Journal } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { SPACE_QUARANTINED } from '../shared/standstill.js';

/** Streams that are read alone, at the same time. */
const AT_ONCE = 16;

/** Of this one space nothing can be read or written now, or ever: it stands still, or is being destroyed. */
const isOutOfReach = (error: unknown): boolean =>
  error instanceof UnreadableEvent ||
  error instanceof KeyGone ||
  (error instanceof Refused && error.rejection.rejected === SPACE_QUARANTINED);

function nullIfOutOfReach(error: unknown): null {
  if (isOutOfReach(error)) return null;
  throw error;
}

/** The facts of each of these streams that can be read: read together, and one by one where one of them would hide all the others. */
export async function reachable<E extends Tagged>(
  journal: Journal,
  streams: readonly StreamName[],
): Promise<ReadonlyMap<StreamName, readonly Recorded<E>[]>> {
  const together = await journal.readMany<E>(streams).catch(nullIfOutOfReach);
  const known = new Map<StreamName, readonly Recorded<E>[]>();
  if (together !== null) for (const stream of streams) known.set(stream, together.get(stream)?.facts ?? []);
  else
    await eachBounded(streams, AT_ONCE, async (stream) => {
      const history = await journal.read<E>(stream).catch(nullIfOutOfReach);
      if (history !== null) known.set(stream, history.facts);
    });
  return known;
}

/** Whether somebody's orders met that his space is out of reach. Throws what else they met. */
export function isMissed(answers: readonly Answer[]): boolean {
  const failed = answers.find((answer) => answer instanceof Error);
  if (failed === undefined) return false;
  if (isOutOfReach(failed)) return true;
  throw failed;
}
