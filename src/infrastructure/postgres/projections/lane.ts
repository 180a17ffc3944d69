import type { Projection } from '../../../projections/shared/projection.js';
import type { Checkpoint } from './checkpoint.js';
import { beginning } from './step.js';

export interface ProjectionHealth {
  readonly name: string;
  /** `waiting`: for its tables, or for a store or database that is away. `stopped`: failed, somebody must look. */
  readonly status: 'waiting' | 'catching-up' | 'live' | 'stopped';
  readonly position: bigint;
  /** Positions between it and the end of the log: events in PostgreSQL, bytes of the log in KurrentDB. 0 is level in both. */
  readonly lag: bigint;
  /** Events it could not read because their key is archived or destroyed. */
  readonly sealed: bigint;
  /** Class of the error that stopped it or keeps it waiting; never a message, which may hold stored data. */
  readonly error: string | null;
}

const classOf = (error: unknown): string => (error instanceof Error ? error.constructor.name : typeof error);

/** One projection on its way along the log. */
export class Lane {
  /** True when its checkpoint lies before the batch at hand, as after a swap: the subscription must begin again. */
  behind = false;
  point: Checkpoint;
  private status: ProjectionHealth['status'] = 'waiting';
  private error: string | null = null;
  private begun = false;

  constructor(
    readonly projection: Projection,
    private readonly alarm: (reason: string) => void,
  ) {
    this.point = beginning(projection);
  }

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

  at(point: Checkpoint): void {
    this.point = point;
  }

  /** A batch was written; `points` are the checkpoints it moved. */
  moved(points: readonly Checkpoint[], live: boolean): void {
    this.point = points.find(({ name }) => name === this.projection.name) ?? this.point;
    if (this.status === 'stopped') return;
    this.status = live ? 'live' : 'catching-up';
    this.error = null;
  }

  wait(error: unknown): void {
    if (this.status === 'stopped') return;
    this.status = 'waiting';
    this.error = classOf(error);
  }

  /** Stops this one; nothing of the batch is kept for it. */
  fail(error: unknown): readonly never[] {
    this.status = 'stopped';
    this.error = classOf(error);
    this.alarm(`the projection ${this.projection.name} stopped: ${this.error}`);
    return [];
  }

  health(head: bigint): ProjectionHealth {
    const { position, sealed } = this.point;
    const lag = head > position ? head - position : 0n;
    return { name: this.projection.name, status: this.status, position, lag, sealed, error: this.error };
  }
}
