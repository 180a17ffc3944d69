import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isErrno, unlessMissing } from './errno.js';
import { beginningOf } from './process-table.js';

/** Holds a folder for one process; `release` gives it back, once or more often. */
export interface StateLock {
  release(): Promise<void>;
}

/** A process is known by its id and its beginning together. No beginning: nobody holds it. */
interface Holder {
  readonly pid: number;
  readonly began: string;
}
const NOBODY: Holder = { pid: 0, began: '' };

const ATTEMPTS = 50;

/**
 * Takes the lock, or throws with the process id that holds it; a lock whose process is gone (kill -9, power cut, reboot) is stale.
 * It is a row of files `<path>.1`, `<path>.2` …, of which the newest counts. The next one is made by a hard link, which only one process can do, and only
 * files that are not the newest are ever removed: however many find the same stale lock, one succeeds it.
 */
export async function lockState(path: string): Promise<StateLock> {
  const me: Holder = { pid: process.pid, began: await beginningOf(process.pid) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const last = Math.max(0, ...(await numbersOf(path)));
    if (last > 0) await refuseIfHeld(`${path}.${last}`);
    const mine = last + 1;
    if (!(await claim(path, mine, me))) continue;
    const numbers = await numbersOf(path);
    if (Math.max(...numbers) === mine) {
      await remove(
        path,
        numbers.filter((number) => number < mine),
      );
      return { release: async () => replace(path, mine, NOBODY) };
    }
    // What was the newest had been succeeded and removed in the meantime.
    await remove(path, [mine]);
  }
  throw new Error(`The lock ${path} changes hands too often; start again.`);
}

async function numbersOf(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const suffixes = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return suffixes.filter((suffix) => /^[1-9]\d*$/.test(suffix)).map(Number);
}

async function refuseIfHeld(file: string): Promise<void> {
  const text = await unlessMissing(readFile(file, 'utf8'), JSON.stringify(NOBODY));
  const { pid, began } = JSON.parse(text) as Holder;
  if (began !== '' && (await beginningOf(pid)) === began) {
    throw new Error(
      `The embedded PostgreSQL of this folder is in use by process ${pid} (${file}). Stop that process, or choose another state folder.`,
    );
  }
}

/** A hard link appears whole or not at all, and only if nobody has the name. */
async function claim(path: string, number: number, holder: Holder): Promise<boolean> {
  const draft = await draftOf(path, holder);
  try {
    await link(draft, `${path}.${number}`);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function replace(path: string, number: number, holder: Holder): Promise<void> {
  await rename(await draftOf(path, holder), `${path}.${number}`);
}

async function draftOf(path: string, holder: Holder): Promise<string> {
  const draft = join(dirname(path), `${basename(path)}.draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  return draft;
}

async function remove(path: string, numbers: readonly number[]): Promise<void> {
  await Promise.all(numbers.map((number) => rm(`${path}.${number}`, { force: true })));
}
