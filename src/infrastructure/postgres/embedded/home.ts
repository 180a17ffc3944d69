import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, handOver, ownAccount, ownerOf, runsAsRoot, serviceAccount, type Account } from './account.js';

/** Folder of one cluster (`data/`, `password`, `server.log`), owned by the account that runs it. */
export interface ClusterHome {
  readonly folder: string;
  readonly account: Account;
}

/** Where root keeps the data of a state folder that the service account cannot enter. */
const OUTSIDE = '/var/lib/mon-espace-sante';

/**
 * `<stateDir>/postgres`; or, when root works under a folder closed to others, a folder of /var/lib whose path is kept in
 * `<stateDir>/postgres.location`, so that the data follow the state folder and die with it.
 */
export async function clusterHome(stateDir: string, log: (line: string) => void): Promise<ClusterHome> {
  const inside = join(stateDir, 'postgres');
  const pointer = join(stateDir, 'postgres.location');
  if (!runsAsRoot()) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return { folder: inside, account: ownAccount() };
  }
  if (existsSync(pointer)) return entered((await readFile(pointer, 'utf8')).trim());
  if (existsSync(join(inside, 'data'))) return entered(inside);
  const made = await make(inside);
  if (await canEnter(inside, made.account)) return made;
  await rmdir(inside);
  return moveOutside(pointer, log);
}

async function make(folder: string): Promise<ClusterHome> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const account = await serviceAccount();
  await handOver(folder, account);
  return { folder, account };
}

async function moveOutside(pointer: string, log: (line: string) => void): Promise<ClusterHome> {
  await mkdir(OUTSIDE, { recursive: true });
  await chmod(OUTSIDE, 0o711);
  const home = await make(join(OUTSIDE, randomUUID()));
  await writeFile(pointer, `${home.folder}\n`, { mode: 0o600 });
  log(`the state folder is closed to user id ${home.account.uid}, which runs PostgreSQL: its data lie in ${home.folder}`);
  return entered(home.folder);
}

async function entered(folder: string): Promise<ClusterHome> {
  const account = await ownerOf(folder);
  if (await canEnter(folder, account)) return { folder, account };
  throw new Error(
    `The database folder ${folder} cannot be entered by its owner (user id ${account.uid}): open its parent folders to him (chmod o+x).`,
  );
}
