import { readdirSync, readFileSync } from 'node:fs';
import { median, now } from './lib.mjs';

/** Fields of /proc/<pid>/stat behind the name: parent, ticks of processor time (100 a second) in user and kernel mode, and those of children that ended. */
function statOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const ticks = (first) => (Number(fields[first]) + Number(fields[first + 1])) * 10;
  return { parent: Number(fields[1]), own: ticks(11), ended: ticks(13) };
}

/** Milliseconds of processor time that these processes and the server of this postmaster took so far; null where there is no /proc. */
export function processorTime(pids, postmaster) {
  if (process.platform !== 'linux') return null;
  let sum = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const { parent, own, ended } = statOf(pid);
      if (pids.includes(Number(pid)) || parent === postmaster) sum += own;
      if (Number(pid) === postmaster) sum += own + ended;
    } catch {
      // It has ended meanwhile.
    }
  return sum;
}

/** What processor time some work of this process takes for each of its events, run after run; and how many processors it keeps busy. */
export class Spending {
  #runs = [];

  /** `postmaster`: process id of the server whose work counts too. `events`: how many each run is of; where it is not known before, the work returns it. */
  constructor(postmaster, events) {
    this.postmaster = postmaster;
    this.events = events;
  }

  /** Returns events per second. */
  async timed(work) {
    const [cpu, loop, server, started] = [
      process.cpuUsage(),
      performance.eventLoopUtilization(),
      processorTime([], this.postmaster),
      now(),
    ];
    const done = await work();
    const events = this.events ?? done;
    const seconds = now() - started;
    const { user, system } = process.cpuUsage(cpu);
    const main = performance.eventLoopUtilization(loop).active * 1_000;
    const others = Math.max(user + system - main, 0);
    const database = (processorTime([], this.postmaster) - server) * 1_000;
    this.#runs.push({
      main: main / events,
      others: others / events,
      database: database / events,
      busy: (main + others + database) / (seconds * 1e6),
    });
    return events / seconds;
  }

  /** Medians, microseconds for an event, and processors. */
  toString() {
    if (process.platform !== 'linux') return 'not known here';
    const of = (what) => median(this.#runs.map((run) => run[what])).toFixed(1);
    return `main thread ${of('main')}, other threads of Node ${of('others')}, PostgreSQL ${of('database')}, ${of('busy')} processors busy`;
  }
}
