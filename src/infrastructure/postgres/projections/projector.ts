import type { Pool, PoolClient } from 'pg';
import type { EventStore, Subscription } from '../../../application/shared/event-store.js';
import type { FactBatch, FactReader } from '../../../application/shared/fact-reader.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { LeaseKeeper } from '../../../application/shared/lease-keeper.js';
import { LeaseLost, type Lease, type Leases } from '../../../application/shared/leases.js';
import { pause } from '../../../application/shared/pause.js';
import { claimOf, coversStream, NO_RANGES, rangeLeases, type Claim } from '../../../application/shared/ranges.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';
import { advance, type Going } from './advance.js';
import { AnotherLog, checkpoints, claimedCheckpoints, leastOf, replaceCheckpoints, verify, type Checkpoint } from './checkpoint.js';
import { assertWhole, claimCheckpoints, holdCheckpoints, united } from './claiming.js';
import { isAway, Rejoin, Superseded } from './interruptions.js';
import { Lane, type ProjectionHealth } from './lane.js';
import type { Failures, Rebuild } from './rebuild.js';
import { withoutWhatFails, type SettingAside } from './setting-aside.js';
import { categoriesOf, turnedIn, type Turns } from './turns.js';

export interface ProjectorParts {
  readonly reader: FactReader;
  readonly store: Pick<EventStore, 'at' | 'head'>;
  /** Under mes_projector. */
  readonly pool: Pool;
  readonly rebuild: Rebuild;
  readonly projections: readonly Projection[];
  readonly turns: Turns;
  readonly aside: SettingAside;
  readonly leases: Leases;
  /** Told when somebody must look: the name of a projection and the class of an error, never stored data. */
  readonly alarm: (reason: string) => void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const WORK = 'projections';

/**
 * Feeds all read models from one subscription, in the ranges of streams that this process holds leases for. Per batch one transaction: rows and
 * checkpoints. Checkpoints are read under lock and compared with the fence of the claim in that transaction, so several processes, or a swap in the
 * middle, neither lose nor double anything. A fact on which a projection fails is set aside with its space; where anything else fails, or too much, the
 * projection stops in that range, keeps its checkpoint there and alarms. Nothing is ever skipped.
 */
export class Projector {
  private readonly lanes: readonly Lane[];
  private readonly keeper: LeaseKeeper;
  private claim = claimOf([]);
  private subscription: Subscription | null = null;
  private reached = 0n;
  private ending = new AbortController();
  private wake: () => void = () => undefined;
  private work: readonly Promise<void>[] = [];

  constructor(private readonly parts: ProjectorParts) {
    const { projections, leases, alarm } = parts;
    this.lanes = projections.map((projection) => new Lane(projection, alarm));
    const changed = (held: readonly Lease[]): Promise<void> => this.hold(held);
    this.keeper = new LeaseKeeper(leases, { work: WORK, names: rangeLeases(WORK), changed, alarm });
  }

  /** Begins to follow the log; projections without tables of their version are first rebuilt beside. Returns at once. */
  start(): void {
    this.ending = new AbortController();
    this.keeper.start();
    this.work = [this.follow(), this.patiently(() => this.prepare())];
  }

  /** Resolves when nothing is being written any more, and others may go on. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.wake();
    await this.keeper.stop();
    await this.subscription?.stop();
    await Promise.all(this.work);
  }

  async health(): Promise<readonly ProjectionHealth[]> {
    const { pool, reader } = this.parts;
    const [head, points] = await Promise.all([reader.head(), reach(() => checkpoints(pool, 'read', this.lanes.map(nameOf)))]);
    const idle = this.claim.ranges === NO_RANGES;
    return this.lanes.map((lane) => lane.health(of(lane, points), head, idle));
  }

  /**
   * Rebuilds projections beside their live tables and swaps them in; the others, and all readers, notice nothing. All when none is named.
   * Resolves with the number of events that were read for it.
   */
  async rebuild(...names: readonly string[]): Promise<number> {
    const lanes = this.lanes.filter(({ projection }) => names.length === 0 || names.includes(projection.name));
    const { failures, events } = await this.parts.rebuild.run(lanes.map(({ projection }) => projection));
    await this.join(lanes, failures);
    return events;
  }

  /** Those whose tables are there begin at once, the others when they have been built. */
  private async prepare(): Promise<void> {
    const missing = await this.parts.rebuild.missing(this.parts.projections);
    const [unbuilt, built] = [true, false].map((wanted) =>
      this.lanes.filter((lane) => !lane.follows && missing.includes(lane.projection) === wanted),
    ) as [Lane[], Lane[]];
    await this.join(built, new Map());
    const made = unbuilt.length > 0 ? await this.parts.rebuild.ensure(missing, this.ending.signal) : null;
    if (made !== null) await this.join(unbuilt, made.failures);
  }

  private get stopping(): boolean {
    return this.ending.signal.aborted;
  }

  private async join(lanes: readonly Lane[], failures: Failures): Promise<void> {
    for (const lane of lanes)
      if (failures.has(lane.projection)) lane.fail(failures.get(lane.projection));
      else lane.begin();
    await this.rejoin();
  }

  private async hold(leases: readonly Lease[]): Promise<void> {
    this.claim = claimOf(leases);
    await this.rejoin();
  }

  private async rejoin(): Promise<void> {
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
    const take = (batch: FactBatch) => this.patiently(() => withoutWhatFails(this.parts.reader, batch, (one) => this.take(one)));
    this.subscription = this.parts.reader.subscribe(after, categories, take);
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

  /** Claims and verifies the checkpoints; the position of the furthest behind, null when there is nothing to follow. */
  private async resume(): Promise<bigint | null> {
    const lanes = this.following();
    const claimed = await claimCheckpoints(this.parts.pool, 'read', lanes.map(nameOf), this.claim);
    if (this.claim.ranges === NO_RANGES) return null;
    for (const lane of lanes) await this.verify(lane, of(lane, claimed));
    // A lane that joined meanwhile was not asked for: that its checkpoint was not found says nothing.
    if (this.following().some((lane) => !lanes.includes(lane))) return this.resume();
    const going = this.following().flatMap((lane) => of(lane, claimed).filter(({ stopped }) => stopped === null));
    return going.length === 0 ? null : leastOf(going);
  }

  private async verify(lane: Lane, points: readonly Checkpoint[]): Promise<void> {
    try {
      if (points.length === 0) throw new AnotherLog('its checkpoint is gone');
      for (const point of points) await reach(() => verify(this.parts.store, this.parts.pool, point));
    } catch (error) {
      if (isAway(error)) throw error;
      lane.fail(error);
    }
  }

  private async take(batch: FactBatch): Promise<void> {
    const lanes = this.following();
    const { claim } = this;
    const { points, behind } = await this.claimed(async (db) => {
      await db.query('SET LOCAL synchronous_commit TO off');
      // Rows of a space that turned may lie in ranges of others.
      if ([...turnedIn(batch.facts).keys()].some((space) => coversStream(claim.ranges, space))) await holdCheckpoints(db);
      const before = await claimedCheckpoints(db, 'read', lanes.map(nameOf), claim.fence);
      const points = united(await this.advance(db, lanes, before, { claim, batch }));
      await replaceCheckpoints(db, 'read', before, points);
      return { points, behind: before.some((point) => point.stopped === null && point.position < this.reached) };
    });
    for (const lane of lanes) lane.moved(of(lane, points), batch.live);
    this.reached = batch.position;
    if (behind || this.following().length === 0) throw new Rejoin();
  }

  /** In a transaction. When somebody else has taken some of the ranges, what is left of them is claimed anew. */
  private async claimed<T>(work: (db: PoolClient) => Promise<T>): Promise<T> {
    try {
      return await transaction(this.parts.pool, work);
    } catch (error) {
      throw error instanceof LeaseLost ? new Rejoin() : error;
    }
  }

  private async advance(
    db: PoolClient,
    lanes: readonly Lane[],
    before: readonly Checkpoint[],
    { claim, batch }: Taken,
  ): Promise<readonly Checkpoint[]> {
    const { turns, aside } = this.parts;
    const staying: Checkpoint[] = [];
    const going: Going[] = [];
    for (const lane of lanes) {
      const { projection } = lane;
      const from = of(lane, before);
      assertWhole(projection.name, from, claim);
      const isSuperseded = from.some(({ version }) => version !== projection.version);
      if (isSuperseded) lane.fail(new Superseded('tables of another version took its place'));
      // What lies behind the last batch is met again when the subscription begins anew.
      for (const point of from)
        if (isSuperseded || point.position < this.reached) staying.push(point);
        else going.push({ projection, from: point });
    }
    return [...staying, ...(await advance({ db, turns, aside }, going, batch))];
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

interface Taken {
  readonly claim: Claim;
  readonly batch: FactBatch;
}

const nameOf = ({ projection }: Lane): string => projection.name;
const of = ({ projection }: Lane, points: readonly Checkpoint[]): readonly Checkpoint[] =>
  points.filter(({ name }) => name === projection.name);
