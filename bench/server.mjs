import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const dist = (path) => import(new URL(`../dist/infrastructure/${path}`, import.meta.url).href);

/** A durable server of the bench's own (fsync on), one database per peer, dropped at the end with its folder and whatever else was put there. */
export async function startServer() {
  const { startEmbeddedPostgres } = await dist('postgres/embedded/launcher.js');
  const folder = await mkdtemp(join(tmpdir(), 'mes-bench-'));
  await chmod(folder, 0o711);
  const first = performance.now();
  const server = await startEmbeddedPostgres({
    stateDir: join(folder, 'state'),
    settings: { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min' },
  });
  return {
    folder,
    url: server.url,
    pid: server.pid,
    firstStartMs: performance.now() - first,
    settings: 'fsync=on, synchronous_commit=on, shared_buffers=1GB, max_wal_size=8GB',
    database: (name) => databaseOn(server.url, name),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A new database on a server; its URL. */
export async function databaseOn(server, name) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}

/** A migrated database with our event store on it. */
export async function openOurs(server, name, options = {}) {
  const url = await server.database(name);
  const { migrate } = await dist('postgres/migrate.js');
  await migrate(url);
  const { openPools } = await dist('postgres/pools.js');
  const { PostgresEventStore } = await dist('eventstore/postgres/postgres-event-store.js');
  const pools = openPools(url);
  const store = new PostgresEventStore(pools.pool('mes_writer'), options);
  return { url, pools, store, close: async () => (await store.close(), await pools.close().catch(() => undefined)) };
}

/** A connection as the owner of the log, who may do what a limit needs and the product may not. */
export async function asOwner(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET ROLE mes_owner');
  return client;
}
