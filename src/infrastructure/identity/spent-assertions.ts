import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';

const SPEND = `
WITH expired AS (DELETE FROM identity.spent_assertion WHERE until < $3)
INSERT INTO identity.spent_assertion (digest, until) VALUES ($1, $2) ON CONFLICT DO NOTHING`;

/** Remembers, for all processes together, which assertions were used, until they would have expired anyway. */
export class SpentAssertions {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /**
   * True the first time this id of this client is shown; false ever after, until `until`. Forgets what expired before `now`.
   * Throws StoreUnavailable when the database does not answer.
   */
  async spend(client: string, jti: string, until: Date, now: Date): Promise<boolean> {
    const digest = createHash('sha256')
      .update(JSON.stringify([client, jti]))
      .digest();
    const { rowCount } = await reach(() => this.pool.query(SPEND, [digest, until, now]));
    return rowCount === 1;
  }
}
