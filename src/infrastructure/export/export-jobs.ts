import type { Pool } from 'pg';
import type { ExportProgress } from '../../application/audit/export-ports.js';
import { reach } from '../postgres/reach.js';

/** `BUILD`: the package; `PROVE`: the proof that the log names it, once a head covers that. */
export type ExportStep = 'BUILD' | 'PROVE' | 'DONE';
export interface ExportJob {
  readonly id: string;
  readonly step: Exclude<ExportStep, 'DONE'>;
  readonly failures: number;
  /** When it was queued last, as the database writes it, to the microsecond: queued again since, it is not done with. */
  readonly queuedAt: string;
}

// One that is done with, or about to be, is looked at again: the log says whether there is anything to do.
const QUEUE = `INSERT INTO process.export_job (id, queued_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET queued_at = clock_timestamp(), step = 'BUILD', failures = 0, not_before = now(), done = 0, total = NULL`;
const NEXT = `SELECT id, step, failures, queued_at::text AS "queuedAt" FROM process.export_job WHERE step <> 'DONE' AND not_before <= now() ORDER BY not_before, queued_at LIMIT 1`;
const REACH = 'UPDATE process.export_job SET done = $2, total = $3 WHERE id = $1';
const MOVE = `UPDATE process.export_job SET step = CASE WHEN $2 = 'DONE' AND queued_at <> $3::timestamptz THEN 'BUILD' ELSE $2 END, failures = 0, not_before = now()
  WHERE id = $1`;
const LATER = `UPDATE process.export_job SET not_before = now() + $2 * interval '1 millisecond', failures = failures + $3 WHERE id = $1`;
const PROGRESS = `SELECT done, total FROM process.export_job WHERE id = $1 AND step = 'BUILD'`;

/** The table of work on exports (schema process, role mes_projector). Every method throws StoreUnavailable when the database is away. */
export class ExportJobs {
  constructor(private readonly pool: Pool) {}

  /** Twice is once. */
  async queue(id: string): Promise<void> {
    await reach(() => this.pool.query(QUEUE, [id]));
  }

  /** The one that has waited longest, of those that are due; null when none is. */
  async next(): Promise<ExportJob | null> {
    return (await reach(() => this.pool.query<ExportJob>(NEXT))).rows[0] ?? null;
  }

  async reached(id: string, done: number, total: number): Promise<void> {
    await reach(() => this.pool.query(REACH, [id, done, total]));
  }

  /** To its next step. Queued again since it was taken, it is done with only when it was looked at once more. */
  async move({ id, queuedAt }: Pick<ExportJob, 'id' | 'queuedAt'>, step: ExportStep): Promise<void> {
    await reach(() => this.pool.query(MOVE, [id, step, queuedAt]));
  }

  /** Leaves it alone for so many milliseconds; `failed`: because it went wrong. */
  async later(id: string, milliseconds: number, failed: boolean): Promise<void> {
    await reach(() => this.pool.query(LATER, [id, milliseconds, failed ? 1 : 0]));
  }

  async progress(id: string): Promise<ExportProgress | null> {
    const { rows } = await reach(() => this.pool.query<{ done: bigint; total: bigint | null }>(PROGRESS, [id]));
    const [row] = rows;
    return row === undefined ? null : { done: Number(row.done), total: row.total === null ? null : Number(row.total) };
  }
}
