import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { handOver, SERVER_ENVIRONMENT } from './account.js';
import type { Binaries } from './binaries.js';
import type { ClusterHome } from './home.js';

const run = promisify(execFile);

/** The data of one server, and what opens it. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly user: string;
  readonly password: string;
}

const SUPERUSER = 'postgres';
const DRAFT = 'draft-';

/** The cluster of this home, created at the first start. */
export async function ensureCluster(home: ClusterHome, binaries: Binaries, log: (line: string) => void): Promise<Cluster> {
  const dataDirectory = join(home.folder, 'data');
  const passwordFile = join(home.folder, 'password');
  if (!existsSync(dataDirectory)) {
    await writePassword(passwordFile, home);
    await createCluster(home, binaries, passwordFile, dataDirectory);
    log(`new PostgreSQL cluster in ${dataDirectory}`);
  }
  return { dataDirectory, user: SUPERUSER, password: await readPassword(passwordFile) };
}

/** 0600, and never an argument of a process: initdb and we read the same file. */
async function writePassword(path: string, home: ClusterHome): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(32).toString('base64url'));
    await file.sync();
  } finally {
    await file.close();
  }
  await handOver(path, home.account);
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new Error(
      `The password of the embedded database cannot be read (${path}): restore this file, the data cannot be opened without it.`,
      { cause },
    );
  }
}

/** Takes its name when it is whole: what a cut-off creation left (its initdb may still be ending) is cleared away, not continued. */
async function createCluster(home: ClusterHome, binaries: Binaries, passwordFile: string, dataDirectory: string): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith(DRAFT)) await rm(join(home.folder, name), { recursive: true, force: true, maxRetries: 10 });
  }
  const draft = join(home.folder, `${DRAFT}${randomUUID()}`);
  const args = [
    ['--pgdata', draft],
    ['--username', SUPERUSER],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    // Sorting by code point, the same on every machine and after every upgrade of its libraries.
    ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ['--data-checksums', '--no-instructions'],
  ].flat();
  await run(binaries.initdb, args, { ...home.account.ids, cwd: '/', env: SERVER_ENVIRONMENT });
  await rename(draft, dataDirectory);
}
