import type { Pool } from 'pg';
import { ProcessPoints } from '../../../application/shared/deadlines.js';
import type { EventStore, StoredEvent } from '../../../application/shared/event-store.js';
import type { HeldLine } from '../../../application/shared/quarantine.js';
import type { HeldBack } from '../../../application/shared/standstill.js';
import { checkpoints, landmarkOf, saveCheckpoints, verify } from '../projections/checkpoint.js';
import { gaveBack, holdBack, linesOf } from '../quarantine/held-back.js';
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
    await verify(this.store, point);
    return point.position;
  }

  /** Two processes of the system may run the same one: the furthest counts. */
  async save(process: string, position: bigint, last: StoredEvent | null, heldBack: HeldBack): Promise<void> {
    await reach(() => holdBack(this.pool, 'work', process, heldBack));
    if (last === null && performance.now() - (this.saved.get(process) ?? -Infinity) < IDLE_MS) return;
    const before = (await reach(() => checkpoints(this.pool, 'process', [process]))).get(process);
    if (before && before.position >= position) return;
    const point = { name: process, version: VERSION, position, last: landmarkOf(last) ?? before?.last ?? null, sealed: 0n };
    await reach(() => saveCheckpoints(this.pool, 'process', [point]));
    this.saved.set(process, performance.now());
  }

  heldBack(process: string): Promise<readonly HeldLine[]> {
    return reach(() => linesOf(this.pool, 'work', [process]));
  }

  gaveBack(line: HeldLine): Promise<void> {
    return reach(() => gaveBack(this.pool, 'work', line));
  }
}
