import type { Pool, PoolClient } from 'pg';
import { reach } from './reach.js';

/** Runs work in one transaction. Throws StoreUnavailable when the database cannot answer; then nothing was promised. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return reach(async () => {
    const client = await pool.connect();
    let committed = false;
    let broken: Error | undefined;
    // The query it breaks fails as well; but an error event that nobody listens to would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      committed = true;
      return result;
    } finally {
      // A connection that did not commit is closed, and its transaction with it.
      client.off('error', onError);
      client.release(broken ?? !committed);
    }
  });
}
