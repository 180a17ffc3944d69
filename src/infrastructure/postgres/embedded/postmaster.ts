import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isErrno, unlessMissing } from './errno.js';
import { commandLineOf } from './process-table.js';

/** What a running server says of itself in postmaster.pid. */
export interface PostmasterFile {
  readonly pid: number;
  readonly status: string;
}

export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | null> {
  const text = await unlessMissing(readFile(join(dataDirectory, 'postmaster.pid'), 'utf8'), null);
  if (text === null) return null;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), status: (lines[7] ?? '').trim() };
}

/**
 * Ends the server that a killed process left behind on this data directory. Only a process that is provably that server is touched:
 * its command line must name PostgreSQL and this very directory.
 */
export async function endOrphan(dataDirectory: string, log: (line: string) => void): Promise<void> {
  const file = await readPostmasterFile(dataDirectory);
  if (file === null || !Number.isInteger(file.pid) || file.pid <= 1) return;
  if (!(await serves(file.pid, dataDirectory))) return disownStaleFile(dataDirectory, file.pid);
  log(`a former process left PostgreSQL running (process ${file.pid}): ending it`);
  if (await endsAfter('SIGINT', file.pid, dataDirectory, 60_000)) return;
  if (await endsAfter('SIGQUIT', file.pid, dataDirectory, 10_000)) return;
  throw new Error(`PostgreSQL process ${file.pid} on ${dataDirectory} does not end: end it by hand, then start again.`);
}

async function serves(pid: number, dataDirectory: string): Promise<boolean> {
  return (await commandLineOf(pid)).includes(`postgres -D ${dataDirectory} -c `);
}

async function endsAfter(signal: 'SIGINT' | 'SIGQUIT', pid: number, dataDirectory: string, milliseconds: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
  const deadline = performance.now() + milliseconds;
  while (await serves(pid, dataDirectory)) {
    if (performance.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

/**
 * The id in the file now belongs to a process that is no server of ours (ids come again after a reboot), and PostgreSQL would refuse to start because of it.
 * It ignores a file that names its own parent, but still checks that no old shared memory is in use: so the file is made to name us.
 */
async function disownStaleFile(dataDirectory: string, stalePid: number): Promise<void> {
  if ((await commandLineOf(stalePid)) === '') return;
  const path = join(dataDirectory, 'postmaster.pid');
  const text = await readFile(path, 'utf8');
  await writeFile(path, [String(process.pid), ...text.split('\n').slice(1)].join('\n'));
}
