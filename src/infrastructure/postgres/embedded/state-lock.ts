import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { isErrno, unlessMissing } from './errno.js';
import { beginningOf } from './process-table.js';

/** Holds a folder for one process; `release` gives it back. */
export interface StateLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly began: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/**
 * Takes the lock file, or throws with the process id that holds it. A lock whose process is gone (kill -9, power cut, reboot) is stale and taken over;
 * the process is recognised by its id and its beginning together.
 */
export async function lockState(path: string): Promise<StateLock> {
  const mine = JSON.stringify({ pid: process.pid, began: await beginningOf(process.pid), token: randomUUID() } satisfies Holder);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine, { mode: 0o600, flag: 'wx' });
  try {
    await linkOrTakeOver(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return { release: async () => releaseIfMine(path, mine) };
}

const ATTEMPTS = 20;

/** A hard link appears whole or not at all, and only if nobody has the name. */
async function linkOrTakeOver(draft: string, path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await link(draft, path);
      return;
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    const text = await unlessMissing(readFile(path, 'utf8'), null);
    if (text === null) continue;
    await refuseIfHeld(text, path);
    await setAside(path, text);
  }
  throw new Error(`The lock ${path} changes hands too often; start again.`);
}

async function refuseIfHeld(text: string, path: string): Promise<void> {
  const { pid, began } = JSON.parse(text) as Holder;
  if (began !== '' && (await beginningOf(pid)) === began) {
    throw new Error(
      `The embedded PostgreSQL of this folder is in use by process ${pid} (${path}). Stop that process, or choose another state folder.`,
    );
  }
}

/** Removes the stale lock, unless somebody took it over in the meantime: his is put back. */
async function setAside(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  if ((await unlessMissing(rename(path, aside), 'gone')) === 'gone') return;
  try {
    if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path);
  } finally {
    await unlink(aside);
  }
}

async function releaseIfMine(path: string, mine: string): Promise<void> {
  if ((await unlessMissing(readFile(path, 'utf8'), null)) === mine) await rm(path, { force: true });
}
