import { classOf } from '../../../application/shared/class-of.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { NO_RANGES, type Ranges } from '../../../application/shared/ranges.js';
import { leastOf, type Checkpoint } from './checkpoint.js';

export interface ProjectionHealth {
  readonly name: string;
  /** `waiting`: for its tables, or for a store or database that is away. `stopped`: failed, somebody must look. */
  readonly status: 'waiting' | 'catching-up' | 'live' | 'stopped';
  /** That of the range that is furthest behind. */
  readonly position: bigint;
  /** Positions between it and the end of the log: events in PostgreSQL, bytes of the log in KurrentDB. 0 is level in both. */
  readonly lag: bigint;
  /** Events it could not read because their key is archived or destroyed. */
  readonly sealed: bigint;
  /** Class of the error that stopped it or keeps it waiting; never a message, which may hold stored data. */
  readonly error: string | null;
}

/** One projection on its way along the log, as far as this process takes it. */
export class Lane {
  private status: ProjectionHealth['status'] = 'waiting';
  private error: string | null = null;
  private begun = false;
  /** Ranges of which it was told that they stopped. */
  private stopped: Ranges = NO_RANGES;

  constructor(
    readonly projection: Projection,
    private readonly alarm: (reason: string) => void,
  ) {}

  /** True for a projection that has its tables and did not fail. */
  get follows(): boolean {
    return this.begun && this.status !== 'stopped';
  }

  /** Its tables are there: also the way back after a failure. */
  begin(): void {
    this.begun = true;
    this.status = 'catching-up';
    this.error = null;
  }

  /** A batch was written; `points` are where its ranges now stand. */
  moved(points: readonly Checkpoint[], live: boolean): void {
    if (this.status === 'stopped') return;
    this.status = live ? 'live' : 'catching-up';
    this.error = null;
    const before = this.stopped;
    const stopped = points.filter(({ stopped }) => stopped !== null);
    this.stopped = stopped.reduce((all, { ranges }) => all | ranges, NO_RANGES);
    for (const { ranges, stopped: error } of stopped) if ((ranges & ~before) !== NO_RANGES) this.sayStopped(error ?? '');
  }

  wait(error: unknown): void {
    if (this.status === 'stopped') return;
    this.status = 'waiting';
    this.error = classOf(error);
  }

  /** Stops all of it here; nothing of the batch is kept for it. */
  fail(error: unknown): void {
    this.status = 'stopped';
    this.error = classOf(error);
    this.sayStopped(this.error);
  }

  /** `points`: where all its ranges stand, whoever takes them. `idle`: this process has none of them. */
  health(points: readonly Checkpoint[], head: bigint, idle: boolean): ProjectionHealth {
    const position = leastOf(points);
    const lag = head > position ? head - position : 0n;
    const stopped = points.find((point) => point.stopped !== null)?.stopped ?? null;
    const elsewhere = idle && this.follows ? (lag === 0n ? 'live' : 'catching-up') : this.status;
    return {
      name: this.projection.name,
      status: stopped === null ? elsewhere : 'stopped',
      position,
      lag,
      sealed: points.reduce((sum, { sealed }) => sum + sealed, 0n),
      error: this.error ?? stopped,
    };
  }

  private sayStopped(error: string): void {
    this.alarm(`the projection ${this.projection.name} stopped: ${error}`);
  }
}
