import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { campaignHandlers } from '../../src/application/enrolment/campaign.commands.js';
import { CampaignOrders } from '../../src/application/enrolment/campaign.orders.js';
import { freshCode } from '../../src/application/enrolment/fresh-code.js';
import { DeclareEligible, InviteHolder, OpenAutomatically, spaceHandlers } from '../../src/application/enrolment/space.commands.js';
import { SpaceOrders } from '../../src/application/enrolment/space.orders.js';
import { SpaceQuestions } from '../../src/application/enrolment/space.questions.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { Gate } from '../../src/application/shared/gate.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Clock, IdentityRegistry, Journal, Secrets, type SpaceAddress } from '../../src/application/shared/ports.js';
import { ReadModels } from '../../src/application/shared/subject-query.js';
import type { Beneficiary } from '../../src/domain/enrolment/beneficiary.js';
import { campaign } from '../../src/domain/enrolment/campaign.js';
import { space } from '../../src/domain/enrolment/space.js';
import { IMPORTER } from '../../src/domain/shared/actor.js';
import { instantOf, type Instant, type LocalDate } from '../../src/domain/shared/time.js';
import { ApiModule } from '../../src/infrastructure/api/api.module.js';
import { createApp } from '../../src/infrastructure/api/create-app.js';
import { CountingExecutor } from '../../src/infrastructure/api/health/counting-executor.js';
import { Metrics } from '../../src/infrastructure/api/health/metrics.js';
import { Vitals } from '../../src/infrastructure/api/health/vitals.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { LocalIssuer } from '../../src/infrastructure/identity/local-issuer.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { PastTables } from '../../src/infrastructure/postgres/projections/as-of.js';
import { Projector } from '../../src/infrastructure/postgres/projections/projector.js';
import { PostgresReadModels } from '../../src/infrastructure/postgres/projections/read-models.js';
import { Rebuild } from '../../src/infrastructure/postgres/projections/rebuild.js';
import { Settings, settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { activityHistory, answerActivityHistory } from '../../src/projections/enrolment/activity-history.js';
import { answerCampaignReport, campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { answerPreviewClosure } from '../../src/projections/enrolment/closure-preview.js';
import { answerDeadlinesDue, deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import {
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerSpaceOverview,
  spaceOverview,
} from '../../src/projections/enrolment/space-overview.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { sealedHouse, type SealedLog } from './sealed-log.js';

const projections = [spaceOverview, activityHistory, campaignReport, deadlinesDue] as unknown as readonly Projection[];
const answersOfReadModels = [
  answerSpaceOverview,
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerActivityHistory,
  answerCampaignReport,
  answerPreviewClosure,
  answerDeadlinesDue,
];
const versionOne = (evolve: object) => Object.fromEntries(Object.keys(evolve).map((type) => [type, 1]));
const KNOWN = {
  space: versionOne(space.evolve),
  campaign: versionOne(campaign.evolve),
  passage: { AccessGranted: 1 },
  actor: { AccessDenied: 1 },
};

/** The database checks the clock of every append: the real one, then. */
const clock: Clock = { now: () => instantOf(Date.now()) };

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

/** The system behind its doors, on a database of its own, with everything that is not a door wired as in production. */
export async function openWorld(environment: Readonly<Record<string, string>> = {}) {
  const house = await sealedHouse();
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-world-'));
  const settings = settingsFrom({ STATE_DIR: stateDir, RATE_LIMIT: '100000', RATE_LIMIT_LETTERS: '100000', ...environment }, false);
  const log = await house.process(KNOWN);
  const reader = new LogReader(log.store, log.journal);
  const rebuild = new Rebuild(reader, log.pools.pool('mes_projector'));
  const alarm = (reason: string): void => void log.alarms.push(reason);
  const projector = new Projector({ reader, store: log.store, pool: log.pools.pool('mes_projector'), rebuild, projections, alarm });
  const lines: string[] = [];
  const out = new Writable({ write: (chunk: Buffer, _, done) => (lines.push(chunk.toString()), done()) });
  projector.start();
  const app = await createApp(
    rootModule(log, projector, reader, settings, new Log(pinoFor('info', out))),
    settings,
    new Log(pinoFor('info', out)),
  );
  const issuer = await LocalIssuer.open(settings, clock);
  let people = 0;
  return {
    app,
    settings,
    stateDir,
    lines,
    log,
    rows: house.rows,
    clock,
    token: (name: PersonaName) => issuer.personaToken(name),
    /** Declares and invites somebody; a minute ago, unless told otherwise. */
    invite: (msAgo = MINUTE) => invite(app, log, ++people, instantOf(Date.now() - msAgo)),
    /** Lets the deadline of a space fire. */
    openAutomatically: ({ address }: Invited) =>
      app.get(CommandBus).execute(new OpenAutomatically(address.id, {}, { actor: IMPORTER, messageId: randomUUID() })),
    close: async () => {
      await app.close();
      await projector.stop();
      await house.close();
      await rm(stateDir, { recursive: true });
    },
  };
}
export type World = Awaited<ReturnType<typeof openWorld>>;

function rootModule(log: SealedLog, projector: Projector, reader: LogReader, settings: Settings, logger: Log): DynamicModule {
  const pool = log.pools.pool('mes_reader');
  const vitals: Vitals = {
    database: async () => void (await pool.query('SELECT 1')),
    projections: async () => (await projector.health()).map(({ name, lag, status }) => ({ name, lag, failed: status === 'stopped' })),
  };
  const shared: Provider[] = [
    { provide: Journal, useValue: log.journal },
    { provide: Clock, useValue: clock },
    { provide: Secrets, useValue: log.secrets },
    { provide: IdentityRegistry, useValue: log.registry },
    { provide: ReadModels, useValue: new PostgresReadModels(pool, new PastTables(reader, pool, projections), log.secrets, projections) },
    { provide: Settings, useValue: settings },
    { provide: Log, useValue: logger },
    { provide: Vitals, useValue: vitals },
    { provide: CommandExecutor, useClass: CountingExecutor },
    Metrics,
    PassageRecorder,
    Gate,
    SpaceQuestions,
    SpaceOrders,
    CampaignOrders,
  ];
  @Global()
  @Module({})
  class Wiring {}
  const wiring: DynamicModule = {
    module: Wiring,
    imports: [CqrsModule.forRoot()],
    providers: [...shared, ...spaceHandlers, ...campaignHandlers, ...answersOfReadModels],
    exports: [CqrsModule, Journal, Clock, Settings, Log, Vitals, Metrics, SpaceQuestions, SpaceOrders, CampaignOrders],
  };
  @Module({})
  class World {}
  return { module: World, imports: [wiring, ApiModule] };
}

async function invite(app: NestFastifyApplication, { registry, secrets }: SealedLog, n: number, on: Instant): Promise<Invited> {
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
    birthDate: BIRTH_DATE as LocalDate,
    birthPlace: '75999',
    email: 'dominique@exemple.invalid',
    address: '1 rue Inventée',
    postalCode: '75000',
    city: 'PARIS',
    regime: 'CPAM',
    vitaleSerial: VITALE,
  };
  const bus = app.get(CommandBus);
  const sender = () => ({ actor: IMPORTER, messageId: randomUUID(), receivedAt: on });
  await bus.execute(new DeclareEligible(address.id, { beneficiary, handle: address.handle, campaign: 'test' }, sender()));
  const inviting = sender();
  const code = freshCode(secrets, address.id, inviting.messageId);
  await bus.execute(new InviteHolder(address.id, { campaign: 'test', code }, inviting));
  return {
    address,
    ins,
    letter: { code: secrets.provisionalCode(address.id, code.seed), vitaleSerial: VITALE, birthDate: BIRTH_DATE },
  };
}
