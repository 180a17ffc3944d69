import type { Pool, PoolClient } from 'pg';
import { reach } from '../reach.js';

/**
 * Runs work between two statements on one connection: `begin` opens a transaction, `end` closes it. A connection on which anything failed is not used again.
 * Throws StoreUnavailable when the database cannot answer.
 */
export function inSession<R>(pool: Pool, begin: string, end: string, work: (db: PoolClient) => Promise<R>): Promise<R> {
  return reach(async () => {
    const db = await pool.connect();
    let broken: Error | boolean = true;
    // The query it breaks fails as well; but an error event that nobody listens to would end the process.
    const onError = (error: Error): void => void (broken = error);
    db.on('error', onError);
    try {
      await db.query(begin);
      const done = await work(db);
      await db.query(end);
      broken = false;
      return done;
    } finally {
      db.off('error', onError);
      db.release(broken);
    }
  });
}
