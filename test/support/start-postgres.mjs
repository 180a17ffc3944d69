import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const compiled = new URL('../../dist/infrastructure/postgres/', import.meta.url);

/**
 * One PostgreSQL server for the whole run, with one migrated database that the test files copy (freshDatabase).
 * TEST_DATABASE_URL names a server to use instead; its login must be allowed to create databases and roles.
 */
export default async function startPostgres() {
  if (!existsSync(compiled))
    throw new Error('dist/ is missing: integration tests run on compiled code. Run `npm run build` first (`npm test` does).');
  const given = process.env.TEST_DATABASE_URL;
  const url = given ?? (await startEmbedded());
  const template = `mes_template_${randomBytes(6).toString('hex')}`;
  try {
    await makeTemplate(url, template);
  } catch (error) {
    await globalThis.testPostgres?.server.stop();
    throw error;
  }
  globalThis.testPostgres = { ...globalThis.testPostgres, url, template };
  process.env.TEST_POSTGRES_URL = url;
  process.env.TEST_TEMPLATE_DATABASE = template;
}

async function startEmbedded() {
  const { startEmbeddedPostgres } = await import(new URL('embedded/launcher.js', compiled).href);
  const folder = await mkdtemp(join(tmpdir(), 'mes-test-'));
  // As root the server runs under another account, which must reach its data.
  await chmod(folder, 0o711);
  // This server dies with the run, so a power cut has nothing to spare; tests of durability start a server of their own.
  // Two files at a time, each with the pools of an installation and of the commands that it runs on a shell.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };
  const server = await startEmbeddedPostgres({ stateDir: join(folder, 'state'), settings });
  globalThis.testPostgres = { server, folder };
  return server.url;
}

async function makeTemplate(url, template) {
  const { migrate } = await import(new URL('migrate.js', compiled).href);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${template}`);
    const its = new URL(url);
    its.pathname = `/${template}`;
    await migrate(its.toString());
    // Nobody may connect: a database in use cannot be copied.
    await client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  } finally {
    await client.end();
  }
}
