import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { CommandBus } from '@nestjs/cqrs';
import { freshCode } from '../../src/application/enrolment/fresh-code.js';
import { DeclareEligible, InviteHolder, OpenAutomatically } from '../../src/application/enrolment/space.commands.js';
import { pause } from '../../src/application/shared/pause.js';
import type { SpaceAddress } from '../../src/application/shared/ports.js';
import type { Beneficiary } from '../../src/domain/enrolment/beneficiary.js';
import { IMPORTER } from '../../src/domain/shared/actor.js';
import { epochOf, instantOf, type Instant, type LocalDate } from '../../src/domain/shared/time.js';
import { ApiModule } from '../../src/infrastructure/api/api.module.js';
import { createApp } from '../../src/infrastructure/api/create-app.js';
import { personaToken } from '../../src/infrastructure/identity/local-issuer.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { openPlatform, type Platform } from '../../src/infrastructure/system/platform.js';
import { readSideOf } from '../../src/infrastructure/system/read-side.js';
import { SystemModule } from '../../src/infrastructure/system/system.module.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { logOfTest, type LogOfTest } from './log-of-test.js';

/** Somebody declared and invited: what lies in the letter, and where the space is. */
export interface Invited {
  readonly address: SpaceAddress;
  readonly ins: string;
  readonly letter: { readonly code: string; readonly vitaleSerial: string; readonly birthDate: string };
}

export const MINUTE = 60_000;
export const SEVEN_WEEKS = 49 * 24 * 60 * MINUTE;
const VITALE = '12345678901';
const BIRTH_DATE = '1985-06-14';
const keyOf = (body: string): string => String(97n - (BigInt(body) % 97n)).padStart(2, '0');

/** Where a world lies on disk. */
export interface WorldHome {
  readonly database: TestDatabase;
  readonly stateDir: string;
  readonly log: LogOfTest;
}
export const freshHome = async (): Promise<WorldHome> => ({
  database: await freshDatabase(),
  stateDir: await mkdtemp(join(tmpdir(), 'mes-world-')),
  log: await logOfTest(),
});
export async function dropHome({ database, stateDir, log }: WorldHome): Promise<void> {
  await log.stop();
  await database.drop();
  await rm(stateDir, { recursive: true });
}

/**
 * The doors and the read models of the production wiring, on a database, a log and a state folder of its own; nothing else works in the background.
 * The clock is that of the machine unless `environment`, which is laid over the settings, asks for the simulated one. `home`: where it lies, and stays when
 * the world is closed.
 */
export async function openWorld(environment: Readonly<Record<string, string>> = {}, home?: WorldHome) {
  const its = home ?? (await freshHome());
  const { database, stateDir, log } = its;
  const settings = settingsFrom({ ...forTests(database.url, stateDir), ...log.environment, ...environment }, false);
  const lines: string[] = [];
  const out = new Writable({ write: (chunk: Buffer, _, done) => (lines.push(chunk.toString()), done()) });
  const platform = await openPlatform(settings, new Log(pinoFor(settings.logLevel, out)), { migrated: true });
  const readSide = readSideOf(platform);
  readSide.projector.start();
  const app = await createApp(SystemModule.on(platform, readSide, ApiModule), settings, platform.log);
  const { pools, store, secrets, journal, registry, clock } = platform;
  let people = 0;
  return {
    app,
    settings,
    stateDir,
    /** What it has logged, a JSON line each. */
    lines,
    log: {
      pools,
      store,
      secrets,
      journal,
      registry,
      /** The alarms among the lines so far. */
      get alarms(): readonly string[] {
        return lines.flatMap((line) => (JSON.parse(line) as { alarm?: string }).alarm ?? []);
      },
    },
    rows: database.rows,
    /** The test server where its events lie, unless that is PostgreSQL. */
    logServer: log.server,
    clock,
    /** Everything it is made of. */
    platform,
    token: (name: PersonaName) => personaToken(name, settings, clock),
    /** Until the read models have taken everything that lies in the log now. */
    caughtUp: async (): Promise<void> => {
      const head = await store.head();
      while (!(await readSide.projector.health()).every(({ position }) => position >= head)) await pause(20);
    },
    /** Declares and invites somebody; a minute ago, and born in 1985, unless told otherwise. */
    invite: (msAgo = MINUTE, birthDate = BIRTH_DATE) =>
      invite(app.get(CommandBus), platform, { n: ++people, birthDate }, instantOf(epochOf(clock.now()) - msAgo)),
    /** Lets the deadline of a space fire. */
    openAutomatically: ({ address }: Invited) =>
      app.get(CommandBus).execute(new OpenAutomatically(address.id, {}, { actor: IMPORTER, messageId: randomUUID() })),
    close: async () => {
      await app.close();
      await readSide.projector.stop();
      await platform.close();
      if (home === undefined) await dropHome(its);
    },
  };
}
export type World = Awaited<ReturnType<typeof openWorld>>;

const forTests = (url: string, stateDir: string) => ({
  DATABASE_URL: url,
  STATE_DIR: stateDir,
  RATE_LIMIT: '100000',
  RATE_LIMIT_LETTERS: '100000',
});

/** What makes somebody. */
export interface Birth {
  /** Makes the INS, which says nothing else of this person. */
  readonly n: number;
  readonly birthDate: string;
}
/** Declares and invites somebody who is born like this; the letter is of that moment. */
export async function invite(
  bus: Pick<CommandBus, 'execute'>,
  { registry, secrets }: Platform,
  { n, birthDate }: Birth,
  on: Instant,
): Promise<Invited> {
  const body = `1850675999${String(n).padStart(3, '0')}`;
  const ins = `${body}${keyOf(body)}`;
  const address = await registry.reserve(ins);
  if (address === 'suppressed') throw new Error('nobody is suppressed here');
  const beneficiary: Beneficiary = {
    ins,
    insOid: '1.2.250.1.213.1.4.10',
    familyName: 'CANARI-NOM',
    givenNames: 'Dominique',
    sex: 'M',
    birthDate: birthDate as LocalDate,
    birthPlace: '75999',
    email: 'dominique@exemple.invalid',
    address: '1 rue Inventée',
    postalCode: '75000',
    city: 'PARIS',
    regime: 'CPAM',
    vitaleSerial: VITALE,
  };
  const sender = () => ({ actor: IMPORTER, messageId: randomUUID(), receivedAt: on });
  await bus.execute(new DeclareEligible(address.id, { beneficiary, handle: address.handle, campaign: 'test' }, sender()));
  const inviting = sender();
  const code = freshCode(secrets, address.id, inviting.messageId);
  await bus.execute(new InviteHolder(address.id, { campaign: 'test', code }, inviting));
  return {
    address,
    ins,
    letter: { code: secrets.provisionalCode(address.id, code.seed), vitaleSerial: VITALE, birthDate },
  };
}
