import { LoopbackServer } from '../kurrentdb/loopback.js';

/** Where the events of a test lie: settings for the system under test, and the way to end it. */
export interface LogOfTest {
  readonly environment: Readonly<Record<string, string>>;
  readonly server: LoopbackServer | null;
  stop(): Promise<void>;
}

/** In PostgreSQL; with EVENT_STORE=kurrentdb in the environment of the run, on a test server of that protocol, empty and for this test alone. */
export async function logOfTest(): Promise<LogOfTest> {
  if (process.env['EVENT_STORE'] !== 'kurrentdb') return { environment: {}, server: null, stop: async () => undefined };
  const server = await LoopbackServer.start();
  return { environment: { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: server.url }, server, stop: () => server.stop() };
}
