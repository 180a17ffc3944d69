import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER_ENVIRONMENT } from './account.js';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { unlessMissing } from './errno.js';
import type { ClusterHome } from './home.js';
import { endOrphan, readPostmasterFile } from './postmaster.js';
import { serverArguments, type ServerSettings } from './settings.js';

/** A server that accepts connections. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** Resolves with a sentence on how it ended. */
  readonly ended: Promise<string>;
  /** Waits for the end; SIGINT disconnects clients and checkpoints, SIGKILL is a power cut. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

/** Replaying the log after a crash can take minutes; a server that neither starts nor ends for this long is stuck. */
const STARTUP_LIMIT_MS = 300_000;
/** Disconnecting clients and writing everything out takes seconds. */
const ORDERLY_END_MS = 60_000;
const ATTEMPTS = 40;

/** What a start needs to know. */
export interface Site {
  readonly home: ClusterHome;
  readonly binaries: Binaries;
  readonly cluster: Cluster;
  readonly settings: ServerSettings;
  readonly log: (line: string) => void;
  /** Told when somebody should look. */
  readonly alarm: (reason: string) => void;
}

/**
 * Ends an orphaned server of these data, then starts one, on a port the kernel gives unless one is named. Throws with the end of the server's log when it
 * does not start.
 */
export async function startServer(site: Site, port?: number): Promise<RunningServer> {
  const logFile = join(site.home.folder, 'server.log');
  await unlessMissing(rename(logFile, `${logFile}.previous`), undefined);
  for (let attempt = 1; ; attempt += 1) {
    await endOrphan(site.cluster.dataDirectory, site.log);
    const server = await launch(site, port ?? (await freePort()), logFile);
    if (await isReady(server, site.cluster.dataDirectory)) return server;
    const lastWords = (await readFile(logFile, 'utf8')).slice(-2_000);
    if (attempt === ATTEMPTS || !passes(lastWords)) {
      throw new Error(`The embedded PostgreSQL did not start (${await server.ended}). The end of ${logFile}:\n${lastWords}`);
    }
    await pause(250);
  }
}

/** Somebody took the port in between; an orphan was itself just starting; the last processes of a killed server are still ending: all pass. */
const passes = (lastWords: string): boolean =>
  /Address already in use|lock file "postmaster.pid"|pre-existing shared memory block/.test(lastWords);

async function launch({ home, binaries, cluster, settings }: Site, port: number, logFile: string): Promise<RunningServer> {
  // A file, not a pipe: the server must survive us without losing its standard error.
  const output = await open(logFile, 'w', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', cluster.dataDirectory, ...serverArguments(port, settings)], {
      ...home.account.ids,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', output.fd, output.fd],
      // A group of its own: Ctrl-C in the terminal reaches us, and we end the server in good order.
      detached: true,
    });
    const ended = endOf(child);
    child.unref();
    return { pid: child.pid ?? -1, port, ended, end: async (signal) => endWith(child, signal, ended) };
  } finally {
    await output.close();
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

async function endWith(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL', ended: Promise<string>): Promise<void> {
  child.ref();
  child.kill(signal);
  // A server that is told to end while it recovers on a full disk may wait for itself for ever; without a checkpoint the next start recovers.
  const patience = setTimeout(() => child.kill('SIGQUIT'), ORDERLY_END_MS);
  await ended;
  clearTimeout(patience);
}

/** The port is provably ours once the postmaster with our process id says "ready": two servers cannot listen on one port. */
async function isReady(server: RunningServer, dataDirectory: string): Promise<boolean> {
  let over = false;
  void server.ended.then(() => (over = true));
  const deadline = performance.now() + STARTUP_LIMIT_MS;
  while (performance.now() < deadline) {
    if (over) return false;
    const file = await readPostmasterFile(dataDirectory);
    if (file?.pid === server.pid && file.status === 'ready') return true;
    await pause(10);
  }
  await server.end('SIGKILL');
  return false;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('the kernel gave no port')),
      );
    });
  });
}
