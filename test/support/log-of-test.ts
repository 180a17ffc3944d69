import { LoopbackServer } from '../kurrentdb/loopback.js';

/** Where the events of a test lie: settings for the system under test, and the way to end it. */
export interface LogOfTest {
  readonly environment: Readonly<Record<string, string>>;
  readonly server: LoopbackServer | null;
  /** Another one with the same past; nobody may be writing. */
  copy(): Promise<LogOfTest>;
  stop(): Promise<void>;
}

/** In PostgreSQL; with EVENT_STORE=kurrentdb in the environment of the run, on a test server of that protocol, empty and for this test alone. */
export const logOfTest = async (): Promise<LogOfTest> =>
  process.env['EVENT_STORE'] === 'kurrentdb' ? on(await LoopbackServer.start()) : inDatabase;

/** A copy of the database holds it. */
const inDatabase: LogOfTest = { environment: {}, server: null, copy: async () => inDatabase, stop: async () => undefined };

const on = (server: LoopbackServer): LogOfTest => ({
  environment: { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: server.url },
  server,
  copy: async () => on(await server.copy()),
  stop: () => server.stop(),
});
