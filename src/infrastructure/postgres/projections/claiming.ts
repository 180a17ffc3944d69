import type { Pool, PoolClient } from 'pg';
import { LeaseLost } from '../../../application/shared/leases.js';
import { ALL_RANGES, NO_RANGES, type Claim, type Ranges } from '../../../application/shared/ranges.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { assertHeld } from '../leases/postgres-leases.js';
import { transaction } from '../transaction.js';
import { checkpoints, replaceCheckpoints, type Checkpoint, type Schema } from './checkpoint.js';

/**
 * Takes over the checkpoints of the ranges that are held: from here on nobody else moves them. Ranges that stopped under another holder go on: it may
 * have been mended. Returns what was claimed, in as few rows as say the same; nothing for a reader without a checkpoint. Throws LeaseLost.
 */
export async function claimCheckpoints(pool: Pool, schema: Schema, names: readonly string[], claim: Claim): Promise<readonly Checkpoint[]> {
  if (claim.ranges === NO_RANGES || names.length === 0) return [];
  return transaction(pool, async (db) => {
    await assertHeld(db, claim.leases);
    const there = new Set((await checkpoints(db, schema, names)).map((point) => point.name));
    const before = await checkpoints(db, schema, names, 'FOR UPDATE');
    // Whoever waits for a row that is replaced meanwhile sees neither of the two.
    for (const name of there)
      if (covered(before.filter((point) => point.name === name)) !== ALL_RANGES)
        throw new StoreUnavailable('somebody else was dividing this checkpoint');
    const outside = before.flatMap((point) => part(point, point.ranges & ~claim.ranges, 0n));
    const inside = united(before.flatMap((point) => part(underClaim(point, claim), point.ranges & claim.ranges, point.sealed)));
    const kept = outside.map((point) => before.find(({ name, ranges }) => name === point.name && ranges === point.ranges) ?? point);
    await replaceCheckpoints(db, schema, before, [...kept, ...inside]);
    return inside;
  });
}

/** Nobody else moves, divides or unites a checkpoint of a read model until the end of the transaction. Before any other lock of it. */
export async function holdCheckpoints(db: PoolClient): Promise<void> {
  await db.query('LOCK TABLE read.checkpoint IN EXCLUSIVE MODE');
}

/** Throws LeaseLost unless these checkpoints are all that a claim gave to this reader. */
export function assertWhole(name: string, points: readonly Checkpoint[], { ranges }: Claim): void {
  if (covered(points) !== ranges) throw new LeaseLost([name]);
}

const covered = (points: readonly Checkpoint[]): Ranges => points.reduce((all, { ranges }) => all | ranges, NO_RANGES);

const underClaim = (point: Checkpoint, { fence }: Claim): Checkpoint =>
  point.fence === fence ? point : { ...point, fence, stopped: null };

/** The part of a checkpoint that some of its ranges make; what was counted goes with one part only. */
const part = (point: Checkpoint, ranges: Ranges, sealed: bigint): readonly Checkpoint[] => {
  if (ranges === NO_RANGES) return [];
  return [ranges === point.ranges ? point : { ...point, ranges, sealed }];
};

/** Ranges of a reader that stand at the same place as one checkpoint. */
export function united(points: readonly Checkpoint[]): readonly Checkpoint[] {
  const by = new Map<string, Checkpoint>();
  for (const point of points) {
    const place = `${point.name} ${point.version} ${point.fence} ${point.position} ${point.stopped ?? ''}`;
    const one = by.get(place);
    by.set(place, one ? both(one, point) : point);
  }
  return [...by.values()];
}

/** The later of the two landmarks is the one that was met at this position. */
function both(one: Checkpoint, other: Checkpoint): Checkpoint {
  const last = (one.last?.position ?? 0n) >= (other.last?.position ?? 0n) ? one.last : other.last;
  return { ...one, last, ranges: one.ranges | other.ranges, sealed: one.sealed + other.sealed };
}
