import { Client } from 'pg';
import { migrations } from './migrations.js';

/** Any fixed number will do, as long as every instance takes the same one. */
const MIGRATION_LOCK = 7_430_001;

/**
 * Brings the database to the newest schema. Instances that start together wait for the first: each migration runs once, in a transaction of its own.
 * Throws what the database says; the migrations before the failed one stay.
 */
export async function migrate(url: string): Promise<void> {
  if (await isNewest(url)) return;
  // Loaded where it has something to do: nearly every start of a process has not.
  const { dataSourceFor } = await import('./data-source.js');
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

/** True when every migration that we know of has run; there may be newer ones. */
async function isNewest(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, application_name: 'mes-migrate' });
  // What breaks is told by the statement that is under way; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows: found } = await client.query<{ is: boolean }>("SELECT to_regclass('schema_migration') IS NOT NULL AS is");
    if (found[0]?.is !== true) return false;
    const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migration');
    const ran = new Set(rows.map(({ name }) => name));
    return migrations.every(({ name }) => ran.has(name));
  } finally {
    await client.end();
  }
}
