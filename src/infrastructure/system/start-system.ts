import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { classOf } from '../../application/shared/class-of.js';
import { AccessQuestions } from '../../application/access/access.questions.js';
import { MatrixOrders } from '../../application/access/matrix.orders.js';
import { CampaignImport } from '../../application/enrolment/campaign-import.js';
import { CampaignOrders } from '../../application/enrolment/campaign.orders.js';
import { Inviter } from '../../application/enrolment/inviter.js';
import { Messenger } from '../../application/enrolment/messenger.js';
import { SpaceOrders } from '../../application/enrolment/space.orders.js';
import { SpaceQuestions } from '../../application/enrolment/space.questions.js';
import { CopyMaker } from '../../application/portability/copy-maker.js';
import { CopySettling } from '../../application/portability/copy-settling.js';
import { NoticeMessenger } from '../../application/notices/notice-messenger.js';
import { NoticeQuestions } from '../../application/notices/notices.questions.js';
import { Teller } from '../../application/notices/teller.js';
import { CodeListImport } from '../../application/record/code-list-import.js';
import { AccountQuestions } from '../../application/registers/accounts.questions.js';
import { ControlQuestions } from '../../application/registers/controls.questions.js';
import { RegisterOrders } from '../../application/registers/registers.orders.js';
import { EndingOrders } from '../../application/enrolment/ending.orders.js';
import { EndingQuestions } from '../../application/enrolment/ending.questions.js';
import { SpaceKeys } from '../../application/enrolment/space-keys.js';
import { RecordQuestions } from '../../application/record/record.questions.js';
import { DocumentDestruction } from '../../application/record/document-destruction.js';
import { RevokedDeposits } from '../../application/record/revoked-deposits.js';
import { ReplayQuestions } from '../../application/replay/replay.questions.js';
import { WhatIfQuestions } from '../../application/replay/what-if.questions.js';
import { CommandExecutor } from '../../application/shared/command-executor.js';
import { PassageRecorder } from '../../application/shared/passage-recorder.js';
import { namedInLog } from '../../application/record/named-blobs.js';
import { sweepOrphans } from '../../application/record/orphan-sweep.js';
import { pause } from '../../application/shared/pause.js';
import { Settler } from '../../application/shared/settler.js';
import { AccessWatch } from '../../application/audit/access-watch.js';
import { AlertRuleOrders } from '../../application/audit/alert-rules.orders.js';
import { CaseOrders } from '../../application/audit/cases.orders.js';
import { ComplianceQuestions } from '../../application/audit/compliance.questions.js';
import { ExportOrders } from '../../application/audit/export.orders.js';
import { QuarantineOrders } from '../../application/audit/quarantine.orders.js';
import { RealignmentOrders } from '../../application/audit/realignment.orders.js';
import { WrappingKeys } from '../../application/audit/wrapping-keys.js';
import { WrappingKeyOrders } from '../../application/audit/wrapping-keys.orders.js';
import type { System } from '../cli/system.js';
import type { Catalogue } from '../eventstore/catalogue.js';
import { personaToken } from '../identity/local-issuer.js';
import { Log, pinoFor } from '../log.js';
import { ROLES, type Role, type Settings } from '../settings/settings.js';
import { backgroundOf, type Background, type Hands } from './background.js';
import { erasureOf, type Erasure } from './erasure.js';
import { exportingOn, type Exporting } from './exports.js';
import { healthOf } from './health.js';
import { openPlatform, type Platform } from './platform.js';
import { projections, readSideOf, type ReadSide } from './read-side.js';
import { sealDeskOf } from './sealed-log.js';
import { SystemModule } from './system.module.js';
import { Undo } from './undo.js';

const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role);

/** Brings up what these roles need, in order: platform, application, doors, workers. Undoes what it did when a step fails. */
export async function startSystem(
  settings: Settings,
  { roles, catalogue, ahead = false }: { readonly roles: readonly string[]; readonly catalogue?: Catalogue; readonly ahead?: boolean },
  log = new Log(pinoFor(settings.logLevel)),
): Promise<System> {
  const undo = new Undo();
  try {
    const platform = await openPlatform(settings, log, { catalogue });
    undo.later(() => platform.close());
    const readSide = readSideOf(platform);
    const doors = roles.includes('api');
    const app = await startApplication(platform, readSide, doors);
    const recorder = app.get(PassageRecorder);
    undo.later(() => recorder.stop());
    undo.later(() => app.close());
    const erasure = erasureOf(platform, app.get(Messenger));
    const exporting = exportingOn(platform, app.get(CommandBus));
    const background = backgroundOf(platform, readSide, handsOf(app, erasure, exporting), roles.filter(isRole));
    await again(erasure, log);
    if (!ahead) await follow(platform, undo);
    for (const worker of background.workers) {
      await worker.start();
      undo.later(() => worker.stop());
    }
    const url = doors ? await listen(app as NestFastifyApplication, settings) : null;
    return systemOf({ platform, readSide, app, background, erasure, exporting, url, stop: () => undo.run() });
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** Nobody is let in while somebody who was destroyed could be read again. */
async function again({ afterRestore }: Erasure, log: Log): Promise<void> {
  const risen = await afterRestore();
  if (risen > 0) log.warn(`the store came back from a backup: ${risen} destructions were repeated`, 'erasure');
}

const handsOf = (app: INestApplicationContext, { destruction }: Erasure, exporting: Exporting): Hands => ({
  exporting,
  bus: app.get(CommandBus),
  executor: app.get(CommandExecutor),
  inviter: app.get(Inviter),
  messenger: app.get(Messenger),
  destruction: app.get(DocumentDestruction),
  revokedDeposits: app.get(RevokedDeposits),
  spaceKeys: app.get(SpaceKeys),
  spaceDestruction: destruction,
  noticeMessenger: app.get(NoticeMessenger),
  teller: app.get(Teller),
  accessWatch: app.get(AccessWatch),
  copyMaker: app.get(CopyMaker),
  copySettling: app.get(CopySettling),
});

async function startApplication(platform: Platform, readSide: ReadSide, doors: boolean): Promise<INestApplicationContext> {
  if (!doors) {
    const module = SystemModule.on(platform, readSide, null);
    return NestFactory.createApplicationContext(module, { logger: platform.log, abortOnError: false });
  }
  // Half of all code is that of the doors; who opens none does not wait for it.
  const { createApp } = await import('../api/create-app.js');
  const { ApiModule } = await import('../api/api.module.js');
  return createApp(SystemModule.on(platform, readSide, ApiModule), platform.settings, platform.log);
}

/** The registry keeps level with the log; look-ups catch up by themselves, so a follower that stops is only reported. */
async function follow({ follower, alarm }: Platform, undo: Undo): Promise<void> {
  const following = await follower.start();
  following.finished.catch((error: unknown) => alarm(`the registry stopped following: ${classOf(error)}`));
  undo.later(() => following.stop());
  const settler = new Settler([follower], alarm);
  settler.start();
  undo.later(() => settler.stop());
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<string> {
  await app.listen({ host, port });
  return app.getUrl();
}

interface Started {
  readonly platform: Platform;
  readonly readSide: ReadSide;
  readonly app: INestApplicationContext;
  readonly background: Background;
  readonly erasure: Erasure;
  readonly exporting: Exporting;
  readonly url: string | null;
  readonly stop: () => Promise<void>;
}

/** What answers wishes and questions, as it is put together in the module. */
const applicationOf = (app: INestApplicationContext) => ({
  orders: app.get(SpaceOrders),
  questions: app.get(SpaceQuestions),
  access: app.get(AccessQuestions),
  records: app.get(RecordQuestions),
  notices: app.get(NoticeQuestions),
  replay: app.get(ReplayQuestions),
  whatIf: app.get(WhatIfQuestions),
  campaigns: app.get(CampaignOrders),
  import: app.get(CampaignImport),
  codeLists: app.get(CodeListImport),
  matrices: app.get(MatrixOrders),
  registers: app.get(RegisterOrders),
  controls: app.get(ControlQuestions),
  accounts: app.get(AccountQuestions),
  endings: app.get(EndingOrders),
  endingQuestions: app.get(EndingQuestions),
  exports: app.get(ExportOrders),
  quarantine: app.get(QuarantineOrders),
  wrappingKeys: app.get(WrappingKeyOrders),
  keks: app.get(WrappingKeys),
  realignment: app.get(RealignmentOrders),
  compliance: app.get(ComplianceQuestions),
  cases: app.get(CaseOrders),
  alertRules: app.get(AlertRuleOrders),
});

function systemOf({ platform, readSide, app, background, erasure, exporting, url, stop }: Started): System {
  const { clock, simulatedClock, store, reader, settings } = platform;
  return {
    ...applicationOf(app),
    destructions: erasure.destructions,
    makeExports: (signal) => exporting.worker.drain(signal),
    settleRows: () => readSide.settling.run(),
    clock,
    simulatedClock,
    eventStore: store,
    facts: reader,
    readModels: { rebuild: (name) => rebuild(readSide, name) },
    sweepOrphans: (sweep) => sweepOrphans({ ...sweep, blobs: platform.blobs, named: namedInLog(reader), now: Date.now() }),
    seal: sealDeskOf(platform),
    url,
    fireDue: () => background.ticker.drain(),
    waitUntilCaughtUp: () => caughtUp(platform, background),
    token: (persona) => personaToken(persona, settings, clock),
    health: () => healthOf(readSide, platform),
    stop,
  };
}

async function rebuild({ projector }: ReadSide, name: string | undefined) {
  const names = name === undefined ? projections.map((projection) => projection.name) : [name];
  const unknown = names.find((wanted) => !projections.some((projection) => projection.name === wanted));
  if (unknown !== undefined)
    throw new RangeError(`there is no read model ${unknown}; there are ${projections.map((one) => one.name).join(', ')}`);
  const events = await projector.rebuild(...names);
  return names.map((rebuilt) => ({ name: rebuilt, events }));
}

const LOOK_AGAIN_MS = 20;

/** Workers write too: level is who reached a head behind which nothing was written meanwhile. */
async function caughtUp({ store }: Platform, { workers }: Background): Promise<void> {
  for (let head = -1n; head !== (await store.head());) {
    head = await store.head();
    for (const worker of workers) while (worker.reached !== undefined && !(await worker.reached(head))) await pause(LOOK_AGAIN_MS);
  }
}
