import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { binaryPackage, runnableBinaries } from './binaries.js';
import { ensureCluster, type Cluster } from './cluster.js';
import { clusterHome } from './home.js';
import { KeptServer } from './kept-server.js';
import type { ServerSettings } from './settings.js';
import { lockState, type StateLock } from './state-lock.js';

export interface EmbeddedPostgresOptions {
  /** Folder that belongs to one running system; created when missing. */
  readonly stateDir: string;
  /** Told what happens, a line each; no line holds a secret. */
  readonly log?: (line: string) => void;
  /** Told when somebody should look: the server ended by itself. Part of the log when absent. */
  readonly alarm?: (reason: string) => void;
  /** Settings of postgresql.conf over ours; the address and port cannot be changed. */
  readonly settings?: ServerSettings;
}

export interface EmbeddedPostgres {
  /** Holds the password: never log it. */
  readonly url: string;
  /** Process id of the server; another one after it had to be started again. */
  readonly pid: number;
  /** Where the data lie: under the state folder, or in /var/lib when that is closed to the account that runs the server. */
  readonly dataDirectory: string;
  /** Disconnects the clients, writes everything out, ends the server, gives the state folder back. */
  stop(): Promise<void>;
  /** As a power cut would (SIGKILL): the next start recovers from the write-ahead log. */
  kill(): Promise<void>;
}

const silent = (): void => undefined;

/**
 * PostgreSQL from the npm binaries, on loopback only, for one process at a time. Data, password and settings are kept in the state folder between runs;
 * a server orphaned by kill -9 is ended and its data recovered; one that ends by itself is started again on its port. Throws when another process uses the state folder, and (naming DATABASE_URL)
 * when there are no binaries for this machine.
 */
export async function startEmbeddedPostgres({
  stateDir,
  log = silent,
  alarm = log,
  settings = {},
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const packageFolder = binaryPackage();
  // Others may pass through but not look: the account of the server must reach its own folder below.
  await mkdir(stateDir, { recursive: true, mode: 0o711 });
  const folder = await realpath(stateDir);
  const lock = await lockState(join(folder, 'postgres.lock'));
  try {
    const home = await clusterHome(folder, log);
    const binaries = await runnableBinaries(packageFolder, home.account, log);
    const cluster = await ensureCluster(home, binaries, log);
    const server = await KeptServer.start({ home, binaries, cluster, settings, log, alarm });
    return await handle(server, cluster, lock, log);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function handle(server: KeptServer, cluster: Cluster, lock: StateLock, log: (line: string) => void): Promise<EmbeddedPostgres> {
  const url = `postgres://${cluster.user}:${cluster.password}@127.0.0.1:${server.port}/postgres`;
  try {
    await proveOwnership(url, cluster.dataDirectory);
  } catch (error) {
    await server.end('SIGINT');
    throw error;
  }
  log(`PostgreSQL listens on 127.0.0.1:${server.port} (process ${server.pid})`);
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    await server.end(signal);
    await lock.release();
  };
  return {
    url,
    get pid() {
      return server.pid;
    },
    dataDirectory: cluster.dataDirectory,
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
  };
}

/** Our random password opens it and it serves our directory: the server behind this port is the one we started. */
async function proveOwnership(url: string, dataDirectory: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'mes-launcher', connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory !== dataDirectory) throw new Error('Another PostgreSQL server answers on our port.');
  } finally {
    await client.end();
  }
}
