import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { campaignHandlers } from '../../src/application/enrolment/campaign.commands.js';
import { CampaignImport } from '../../src/application/enrolment/campaign-import.js';
import { CampaignOrders } from '../../src/application/enrolment/campaign.orders.js';
import { Installation, Staging } from '../../src/application/enrolment/import-ports.js';
import { Inviter } from '../../src/application/enrolment/inviter.js';
import { Messenger } from '../../src/application/enrolment/messenger.js';
import { spaceCommands, spaceHandlers } from '../../src/application/enrolment/space.commands.js';
import { SpaceOrders } from '../../src/application/enrolment/space.orders.js';
import { SpaceQuestions } from '../../src/application/enrolment/space.questions.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { Follower } from '../../src/application/shared/follower.js';
import { Gate } from '../../src/application/shared/gate.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Clock, IdentityRegistry, Journal, Outbox, Secrets } from '../../src/application/shared/ports.js';
import { ProcessRunner } from '../../src/application/shared/process-runner.js';
import { ReadModels } from '../../src/application/shared/subject-query.js';
import { Ticker } from '../../src/application/shared/ticker.js';
import { byBus, Wishes } from '../../src/application/shared/wishes.js';
import { campaign } from '../../src/domain/enrolment/campaign.js';
import { openingDelay } from '../../src/domain/enrolment/opening-delay.js';
import { space } from '../../src/domain/enrolment/space.js';
import { ApiModule } from '../../src/infrastructure/api/api.module.js';
import { createApp } from '../../src/infrastructure/api/create-app.js';
import { Metrics } from '../../src/infrastructure/api/health/metrics.js';
import { Vitals } from '../../src/infrastructure/api/health/vitals.js';
import { SealedStaging } from '../../src/infrastructure/campaign/sealed-staging.js';
import type { System } from '../../src/infrastructure/cli/system.js';
import { SimulatedClock } from '../../src/infrastructure/clock/simulated-clock.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { LocalIssuer } from '../../src/infrastructure/identity/local-issuer.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { FolderOutbox } from '../../src/infrastructure/outbox/folder-outbox.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { PastTables } from '../../src/infrastructure/postgres/projections/as-of.js';
import { Projector } from '../../src/infrastructure/postgres/projections/projector.js';
import { PostgresReadModels } from '../../src/infrastructure/postgres/projections/read-models.js';
import { Rebuild } from '../../src/infrastructure/postgres/projections/rebuild.js';
import { Settings } from '../../src/infrastructure/settings/settings.js';
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
import { sealedHouse } from './sealed-log.js';

const projections = [spaceOverview, activityHistory, campaignReport, deadlinesDue] as unknown as readonly Projection[];
const answers = [
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
const POLL_MS = 10;

/** A whole system in this process, on a database of the test run. */
export async function startDemoSystem(settings: Settings): Promise<System> {
  const house = await sealedHouse();
  await mkdir(settings.stateDir, { recursive: true });
  const log = await house.process(KNOWN);
  const owner = new Pool({ connectionString: house.url, max: 1 });
  const clock = await SimulatedClock.open({ owner, production: settings.production, stateDir: settings.stateDir });
  const reader = new LogReader(log.store, log.journal);
  const projectorPool = log.pools.pool('mes_projector');
  const readerPool = log.pools.pool('mes_reader');
  const alarm = (reason: string): void => void process.stderr.write(`ALARM ${reason}\n`);
  const rebuild = new Rebuild(reader, projectorPool);
  const projector = new Projector({ reader, store: log.store, pool: projectorPool, rebuild, projections, alarm });
  const logger = new Log(pinoFor(settings.logLevel));
  const vitals: Vitals = {
    database: async () => void (await readerPool.query('SELECT 1')),
    projections: async () => (await projector.health()).map(({ name, lag, status }) => ({ name, lag, failed: status === 'stopped' })),
  };
  const ours = [
    CommandExecutor,
    Metrics,
    PassageRecorder,
    Gate,
    SpaceQuestions,
    SpaceOrders,
    CampaignOrders,
    CampaignImport,
    Inviter,
    Messenger,
  ];
  const providers: Provider[] = [
    { provide: Journal, useValue: log.journal },
    { provide: Clock, useValue: clock },
    { provide: Secrets, useValue: log.secrets },
    { provide: IdentityRegistry, useValue: log.registry },
    {
      provide: ReadModels,
      useValue: new PostgresReadModels(readerPool, new PastTables(reader, readerPool, projections), log.secrets, projections),
    },
    { provide: Settings, useValue: settings },
    { provide: Log, useValue: logger },
    { provide: Vitals, useValue: vitals },
    { provide: Outbox, useValue: new FolderOutbox(settings.outboxDir, settings.mailFrom) },
    { provide: Staging, useValue: new SealedStaging(join(settings.stateDir, 'staging')) },
    { provide: Installation, useValue: { production: settings.production } },
    ...ours,
    ...spaceHandlers,
    ...campaignHandlers,
    ...answers,
  ];
  const shown = [Journal, Clock, Settings, Log, Vitals, Metrics, SpaceQuestions, SpaceOrders, CampaignOrders, CampaignImport, Messenger];
  @Global()
  @Module({})
  class Wiring {}
  const wiring: DynamicModule = { module: Wiring, imports: [CqrsModule.forRoot()], providers, exports: [CqrsModule, ...shown] };
  @Module({})
  class Root {}
  projector.start();
  const app = await createApp({ module: Root, imports: [wiring, ApiModule] }, settings, logger);
  await app.listen(settings.port, settings.host);

  const points = new PostgresProcessPoints(projectorPool, log.store);
  const deadlines = new PostgresDeadlines(projectorPool);
  const wishes = new Wishes(byBus(app.get(CommandBus), spaceCommands as never), alarm);
  const ticker = new Ticker(deadlines, wishes, clock, alarm);
  const runner = new ProcessRunner(openingDelay, { reader, points, deadlines, wishes, alarm });
  const messenger = app.get(Messenger);
  const follower = new Follower(reader, points, {
    name: 'messenger',
    categories: ['space'],
    take: (fact) => messenger.tell(fact),
    onTrouble: (error) => alarm(`the messenger: ${error instanceof Error ? error.constructor.name : 'failed'}`),
  });
  runner.start();
  ticker.start();
  await follower.start();
  const issuer = await LocalIssuer.open(settings, clock);
  const caughtUp = async (head: bigint): Promise<void> => {
    for (;;) {
      const positions = (await projector.health()).map(({ position }) => position);
      if ([...positions, runner.health().position].every((position) => position >= head)) return follower.reached(head);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  return {
    orders: app.get(SpaceOrders),
    questions: app.get(SpaceQuestions),
    campaigns: app.get(CampaignOrders),
    import: app.get(CampaignImport),
    clock,
    simulatedClock: clock,
    eventStore: log.store,
    readModels: { rebuild: async () => projector.rebuild().then(() => []) },
    url: await app.getUrl(),
    fireDue: () => ticker.drain(),
    waitUntilCaughtUp: async () => caughtUp(await log.store.head()),
    token: (persona) => issuer.personaToken(persona),
    health: async () => [],
    stop: async () => {
      await follower.stop();
      await ticker.stop();
      await runner.stop();
      await app.close();
      await projector.stop();
      await owner.end();
      await house.close();
    },
  };
}
