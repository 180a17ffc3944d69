import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';

/**
 * Longer than a message is put off before it goes another way (five days): a fact that is looked at again later than that was held up by a mail server that
 * was away for longer, and may at worst be told twice.
 */
const KEPT = '7 days';
const KNOWN = 'SELECT FROM process.sent WHERE id = $1';
/** For each line that comes, up to two old ones go: nobody has to sweep. */
const NOTE = `WITH old AS (SELECT id FROM process.sent WHERE at < now() - interval '${KEPT}' ORDER BY at LIMIT 2 FOR UPDATE SKIP LOCKED),
    gone AS (DELETE FROM process.sent s USING old WHERE s.id = old.id)
  INSERT INTO process.sent (id) VALUES ($1) ON CONFLICT DO NOTHING`;

/** Which messages a mail server took in the last days. Throws StoreUnavailable. */
export class SentMails {
  constructor(
    /** Under mes_projector. */
    private readonly pool: Pool,
  ) {}

  async knows(id: string): Promise<boolean> {
    return (await reach(() => this.pool.query(KNOWN, [id]))).rowCount === 1;
  }

  /** Resolves when it is on disk. Twice is once. */
  async note(id: string): Promise<void> {
    await reach(() => this.pool.query(NOTE, [id]));
  }
}
