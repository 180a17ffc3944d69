import { LoopbackServer } from '../../kurrentdb/loopback.js';
import type { LogServer } from './installation.js';

/** An event store of its own beside the database: the durable test server of EventStoreDB / KurrentDB. */
export async function startKurrentLog(): Promise<LogServer> {
  const server = await LoopbackServer.start();
  return {
    environment: { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: server.url },
    kill: () => server.restart(),
    stop: () => server.stop(),
  };
}

/** The same where the test run says that events lie there; otherwise they lie in the database of the installation. */
export const logOfRun = async (): Promise<{ readonly log?: LogServer }> =>
  process.env['EVENT_STORE'] === 'kurrentdb' ? { log: await startKurrentLog() } : {};
