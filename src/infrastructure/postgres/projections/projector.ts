import type { Pool, PoolClient } from 'pg';
import type { EventStore, Subscription } from '../../../application/shared/event-store.js';
import type { FactBatch, FactReader } from '../../../application/shared/fact-reader.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { pause } from '../../../application/shared/pause.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';
import { AnotherLog, checkpoints, saveCheckpoints, verify, type Checkpoint } from './checkpoint.js';
import { Lane, type ProjectionHealth } from './lane.js';
import type { Failures, Rebuild } from './rebuild.js';
import { writeRows } from './row-operations.js';
import { step } from './step.js';
import { categoriesOf, turnedIn, type Turns } from './turns.js';

export interface ProjectorParts {
  readonly reader: FactReader;
  readonly store: Pick<EventStore, 'at'>;
  /** Under mes_projector. */
  readonly pool: Pool;
  readonly rebuild: Rebuild;
  readonly projections: readonly Projection[];
  readonly turns: Turns;
  /** Told when somebody must look: the name of a projection and the class of an error, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** Ends the subscription so that it begins again where the furthest behind stands. */
class Rejoin extends Error {}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Feeds all read models of the process from one subscription. Per batch one transaction: rows and checkpoints. Checkpoints are read under
 * lock in that transaction, so several processes, or a swap in the middle, neither lose nor double anything. A projection that fails stops
 * alone, keeps its checkpoint and alarms; nothing is ever skipped.
 */
export class Projector {
  private readonly lanes: readonly Lane[];
  private subscription: Subscription | null = null;
  private reached = 0n;
  private stopping = false;
  private wake: () => void = () => undefined;
  private work: readonly Promise<void>[] = [];

  constructor(private readonly parts: ProjectorParts) {
    this.lanes = parts.projections.map((projection) => new Lane(projection, parts.alarm));
  }

  /** Begins to follow the log; projections without tables of their version are first rebuilt beside. Returns at once. */
  start(): void {
    this.stopping = false;
    this.work = [this.follow(), this.patiently(() => this.prepare())];
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.subscription?.stop();
    await Promise.all(this.work);
  }

  async health(): Promise<readonly ProjectionHealth[]> {
    const head = await this.parts.reader.head();
    return this.lanes.map((lane) => lane.health(head));
  }

  /** Rebuilds projections beside their live tables and swaps them in; the others, and all readers, notice nothing. All when none is named. */
  async rebuild(...names: readonly string[]): Promise<void> {
    const lanes = this.lanes.filter(({ projection }) => names.length === 0 || names.includes(projection.name));
    const failures = await this.parts.rebuild.run(lanes.map(({ projection }) => projection));
    await this.join(lanes, failures);
  }

  /** Those whose tables are there begin at once, the others when they have been built. */
  private async prepare(): Promise<void> {
    const missing = await this.parts.rebuild.missing(this.parts.projections);
    const [unbuilt, built] = [true, false].map((wanted) =>
      this.lanes.filter((lane) => !lane.follows && missing.includes(lane.projection) === wanted),
    ) as [Lane[], Lane[]];
    await this.join(built, new Map());
    if (unbuilt.length > 0) await this.join(unbuilt, await this.parts.rebuild.ensure(missing));
  }

  private async join(lanes: readonly Lane[], failures: Failures): Promise<void> {
    for (const lane of lanes)
      if (failures.has(lane.projection)) lane.fail(failures.get(lane.projection));
      else lane.begin();
    this.wake();
    await this.subscription?.stop();
  }

  private async follow(): Promise<void> {
    while (!this.stopping)
      await this.patiently(async () => {
        const woken = new Promise<void>((resolve) => (this.wake = resolve));
        const after = await this.resume();
        if (after === null) return woken;
        await this.subscribe(after);
      });
  }

  private async subscribe(after: bigint): Promise<void> {
    // Told to stop while the checkpoints were read: what begins now nobody would end.
    if (this.stopping) return;
    this.reached = after;
    const categories = categoriesOf(this.following().map(({ projection }) => projection));
    this.subscription = this.parts.reader.subscribe(after, categories, (batch) => this.patiently(() => this.take(batch)));
    try {
      await this.subscription.finished;
    } catch (error) {
      if (error instanceof Rejoin) return;
      if (isAway(error)) throw error;
      for (const lane of this.following()) lane.fail(error);
    } finally {
      this.subscription = null;
    }
  }

  /** Reads and verifies the checkpoints; the position of the furthest behind, null when there is nothing to follow. */
  private async resume(): Promise<bigint | null> {
    const lanes = this.following();
    const names = lanes.map(({ projection }) => projection.name);
    const found = await reach(() => checkpoints(this.parts.pool, 'read', names));
    for (const lane of lanes) await this.verify(lane, found.get(lane.projection.name));
    // A lane that joined meanwhile was not asked for: that its checkpoint was not found says nothing.
    if (this.following().some((lane) => !lanes.includes(lane))) return this.resume();
    const positions = this.following().map(({ point }) => point.position);
    return positions.length === 0 ? null : positions.reduce((least, position) => (position < least ? position : least));
  }

  private async verify(lane: Lane, point: Checkpoint | undefined): Promise<void> {
    try {
      if (!point) throw new AnotherLog('its checkpoint is gone');
      await reach(() => verify(this.parts.store, this.parts.pool, point));
      lane.at(point);
    } catch (error) {
      if (isAway(error)) throw error;
      lane.fail(error);
    }
  }

  private async take(batch: FactBatch): Promise<void> {
    const lanes = this.following();
    const points = await transaction(this.parts.pool, async (db) => {
      await db.query('SET LOCAL synchronous_commit TO off');
      const names = lanes.map(({ projection }) => projection.name);
      const found = await checkpoints(db, 'read', names, 'FOR UPDATE');
      const next: Checkpoint[] = [];
      for (const lane of lanes) next.push(...(await this.advance(db, lane, found.get(lane.projection.name), batch)));
      if (next.length > 0) await saveCheckpoints(db, 'read', next);
      return next;
    });
    for (const lane of lanes) lane.moved(points, batch.live);
    this.reached = batch.position;
    if (lanes.some(({ behind }) => behind) || this.following().length === 0) throw new Rejoin();
  }

  private async advance(db: PoolClient, lane: Lane, from: Checkpoint | undefined, batch: FactBatch): Promise<readonly Checkpoint[]> {
    if (from?.version !== lane.projection.version) return lane.fail(new Superseded('tables of another version took its place'));
    lane.at(from);
    lane.behind = from.position < this.reached;
    if (lane.behind || from.position >= batch.position) return [];
    await db.query('SAVEPOINT lane');
    try {
      const { operations, point } = step(lane.projection, from, batch);
      await reach(async () => {
        await writeRows(db, 'read', lane.projection.tables, operations);
        await this.parts.turns.make(db, 'read', lane.projection, turnedIn(batch, from.position), batch.position);
      });
      await db.query('RELEASE SAVEPOINT lane');
      return [point];
    } catch (error) {
      if (isAway(error)) throw error;
      await db.query('ROLLBACK TO SAVEPOINT lane');
      return lane.fail(error);
    }
  }

  private following(): readonly Lane[] {
    return this.lanes.filter(({ follows }) => follows);
  }

  /** Tries again, ever more slowly, for as long as store, vault or database are away. */
  private async patiently(work: () => Promise<void>): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !this.stopping; wait = Math.min(wait * 2, LONGEST_WAIT_MS))
      try {
        return await work();
      } catch (error) {
        if (!isAway(error)) throw error;
        for (const lane of this.lanes) lane.wait(error);
        await pause(wait);
      }
  }
}

/** Another process runs newer code and has rebuilt the tables. */
class Superseded extends Error {}

const isAway = (error: unknown): boolean => error instanceof StoreUnavailable;
