import { cp, mkdir, readdir, rm, writeFile, chown, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connected } from './database.js';

/** What belongs to the running server and not to its data. */
const NOT_DATA = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_replslot',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_dynshmem',
]);

/** Copies of one account belong to that account: the server refuses data of another. */
async function owned(folder: string, like: string): Promise<void> {
  const { uid, gid } = await stat(like);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
  await chown(folder, uid, gid);
}

/**
 * A base backup while the server works, with nothing but its own functions: pg_backup_start, copy, pg_backup_stop, copy the WAL
 * (docs/how-to/back-up.md says the same in words).
 */
export async function baseBackup(
  { url, dataDirectory }: { readonly url: string; readonly dataDirectory: string },
  target: string,
): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  await connected(url, async (client) => {
    await client.query(`SELECT pg_backup_start('drill', true)`);
    for (const name of await readdir(dataDirectory)) {
      if (NOT_DATA.has(name)) await mkdir(join(target, name), { mode: 0o700 }).catch(() => undefined);
      // A cache that the server removes and makes anew as it likes; pg_basebackup leaves it out too.
      else
        await cp(join(dataDirectory, name), join(target, name), { recursive: true, filter: (file) => !file.endsWith('/pg_internal.init') });
    }
    const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>('SELECT * FROM pg_backup_stop(false)');
    await writeFile(join(target, 'backup_label'), rows[0]?.labelfile ?? '');
    await cp(join(dataDirectory, 'pg_wal'), join(target, 'pg_wal'), { recursive: true });
  });
  for (const name of ['postmaster.pid', 'postmaster.opts']) await rm(join(target, name), { recursive: true, force: true });
}

/** Puts a backup in the place of the data of a server that stands still. */
export async function restore(backup: string, dataDirectory: string): Promise<void> {
  await owned(backup, dataDirectory);
  await rm(dataDirectory, { recursive: true });
  await cp(backup, dataDirectory, { recursive: true, preserveTimestamps: true });
  await owned(dataDirectory, backup);
}
