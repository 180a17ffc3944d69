import type { Pool } from 'pg';
import type { CopyJob, CopyOutcome } from '../../application/portability/copy-maker.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';

/** A copy that waits to be made. */
export interface WaitingCopy extends CopyJob {
  /** Attempts that failed. */
  readonly tries: number;
  /** Since it was asked for, milliseconds of the database's own clock. */
  readonly age: number;
}

const ASK = 'INSERT INTO process.copy (copy, space) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const TAKE = `SELECT space, copy, tries, (extract(epoch FROM clock_timestamp() - asked_at) * 1000)::float8 AS age FROM process.copy
  WHERE not_before <= clock_timestamp() ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED`;
const DONE = 'DELETE FROM process.copy WHERE copy = $1';
const AGAIN = `UPDATE process.copy SET not_before = clock_timestamp() + $2 * interval '1 millisecond' WHERE copy = $1`;
// The power of a number of tries without a limit overflows one day.
const FAILED = `UPDATE process.copy SET tries = tries + 1, not_before = clock_timestamp() + least(power(2, least(tries, 10)), 600) * interval '1 second'
  WHERE copy = $1`;
const HINDERED = `UPDATE process.copy SET not_before = clock_timestamp() + interval '1 minute' WHERE copy = $1`;
/** How soon it is looked again whether the log is sealed. */
const AGAIN_MS = 200;

/** The table of copies to be made (schema process, role mes_projector). */
export class CopyJobs {
  constructor(private readonly pool: Pool) {}

  /** Twice is once; one that was made already is found made. */
  async ask({ space, copy }: CopyJob): Promise<void> {
    await reach(() => this.pool.query(ASK, [copy, space]));
  }

  /** Takes one whose time has come and keeps others away from it as long as this process lives; false when there is none. */
  async advance(work: (waiting: WaitingCopy) => Promise<CopyOutcome>): Promise<boolean> {
    return transaction(this.pool, async (db) => {
      const { rows } = await db.query<WaitingCopy>(TAKE);
      const [waiting] = rows;
      if (waiting === undefined) return false;
      if ((await work(waiting)) === 'done') await db.query(DONE, [waiting.copy]);
      else await db.query(AGAIN, [waiting.copy, AGAIN_MS]);
      return true;
    });
  }

  /** Leaves one alone for a while, ever longer. */
  async failed({ copy }: CopyJob): Promise<void> {
    await reach(() => this.pool.query(FAILED, [copy]));
  }

  /** Leaves one alone for a minute whose making something else hindered: that is none of its failures. */
  async hindered({ copy }: CopyJob): Promise<void> {
    await reach(() => this.pool.query(HINDERED, [copy]));
  }

  /** Copies that nobody has made yet. */
  async waiting(): Promise<number> {
    const text = 'SELECT count(*)::integer AS count FROM process.copy';
    return (await reach(() => this.pool.query<{ count: number }>(text))).rows[0]?.count ?? 0;
  }
}
