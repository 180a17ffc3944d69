import type { PoolClient } from 'pg';
import { pause } from '../../../application/shared/pause.js';
import { Refused } from '../../../application/shared/refused.js';
import { reject } from '../../../domain/shared/rejection.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { checkpoints } from './checkpoint.js';

/** How long a question waits for the write it must include, milliseconds. */
const PATIENCE = 2_000;
const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 50;

const notYet = reject('unavailable', 'query/not-caught-up-yet');

/** Until the live tables are of this version and include the position. Throws Refused `query/not-caught-up-yet` when that takes too long. */
export async function untilTheyInclude(db: PoolClient, read: readonly Projection[], position: bigint): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (let wait = FIRST_WAIT_MS; !(await include(db, read, position)); wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    if (performance.now() > deadline) throw new Refused(notYet);
    await pause(wait);
  }
}

async function include(db: PoolClient, read: readonly Projection[], position: bigint): Promise<boolean> {
  const names = read.map(({ name }) => name);
  const found = await checkpoints(db, 'read', names);
  return read.every(({ name, version }) => {
    const points = found.filter((point) => point.name === name);
    return points.length > 0 && points.every((point) => point.version === version && point.position >= position);
  });
}
