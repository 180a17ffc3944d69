import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isErrno } from './errno.js';

const run = promisify(execFile);

/** The command line of a running process, arguments joined by a space; empty when there is no such process, or only its zombie. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await procFile(pid, 'cmdline')).replaceAll('\0', ' ');
  return ps(pid, 'command=');
}

/**
 * When a process began, in the system's own writing; empty when there is none. A process id alone does not name a process:
 * the system gives it again, after a reboot very soon.
 */
export async function beginningOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = await procFile(pid, 'stat');
  // The second field is the name in parentheses and may hold spaces; the beginning is the 22nd field.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function procFile(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    // ESRCH: the process ended while its file was open.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return '';
    throw error;
  }
}

async function ps(pid: number, column: string): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', column, '-p', String(pid)])).stdout.trim();
  } catch (error) {
    // ps ends with 1 when there is no such process.
    if (isErrno(error, 1)) return '';
    throw error;
  }
}
