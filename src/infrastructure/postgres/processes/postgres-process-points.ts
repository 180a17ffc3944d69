import type { Pool } from 'pg';
import { ProcessPoints, type RangePoint, type Reached } from '../../../application/shared/deadlines.js';
import type { EventStore } from '../../../application/shared/event-store.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import type { HeldLine } from '../../../application/shared/quarantine.js';
import { ALL_RANGES, type Claim } from '../../../application/shared/ranges.js';
import type { HeldBack } from '../../../application/shared/standstill.js';
import {
  checkpoints,
  claimedCheckpoints,
  landmarkOf,
  leastOf,
  replaceCheckpoints,
  verify,
  type Checkpoint,
  type Landmark,
} from '../projections/checkpoint.js';
import { assertWhole, claimCheckpoints, united } from '../projections/claiming.js';
import { gaveBack, gaveBackUntil, holdBack, linesOf } from '../quarantine/held-back.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';

/** A process has no tables to rebuild: raising its version means a new name. */
const VERSION = 1;

/** How long a position behind which nothing concerned the process may stay unwritten, milliseconds: whoever resumes passes over it again, for nothing. */
const IDLE_MS = 1_000;
const BEGIN = 'INSERT INTO process.checkpoint (name, version, position) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING';

interface Unwritten {
  readonly claim: Claim;
  readonly position: bigint;
  readonly last: Landmark | null;
}

/** Checkpoints of processes, verified against the log when resuming. */
export class PostgresProcessPoints extends ProcessPoints {
  private readonly unwritten = new Map<string, Unwritten>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** The last write of each process, whatever becomes of it. */
  private readonly writes = new Map<string, Promise<unknown>>();

  constructor(
    /** Under mes_projector. */
    private readonly pool: Pool,
    private readonly store: Pick<EventStore, 'at' | 'head'>,
  ) {
    super();
  }

  async claim(process: string, claim: Claim): Promise<readonly RangePoint[]> {
    this.unwritten.delete(process);
    const there = await reach(() => checkpoints(this.pool, 'process', [process]));
    if (there.length === 0) await reach(() => this.pool.query(BEGIN, [process, VERSION]));
    const points = await claimCheckpoints(this.pool, 'process', [process], claim);
    for (const point of points) await reach(() => verify(this.store, this.pool, point));
    return points;
  }

  async reacted(process: string, claim: Claim, to: Reached, heldBack: HeldBack): Promise<void> {
    await reach(() => holdBack(this.pool, 'work', process, heldBack));
    this.remember(process, claim, to);
    await this.settle(process);
  }

  passed(process: string, claim: Claim, to: Reached): void {
    this.remember(process, claim, to);
    this.settleLater(process);
  }

  /** One write after the other: one that waited for rows while another united them would find none, as if somebody else had taken them. */
  async settle(process: string): Promise<void> {
    clearTimeout(this.timers.get(process));
    this.timers.delete(process);
    const written = (this.writes.get(process) ?? Promise.resolve()).then(() => this.writeNow(process));
    this.writes.set(process, Promise.allSettled([written]));
    await written;
  }

  private async writeNow(process: string): Promise<void> {
    const unwritten = this.unwritten.get(process);
    if (!unwritten) return;
    await this.write(process, unwritten);
    if (this.unwritten.get(process) === unwritten) this.unwritten.delete(process);
  }

  async elsewhere(process: string, { ranges, fence }: Claim): Promise<bigint | null> {
    if (ranges === ALL_RANGES) return null;
    return leastOf((await reach(() => checkpoints(this.pool, 'process', [process]))).filter((point) => point.fence !== fence));
  }

  heldBack(process: string): Promise<readonly HeldLine[]> {
    return reach(() => linesOf(this.pool, 'work', [process]));
  }

  gaveBack(line: HeldLine): Promise<void> {
    return reach(() => gaveBack(this.pool, 'work', line));
  }

  gaveBackUntil(line: HeldLine, position: bigint): Promise<void> {
    return reach(() => gaveBackUntil(this.pool, 'work', line, position));
  }

  private settleLater(process: string): void {
    if (this.timers.has(process)) return;
    const timer = setTimeout(() => void this.settleUntilWritten(process), IDLE_MS);
    this.timers.set(process, timer.unref());
  }

  /** While the database is away it is tried again: the next event may come much later, and until then the process would look as if it were behind. */
  private async settleUntilWritten(process: string): Promise<void> {
    const [settled] = await Promise.allSettled([this.settle(process)]);
    if (settled?.status === 'rejected' && settled.reason instanceof StoreUnavailable) this.settleLater(process);
  }

  private async write(process: string, { claim, position, last }: Unwritten): Promise<void> {
    await transaction(this.pool, async (db) => {
      const before = await claimedCheckpoints(db, 'process', [process], claim.fence);
      assertWhole(process, before, claim);
      const moved = (point: Checkpoint): Checkpoint =>
        point.position < position ? { ...point, position, last: last ?? point.last } : point;
      await replaceCheckpoints(db, 'process', before, united(before.map(moved)));
    });
  }

  private remember(process: string, claim: Claim, { position, last }: Reached): void {
    const before = this.unwritten.get(process);
    this.unwritten.set(process, { claim, position, last: landmarkOf(last) ?? before?.last ?? null });
  }
}
