import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** What its owner reads there, or has it do. */
  readonly rows: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Disconnects whoever is left and removes it. */
  drop(): Promise<void>;
}

/** A migrated database, copied from the template that the run made once (some tens of milliseconds). Files that run at the same time do not meet. */
export async function freshDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${fromRun('TEST_TEMPLATE_DATABASE')}`);
}

/** A database without anything in it: for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return create('TEMPLATE template0');
}

/** A copy of this database, as it is now. Nobody may be connected to it. */
export async function copyOf(database: Pick<TestDatabase, 'url'>): Promise<TestDatabase> {
  return create(`TEMPLATE ${new URL(database.url).pathname.slice(1)}`);
}

/** Runs on the server of the run as its administrator. */
export async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return connected(fromRun('TEST_POSTGRES_URL'), work);
}

/** Opens a connection for this work only. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A server that is killed meanwhile: the query it breaks fails as well; an error event that nobody listens to would end the test.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function create(from: string): Promise<TestDatabase> {
  const name = `mes_test_${randomBytes(6).toString('hex')}`;
  // Copying the files instead of logging every page is five times faster on a server that does not wait for its disk.
  await onServer((client) => client.query(`CREATE DATABASE ${name} ${from} STRATEGY FILE_COPY`));
  const url = new URL(fromRun('TEST_POSTGRES_URL'));
  url.pathname = `/${name}`;
  const its = url.toString();
  return {
    url: its,
    rows: (sql, values = []) => connected(its, async (client) => (await client.query<Record<string, unknown>>(sql, values)).rows),
    drop: async () => void (await onServer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

function fromRun(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: this test runs under the default Jest configuration, which starts PostgreSQL.`);
  return value;
}
