import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { isErrno } from '../../src/infrastructure/postgres/embedded/errno.js';

const run = promisify(execFile);

/** Ends a process that still runs, and whatever it has started, also what leads a group of its own, as its database server does. */
export async function endTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  // From here on it starts nothing more.
  child.kill('SIGSTOP');
  const below = await startedBy(child.pid).finally(() => child.kill('SIGKILL'));
  await gone;
  // Not SIGKILL: a database server gives back its shared memory before it ends, at once and without writing anything out.
  for (const pid of below) signal(pid, 'SIGQUIT');
}

/** Everything below a process, the nearest first. */
async function startedBy(pid: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const table = [...stdout.matchAll(/^ *(\d+) +(\d+) *$/gm)].map(([, one, parent]) => ({ pid: Number(one), parent: Number(parent) }));
  const found = [pid];
  for (const above of found) found.push(...table.filter(({ parent }) => parent === above).map((one) => one.pid));
  return found.slice(1);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended together with what was above it.
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}
