import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { epochOf, instantOf } from '../../../src/domain/shared/time.js';
import { personaToken } from '../../../src/infrastructure/identity/local-issuer.js';
import type { PersonaName } from '../../../src/infrastructure/identity/personas.js';
import { Log, pinoFor } from '../../../src/infrastructure/log.js';
import { startEmbeddedPostgres } from '../../../src/infrastructure/postgres/embedded/launcher.js';
import { settingsFrom } from '../../../src/infrastructure/settings/settings.js';
import { openPlatform, type Platform } from '../../../src/infrastructure/system/platform.js';
import { readSideOf } from '../../../src/infrastructure/system/read-side.js';
import { SystemModule } from '../../../src/infrastructure/system/system.module.js';
import { connected } from '../database.js';
import { invite, MINUTE, type Invited } from '../world.js';
import { consenting, activating } from './load.js';
import { Stubborn } from './stubborn.js';
import { Ward } from './ward.js';

/** The PostgreSQL of an installation. `url` stays the same whatever happens to it. */
export interface Database {
  readonly url: string;
  /** Of the server that runs now. */
  readonly pid: number;
  stop(): Promise<void>;
}
/** An event store beside the database. */
export interface LogServer {
  /** Settings that lead there. */
  readonly environment: Readonly<Record<string, string>>;
  /** As a power cut ends it; resolves when it serves again, at the same place. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}
/** What an installation stands on: an embedded PostgreSQL, which is the event store too, when nothing else is said. */
export interface Surroundings {
  /** With its data in this folder. */
  readonly startDatabase?: (stateDir: string) => Promise<Database>;
  readonly log?: LogServer;
  /** Laid over the settings of its processes. */
  readonly environment?: Readonly<Record<string, string>>;
}
const WORK = 'processes,timers,outbox';
const BIRTH_DATE = '1985-06-14';

/**
 * An installation as it stands in a data centre: one PostgreSQL with its disk settings of production, and a process each for the doors, the read models,
 * the work behind them and the seal. Everything is killed and started again on its own. `platform` is a further process of it: the one that looks on.
 */
export class Installation {
  private people = 0;
  private readonly tokens = new Map<PersonaName, Promise<string>>();

  private constructor(
    readonly stateDir: string,
    readonly database: Database,
    readonly platform: Platform,
    readonly url: string,
    readonly api: Ward,
    readonly projections: Ward,
    readonly worker: Ward,
    readonly sealer: Ward,
    private readonly log: LogServer | undefined,
  ) {}

  static async start({ startDatabase = embedded, log, environment: more = {} }: Surroundings = {}): Promise<Installation> {
    const stateDir = await mkdtemp(join(tmpdir(), 'mes-installation-'));
    // As root the database runs under another account, which must pass through.
    await chmod(stateDir, 0o711);
    const database = await startDatabase(stateDir);
    const port = await freePort();
    const environment = { ...settingsOf(stateDir, database.url), ...log?.environment, ...more };
    const platform = await openPlatform(settingsFrom(environment, false), new Log(pinoFor('silent')));
    const wards = [
      new Ward(environment, ['--roles', 'api', '--port', String(port)]),
      new Ward(environment, ['--roles', 'projections']),
      new Ward(environment, ['--roles', WORK]),
      new Ward(environment, ['--roles', 'sealer']),
    ] as const;
    for (const ward of wards) ward.start();
    return new Installation(stateDir, database, platform, `http://127.0.0.1:${port}`, ...wards, log);
  }

  /** Each with its token of the whole run. */
  client(): Stubborn {
    return new Stubborn(this.url, (name) => this.token(name));
  }

  /** People who have a letter, brought by a process of their own; none of them is told twice. */
  async invited(count: number): Promise<Invited[]> {
    const { platform } = this;
    const application = await NestFactory.createApplicationContext(SystemModule.on(platform, readSideOf(platform), null), {
      logger: false,
    });
    try {
      const on = instantOf(epochOf(platform.clock.now()) - MINUTE);
      const numbers = Array.from({ length: count }, () => ++this.people);
      const bus = application.get(CommandBus);
      const all: Invited[] = [];
      for (const n of numbers) all.push(await invite(bus, platform, { n, birthDate: BIRTH_DATE }, on));
      return all;
    } finally {
      await application.close();
    }
  }

  /** Every process of it. */
  get wards(): readonly Ward[] {
    return [this.api, this.projections, this.worker, this.sealer];
  }

  /** Resolves when every process serves. */
  async ready(): Promise<void> {
    await Promise.all(this.wards.map((ward) => ward.ready()));
  }

  /** Ends every process in good order; their exit codes. */
  stopped(): Promise<readonly (number | string | null)[]> {
    return Promise.all(this.wards.map((ward) => ward.stop()));
  }

  /** Handles of active spaces in which a doctor may read and write. */
  async patients(client: Stubborn, count: number): Promise<readonly string[]> {
    const people = await this.invited(count);
    for (const person of people) {
      await client.does(activating(person));
      await client.does(consenting(person.address.handle));
    }
    return people.map(({ address }) => address.handle);
  }

  /** A server with every process that works for it, all at once, as when the machine loses its power. Resolves when it answers again. */
  async killServer(which: 'database' | 'log'): Promise<void> {
    await (which === 'database' ? this.killDatabase() : this.log?.kill());
  }

  private async killDatabase(): Promise<void> {
    const { pid, url } = this.database;
    const others = await connected(url, async (client) => (await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')).rows);
    for (const one of [pid, ...others.map((row) => row.pid)]) killed(one);
    await this.answering(pid);
  }

  /** Reads or changes something as the owner of the database. */
  async rows<T extends object>(sql: string): Promise<readonly T[]> {
    return connected(this.database.url, async (client) => (await client.query<T>(sql)).rows);
  }

  async close(): Promise<void> {
    await this.stopped();
    await this.platform.close();
    await this.database.stop();
    await this.log?.stop();
    await rm(this.stateDir, { recursive: true, force: true });
  }

  /** One for the whole run. */
  token(name: PersonaName): Promise<string> {
    const known = this.tokens.get(name) ?? personaToken(name, this.platform.settings, this.platform.clock);
    this.tokens.set(name, known);
    return known;
  }

  private async answering(former: number): Promise<void> {
    for (;;) {
      const up = await this.rows('SELECT 1').then(
        () => this.database.pid !== former,
        () => false,
      );
      if (up) return;
    }
  }
}

const embedded = (stateDir: string): Promise<Database> => startEmbeddedPostgres({ stateDir, settings: { shared_buffers: '64MB' } });

const settingsOf = (stateDir: string, url: string) => ({
  NODE_ENV: 'test',
  DATABASE_URL: url,
  STATE_DIR: stateDir,
  SIMULATED_CLOCK: '0',
  LOG_LEVEL: 'error',
  LEASE_SECONDS: '1',
  SEAL_EVERY: '50',
  RATE_LIMIT: '1000000',
  RATE_LIMIT_LETTERS: '1000000',
});

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
  return address.port;
}
