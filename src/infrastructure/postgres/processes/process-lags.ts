import type { Pool } from 'pg';
import type { EventStore } from '../../../application/shared/event-store.js';
import { checkpoints, leastOf } from '../projections/checkpoint.js';
import { reach } from '../reach.js';

/** How far one that follows the log is behind it, in the range in which it is furthest; all of the log where it never began. */
export interface ProcessLag {
  readonly name: string;
  readonly lag: bigint;
}

/** Of these processes and messengers, whoever runs them: one that stopped, or that nobody runs, is known by a lag that grows. */
export async function processLags(pool: Pool, store: Pick<EventStore, 'head'>, names: readonly string[]): Promise<readonly ProcessLag[]> {
  const points = await reach(() => checkpoints(pool, 'process', names));
  const head = await store.head();
  return names.map((name) => {
    const reached = leastOf(points.filter((point) => point.name === name));
    return { name, lag: head > reached ? head - reached : 0n };
  });
}
