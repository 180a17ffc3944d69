import type { PoolClient } from 'pg';
import type { FactBatch } from '../../../application/shared/fact-reader.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { singly } from '../../../application/shared/ranges.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { holdBack } from '../quarantine/held-back.js';
import { reach } from '../reach.js';
import type { Checkpoint } from './checkpoint.js';
import { writeRows } from './row-operations.js';
import { step } from './step.js';
import type { Turns } from './turns.js';

/** Where rows are written, and who makes those of a space anew when it turned. */
interface Into {
  readonly db: PoolClient;
  readonly turns: Turns;
}

/**
 * Takes one projection over a batch, in the transaction of the caller: rows are written, the checkpoints behind it are returned. What fails is
 * looked for range by range: the ranges it lies in stop where they are, the others go on. Throws StoreUnavailable, and then nothing counts.
 */
export async function advance(
  into: Into,
  projection: Projection,
  from: Checkpoint,
  batch: FactBatch,
): Promise<readonly [Checkpoint, ...Checkpoint[]]> {
  if (from.stopped !== null || from.position >= batch.position) return [from];
  try {
    return [await over(into, projection, from, batch)];
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const [first, ...others] = singly(from.ranges);
    if (first === undefined || others.length === 0) return [stoppedAt(from, error)];
    // What was counted so far goes with one of the parts.
    const after = [...(await advance(into, projection, { ...from, ranges: first }, batch))];
    for (const ranges of others) after.push(...(await advance(into, projection, { ...from, ranges, sealed: 0n }, batch)));
    return after as [Checkpoint, ...Checkpoint[]];
  }
}

/** The one place where a range stops: it keeps its checkpoint, and says why by the class of the error, never a message, which may hold stored data. */
export const stoppedAt = (from: Checkpoint, error: unknown): Checkpoint => ({
  ...from,
  stopped: error instanceof Error ? error.constructor.name : typeof error,
});

async function over({ db, turns }: Into, projection: Projection, from: Checkpoint, batch: FactBatch): Promise<Checkpoint> {
  const { operations, point, heldBack, turned } = step(projection, from, batch);
  if (operations.length === 0 && heldBack.size === 0 && turned.size === 0) return point;
  await reach(() => db.query('SAVEPOINT range'));
  try {
    await reach(() => writeRows(db, 'read', projection.tables, operations));
    const lacking = await reach(() => turns.make(db, { projection, schema: 'read', point }, turned));
    for (const held of [heldBack, lacking]) await reach(() => holdBack(db, 'rows', projection.name, held));
    await reach(() => db.query('RELEASE SAVEPOINT range'));
    return point;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) await reach(() => db.query('ROLLBACK TO SAVEPOINT range'));
    throw error;
  }
}
