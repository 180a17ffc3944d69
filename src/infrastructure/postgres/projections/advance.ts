import type { PoolClient } from 'pg';
import { classOf } from '../../../application/shared/class-of.js';
import type { FactBatch } from '../../../application/shared/fact-reader.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { singly } from '../../../application/shared/ranges.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { holdBack } from '../quarantine/held-back.js';
import { reach } from '../reach.js';
import type { Checkpoint } from './checkpoint.js';
import { dropDestroyed, type Wrote } from './destroyed-spaces.js';
import { writeRows } from './row-operations.js';
import { Rejoin, SetAside } from './interruptions.js';
import { firstFailing, type SettingAside } from './setting-aside.js';
import { fresh, step } from './step.js';
import type { Turns } from './turns.js';

/** Where rows are written, and who makes those of a space anew when it turned. */
interface Into {
  readonly db: PoolClient;
  readonly turns: Turns;
  readonly aside: SettingAside;
}

/** A projection in some of its ranges. */
export interface Going {
  readonly projection: Projection;
  readonly from: Checkpoint;
}

/**
 * Takes projections over a batch, in the transaction of the caller: rows are written, the checkpoints behind it are returned. Where something fails that is
 * no single fact's fault, the ranges it lies in stop where they are, the others go on. Throws StoreUnavailable, and SetAside where a fact on which a projection
 * fails was set aside with its space: then nothing counts.
 */
export async function advance(into: Into, going: readonly Going[], batch: FactBatch): Promise<readonly Checkpoint[]> {
  const behind = going.filter(({ from }) => from.stopped === null && from.position < batch.position);
  const after = going.filter((one) => !behind.includes(one)).map(({ from }) => from);
  const { done, alone } = await allAtOnce(into.db, behind, batch);
  after.push(...done);
  for (const { projection, from } of alone) after.push(...(await oneAlone(into, projection, from, batch)));
  return after;
}

/** What was written together, and who is to go alone. */
interface Parted {
  readonly done: readonly Checkpoint[];
  readonly alone: readonly Going[];
}

/**
 * The usual way: what one projection makes of the batch is written while the next makes something of it, and nobody waits for an answer in between. Who has
 * more to do than to write rows goes alone; everybody, and nothing was written, where one of them failed.
 */
async function allAtOnce(db: PoolClient, going: readonly Going[], batch: FactBatch): Promise<Parted> {
  const done: Checkpoint[] = [];
  const alone: Going[] = [];
  const writing: Promise<unknown>[] = [];
  const wrote: Wrote[] = [];
  try {
    for (const one of going) {
      const { operations, point, heldBack, turned } = step(one.projection, one.from, batch);
      if (heldBack.size > 0 || turned.size > 0) {
        alone.push(one);
        continue;
      }
      done.push(point);
      if (operations.length === 0) continue;
      if (writing.length === 0) writing.push(reach(() => db.query('SAVEPOINT batch')));
      writing.push(reach(() => writeRows(db, 'read', one.projection.tables, operations)));
      wrote.push({ projection: one.projection, operations });
    }
    writing.push(...dropping(db, wrote));
    await Promise.all(writing);
    if (writing.length > 0) await reach(() => db.query('RELEASE SAVEPOINT batch'));
    return { done, alone };
  } catch (error) {
    const ended = await Promise.allSettled(writing);
    const away = [error, ...ended.map((end) => (end.status === 'rejected' ? (end.reason as unknown) : null))].find(
      (one) => one instanceof StoreUnavailable,
    );
    if (away !== undefined) throw away;
    if (writing.length > 0) await reach(() => db.query('ROLLBACK TO SAVEPOINT batch'));
    return { done: [], alone: going };
  }
}

/** Sent behind the rows, and answered with them. */
const dropping = (db: PoolClient, wrote: readonly Wrote[]): readonly Promise<void>[] =>
  wrote.length === 0 ? [] : [reach(() => dropDestroyed(db, wrote))];

/** What fails is looked for range by range. */
async function oneAlone(
  into: Into,
  projection: Projection,
  from: Checkpoint,
  batch: FactBatch,
): Promise<readonly [Checkpoint, ...Checkpoint[]]> {
  try {
    return [await over(into, projection, from, batch)];
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const [first, ...others] = singly(from.ranges);
    if (first === undefined || others.length === 0) return [await asideOrStopped(into, projection, from, { batch, error })];
    // What was counted so far goes with one of the parts.
    const after = [...(await oneAlone(into, projection, { ...from, ranges: first }, batch))];
    for (const ranges of others) after.push(...(await oneAlone(into, projection, { ...from, ranges, sealed: 0n }, batch)));
    return after as [Checkpoint, ...Checkpoint[]];
  }
}

interface Failure {
  readonly batch: FactBatch;
  readonly error: unknown;
}
/** A fact that fails when it is taken alone is set aside with its space, and the range goes on; otherwise the range stops. */
async function asideOrStopped(
  { db, aside }: Into,
  projection: Projection,
  from: Checkpoint,
  { batch: { facts }, error }: Failure,
): Promise<Checkpoint> {
  const failing = await firstFailing(db, projection, fresh(from, facts));
  const state = failing === null ? null : await aside.set(projection, failing);
  if (state === 'HELD') throw new SetAside();
  if (state === 'RELEASED') throw new Rejoin();
  return stoppedAt(from, error);
}

/** The one place where a range stops: it keeps its checkpoint, and says why by the class of the error, never a message, which may hold stored data. */
export const stoppedAt = (from: Checkpoint, error: unknown): Checkpoint => ({
  ...from,
  stopped: classOf(error),
});

async function over({ db, turns }: Into, projection: Projection, from: Checkpoint, batch: FactBatch): Promise<Checkpoint> {
  const { operations, point, heldBack, turned } = step(projection, from, batch);
  if (operations.length === 0 && heldBack.size === 0 && turned.size === 0) return point;
  await reach(() => db.query('SAVEPOINT range'));
  try {
    await reach(() => writeRows(db, 'read', projection.tables, operations));
    const lacking = await reach(() => turns.make(db, { projection, schema: 'read', point }, turned));
    await reach(() => dropDestroyed(db, [{ projection, operations }]));
    for (const held of [heldBack, lacking]) await reach(() => holdBack(db, 'rows', projection.name, held));
    await reach(() => db.query('RELEASE SAVEPOINT range'));
    return point;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) await reach(() => db.query('ROLLBACK TO SAVEPOINT range'));
    throw error;
  }
}
