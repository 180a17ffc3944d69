import type { Pool } from 'pg';
import { ProcessPoints } from '../../../application/shared/deadlines.js';
import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import { checkpoints, landmarkOf, verify, type Landmark } from '../projections/checkpoint.js';
import { reach } from '../reach.js';

/** A process has no tables to rebuild: raising its version means a new name. */
const VERSION = 1;

/** How long a position behind which nothing concerned the process may stay unwritten, milliseconds: whoever resumes passes over it again, for nothing. */
const IDLE_MS = 1_000;

/** Two processes of the system may run the same one: the furthest counts. A batch without an event keeps the last one that was met. */
const SAVE = `
INSERT INTO process.checkpoint AS old (name, version, position, event_position, event_stream, event_rev, event_leaf) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name, ranges) DO UPDATE SET position = excluded.position,
  event_position = coalesce(excluded.event_position, old.event_position), event_stream = coalesce(excluded.event_stream, old.event_stream),
  event_rev = coalesce(excluded.event_rev, old.event_rev), event_leaf = coalesce(excluded.event_leaf, old.event_leaf)
WHERE old.position < excluded.position`;

interface Passed {
  readonly position: bigint;
  readonly last: Landmark | null;
}

/** Checkpoints of processes, verified against the log when resuming. */
export class PostgresProcessPoints extends ProcessPoints {
  /** What is not written yet. */
  private readonly unwritten = new Map<string, Passed>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    /** Under mes_projector. */
    private readonly pool: Pool,
    private readonly store: Pick<EventStore, 'at'>,
  ) {
    super();
  }

  async load(process: string): Promise<bigint> {
    const point = (await reach(() => checkpoints(this.pool, 'process', [process]))).get(process);
    if (!point) return 0n;
    await verify(this.store, point);
    return point.position;
  }

  async reacted(process: string, position: bigint, last: StoredEvent | null): Promise<void> {
    this.remember(process, position, last);
    await this.settle(process);
  }

  passed(process: string, position: bigint, last: StoredEvent | null): void {
    this.remember(process, position, last);
    if (this.timers.has(process)) return;
    // What cannot be written now goes along with what follows.
    const timer = setTimeout(() => void Promise.allSettled([this.settle(process)]), IDLE_MS);
    this.timers.set(process, timer.unref());
  }

  async settle(process: string): Promise<void> {
    clearTimeout(this.timers.get(process));
    this.timers.delete(process);
    const passed = this.unwritten.get(process);
    if (!passed) return;
    const { position, last } = passed;
    const landmark = [last?.position ?? null, last?.stream ?? null, last?.rev ?? null, last && Buffer.from(last.leaf)];
    await reach(() => this.pool.query(SAVE, [process, VERSION, position, ...landmark]));
    if (this.unwritten.get(process) === passed) this.unwritten.delete(process);
  }

  private remember(process: string, position: bigint, last: StoredEvent | null): void {
    this.unwritten.set(process, { position, last: landmarkOf(last) ?? this.unwritten.get(process)?.last ?? null });
  }
}
