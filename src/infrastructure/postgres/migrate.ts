import { dataSourceFor } from './data-source.js';

/** Any fixed number will do, as long as every instance takes the same one. */
const MIGRATION_LOCK = 7_430_001;

/**
 * Brings the database to the newest schema. Instances that start together wait for the first: each migration runs once, in a transaction of its own.
 * Throws what the database says; the migrations before the failed one stay.
 */
export async function migrate(url: string): Promise<void> {
  const source = await dataSourceFor(url).initialize();
  const guard = source.createQueryRunner();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
  } finally {
    // The lock ends with its connection.
    await guard.release();
    await source.destroy();
  }
}
