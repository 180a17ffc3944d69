import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { isSealed } from '../../src/application/shared/fact-reader.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { epochOf, type Instant } from '../../src/domain/shared/time.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { ROLES, settingsFrom, type Role, type Settings } from '../../src/infrastructure/settings/settings.js';
import { openPlatform, type Platform } from '../../src/infrastructure/system/platform.js';
import { startSystem } from '../../src/infrastructure/system/start-system.js';
import { connected, freshDatabase, type TestDatabase } from './database.js';
import { logOfTest } from './log-of-test.js';

/**
 * The whole system with all its roles, composed as in production, on a database and a state folder of its own, with the simulated clock.
 * `environment` is laid over its settings; `startsAt` is what its clock says at first, today when absent; `roles`: all when absent;
 * `on`: a database that somebody else made and ends, migrated, instead of a copy of the template. Events lie in PostgreSQL, or on a test server of EventStoreDB where the run says so (logOfTest).
 */
export async function openSystem(
  environment: Readonly<Record<string, string>> = {},
  startsAt?: Instant,
  roles: readonly Role[] = ROLES,
  on?: TestDatabase,
) {
  const database = on ?? (await freshDatabase());
  if (startsAt !== undefined) await startClockAt(database.url, startsAt);
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-system-'));
  const log = await logOfTest();
  const settings = settingsFrom({ ...forTests(database.url, stateDir), ...log.environment, ...environment }, false);
  const lines: string[] = [];
  const out = new Writable({ write: (chunk: Buffer, _, done) => (lines.push(chunk.toString()), done()) });
  const { started: system, fastify } = await listening(() => startSystem(settings, { roles }, new Log(pinoFor(settings.logLevel, out))));
  return {
    system,
    settings,
    stateDir,
    /** What it has logged, a JSON line each. */
    lines,
    /** Both doors without a socket: `app.inject(…)`, through every hook. */
    app: fastify,
    token: system.token,
    caughtUp: () => system.waitUntilCaughtUp(),
    rows: database.rows,
    /** The test server where its events lie, unless that is PostgreSQL. */
    logServer: log.server,
    /** Works with the keys of the system, as a second process of the same installation. */
    inside: <T>(work: (platform: Platform) => Promise<T>) => inside(settings, work),
    close: async () => {
      await system.stop();
      await log.stop();
      await database.drop();
      await rm(stateDir, { recursive: true });
    },
  };
}
export type RunningSystem = Awaited<ReturnType<typeof openSystem>>;

const forTests = (url: string, stateDir: string) => ({
  NODE_ENV: 'test',
  DATABASE_URL: url,
  STATE_DIR: stateDir,
  SIMULATED_CLOCK: '1',
  PORT: '0',
  RATE_LIMIT: '1000000',
  RATE_LIMIT_LETTERS: '1000000',
});

/** A simulated clock only goes forward; where it begins is decided here, by the owner of the database, before the first event. */
const startClockAt = (url: string, at: Instant): Promise<void> =>
  connected(url, async (client) => void (await client.query('UPDATE log.clock SET offset_ms = $1', [epochOf(at) - Date.now()])));

/** Fastify announces every server it makes; that is how tests come to speak to this one without changing how it is started. */
async function listening<T>(start: () => Promise<T>): Promise<{ started: T; fastify: FastifyInstance }> {
  const made: FastifyInstance[] = [];
  const note = (message: unknown): void => void made.push((message as { fastify: FastifyInstance }).fastify);
  subscribe('fastify.initialization', note);
  try {
    const started = await start();
    const [fastify] = made;
    if (fastify === undefined) throw new Error('no door was opened');
    return { started, fastify };
  } finally {
    unsubscribe('fastify.initialization', note);
  }
}

/** Works on an installation that these settings name, as a process of its own would. */
export async function inside<T>(settings: Settings, work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = await openPlatform(settings, new Log(pinoFor('silent')));
  try {
    return await work(platform);
  } finally {
    await platform.close();
  }
}

/** Every fact of the log behind this position, decrypted. */
export async function factsIn(
  { reader }: Platform,
  after = 0n,
  categories = ['space', 'passage', 'actor', 'campaign'],
): Promise<readonly Recorded[]> {
  const facts: Recorded[] = [];
  for await (const batch of reader.read(after, categories)) facts.push(...batch.facts.filter((met): met is Recorded => !isSealed(met)));
  return facts;
}
