import type { Pool } from 'pg';
import { ProcessPoints } from '../../../application/shared/deadlines.js';
import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import { checkpoints, landmarkOf, saveCheckpoints, verify } from '../projections/checkpoint.js';
import { reach } from '../reach.js';

/** A process has no tables to rebuild: raising its version means a new name. */
const VERSION = 1;

/** How long a position behind which nothing concerned the process may stay unsaved, milliseconds: whoever resumes passes over it again, for nothing. */
const IDLE_MS = 1_000;

/** Checkpoints of processes, verified against the log when resuming. */
export class PostgresProcessPoints extends ProcessPoints {
  /** When each was saved last, milliseconds of this process. */
  private readonly saved = new Map<string, number>();

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
    await reach(() => verify(this.store, this.pool, point));
    return point.position;
  }

  /** Two processes of the system may run the same one: the furthest counts. */
  async save(process: string, position: bigint, last: StoredEvent | null): Promise<void> {
    if (last === null && performance.now() - (this.saved.get(process) ?? -Infinity) < IDLE_MS) return;
    const before = (await reach(() => checkpoints(this.pool, 'process', [process]))).get(process);
    if (before && before.position >= position) return;
    const point = { name: process, version: VERSION, position, last: landmarkOf(last) ?? before?.last ?? null, sealed: 0n };
    await reach(() => saveCheckpoints(this.pool, 'process', [point]));
    this.saved.set(process, performance.now());
  }
}
