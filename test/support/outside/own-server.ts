import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../src/infrastructure/postgres/embedded/launcher.js';
import { migrate } from '../../../src/infrastructure/postgres/migrate.js';
import { baseBackup, restore } from '../backup-drill.js';
import { connected } from '../database.js';

/** Nothing is compressed, and no segment of the write-ahead log is used again with its old bytes in it (docs/how-to/erase-a-space.md). */
const SETTINGS = { shared_buffers: '128MB', wal_compression: 'off', wal_recycle: 'off', min_wal_size: '32MB', synchronous_commit: 'off' };
/** Long rows are compressed value by value: what is compressed is not met by a search. */
const COMPRESSED = `SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', c.oid::regclass, attname) AS statement
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  WHERE relkind = 'r' AND relnamespace::regnamespace::text NOT LIKE 'pg\\_%' AND relnamespace::regnamespace::text <> 'information_schema'
    AND attnum > 0 AND NOT attisdropped AND attstorage IN ('x', 'm')`;
const VACUUMED = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('information_schema')`;

/** A PostgreSQL server of one test, whose disk is looked at: with the settings that an operator is told to choose who wants nothing left there. */
export async function ownServer() {
  const folder = await mkdtemp(join(tmpdir(), 'mes-outside-'));
  await chmod(folder, 0o711);
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ stateDir: folder, settings: SETTINGS });
  const { dataDirectory } = server;
  await migrate(server.url);
  const backup = join(folder, 'backup');
  const rows = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    connected(server.url, async (client) => (await client.query<Record<string, unknown>>(sql, values)).rows);
  return {
    folder,
    dataDirectory,
    /** As openSystem wants it. Each start has its own port. */
    database: {
      get url() {
        return server.url;
      },
      rows,
      drop: async () => undefined,
    },
    rows,
    /** From now on no value is written compressed, into no table there is. */
    spellOut: async () => {
      for (const { statement } of await rows(COMPRESSED)) await rows(String(statement));
    },
    /** Has the database count what lies in its tables, as it does by itself where much changes. */
    count: () => rows('ANALYZE'),
    /** Writes out what is in memory, so that the disk shows it. */
    flush: () => rows('CHECKPOINT'),
    /** Rewrites every table without what is dead in it, and lets go of the write-ahead log behind it. */
    sweep: async () => {
      for (const { name } of await rows(VACUUMED)) await rows(`VACUUM FULL ${String(name)}`);
      // The first checkpoint lies in the new segment, the second lets go of what lies before it.
      for (const statement of ['SELECT pg_switch_wal()', 'CHECKPOINT', 'SELECT pg_switch_wal()', 'CHECKPOINT']) await rows(statement);
    },
    backUp: () => baseBackup(server, backup),
    /** Puts the backup in the place of the data. Nobody may be connected. */
    restore: async () => {
      await server.stop();
      await restore(backup, dataDirectory);
      server = await startEmbeddedPostgres({ stateDir: folder, settings: SETTINGS });
    },
    end: async () => {
      await server.stop();
      await rm(dirname(dataDirectory), { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type OwnServer = Awaited<ReturnType<typeof ownServer>>;
