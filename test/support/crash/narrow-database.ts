import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Database } from './installation.js';
import { Relay } from './relay.js';

const PROGRAM = join(process.cwd(), 'test/support/embedded-child.mjs');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pid: number;
}

/**
 * A PostgreSQL whose disk can become full: its processes are started under a limit on the size of files (RLIMIT_FSIZE, which needs no rights), so that the
 * kernel refuses to let the write-ahead log grow, as it does on a full disk. PostgreSQL treats both alike: it gives up (PANIC), and does not come up again
 * before there is room. A supervisor tries for ever.
 */
export class NarrowDatabase implements Database {
  private constructor(
    private readonly stateDir: string,
    private readonly relay: Relay,
    private running: Running,
    readonly url: string,
  ) {}

  static async start(stateDir: string): Promise<NarrowDatabase> {
    const running = await begin(stateDir, 'unlimited');
    const url = new URL(running.url);
    const relay = await Relay.to(Number(url.port));
    url.port = String(relay.port);
    return new NarrowDatabase(stateDir, relay, running, url.toString());
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Starts it anew under this limit on each of its files, in KiB, or under none. */
  async restart(limit: number | 'unlimited'): Promise<void> {
    // What has no room does not end in good order.
    await end(this.running, limit === 'unlimited' ? 'SIGINT' : 'SIGTERM');
    this.running = await begin(this.stateDir, limit);
    this.relay.lead(Number(new URL(this.running.url).port));
  }

  async stop(): Promise<void> {
    await end(this.running, 'SIGINT');
    await this.relay.close();
  }
}

/** Blocks of 512 bytes are what POSIX says of `ulimit -f`, and some shells count in 1,024: twice the room then. */
async function begin(stateDir: string, limit: number | 'unlimited'): Promise<Running> {
  const blocks = limit === 'unlimited' ? limit : String(limit * 2);
  const script = 'ulimit -S -f "$1" && shift && exec "$@"';
  const child = spawn('/bin/sh', ['-c', script, 'sh', blocks, process.execPath, PROGRAM, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const started = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const [line] = await Promise.race([started, once(child, 'exit').then(() => Promise.reject(new Error('the database did not start')))]);
  return { child, ...(JSON.parse(line) as Omit<Running, 'child'>) };
}

async function end({ child }: Running, signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
