import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { Matrices } from '../../src/application/access/matrices.js';
import { campaignHandlers } from '../../src/application/enrolment/campaign.commands.js';
import { CampaignImport, type ImportProgress } from '../../src/application/enrolment/campaign-import.js';
import { CampaignOrders } from '../../src/application/enrolment/campaign.orders.js';
import { Installation, Staging } from '../../src/application/enrolment/import-ports.js';
import { Inviter } from '../../src/application/enrolment/inviter.js';
import { Messenger } from '../../src/application/enrolment/messenger.js';
import { spaceHandlers } from '../../src/application/enrolment/space.commands.js';
import { SpaceKeys } from '../../src/application/enrolment/space-keys.js';
import { SpaceOrders } from '../../src/application/enrolment/space.orders.js';
import { SpaceQuestions } from '../../src/application/enrolment/space.questions.js';
import type { Caller } from '../../src/application/shared/caller.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { Follower } from '../../src/application/shared/follower.js';
import { ProcessRunner } from '../../src/application/shared/process-runner.js';
import { Wishes } from '../../src/application/shared/wishes.js';
import { invitationAfterBounce } from '../../src/domain/enrolment/invitation-after-bounce.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { Gate } from '../../src/application/shared/gate.js';
import { KeyVault } from '../../src/application/shared/key-vault.js';
import { Quarantine } from '../../src/application/shared/quarantine.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Alarm, Clock, IdentityRegistry, Journal, Outbox, Secrets } from '../../src/application/shared/ports.js';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { campaign } from '../../src/domain/enrolment/campaign.js';
import { space } from '../../src/domain/enrolment/space.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import { dayAfter, epochOf, startOfDay, type LocalDate } from '../../src/domain/shared/time.js';
import { BeneficiariesCsv } from '../../src/infrastructure/campaign/beneficiaries-csv.js';
import { SealedStaging } from '../../src/infrastructure/campaign/sealed-staging.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import type { BatchDecoder } from '../../src/infrastructure/eventstore/open-batches.js';
import { FolderOutbox } from '../../src/infrastructure/outbox/folder-outbox.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { alone } from './alone.js';
import { csvOf } from './beneficiary-lines.js';
import { ShiftedClock } from './command-side.js';
import { sealedHouse } from './sealed-log.js';

const versionOne = (evolve: object) => Object.fromEntries(Object.keys(evolve).map((type) => [type, 1]));
/** The facts that this world writes. */
export const KNOWN = {
  space: versionOne(space.evolve),
  campaign: versionOne(campaign.evolve),
  actor: { AccessDenied: 1, AccessDeniedAgain: 1 },
};
const subject = (sub: string) => ({ issuer: 'https://identity.example', sub });
export const operator: Actor = { role: 'operator', subject: subject('operator'), assurance: 'substantial' };
const clock = new ShiftedClock();

let calls = 0;
export const callerAs = (actor: Actor): Caller => ({ actor, messageId: `call-${++calls}`, receivedAt: clock.now() });

/** Import, invitations and messages on a database of their own, wired as in production but for the read side. */
export async function campaignWorld() {
  const house = await sealedHouse();
  clock.offset = 0;
  const folder = await mkdtemp(join(tmpdir(), 'mes-campaign-'));
  const log = await house.process(KNOWN);
  const outbox = new FolderOutbox(join(folder, 'outbox'), 'ne-pas-repondre@mon-espace-sante.test');
  const alarms: string[] = [];
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      { provide: Journal, useValue: log.journal },
      { provide: KeyVault, useValue: log.vault },
      { provide: Secrets, useValue: log.secrets },
      { provide: Quarantine, useValue: log.quarantine },
      { provide: IdentityRegistry, useValue: log.registry },
      { provide: Clock, useValue: clock },
      { provide: Alarm, useValue: { raise: (reason: string) => void alarms.push(reason) } },
      { provide: Outbox, useValue: outbox },
      { provide: Matrices, useClass: JournalMatrices },
      { provide: Staging, useValue: new SealedStaging(join(folder, 'staging')) },
      { provide: Installation, useValue: { production: false } },
      ...[
        CommandExecutor,
        Gate,
        PassageRecorder,
        SpaceQuestions,
        SpaceKeys,
        SpaceOrders,
        CampaignOrders,
        CampaignImport,
        Inviter,
        Messenger,
      ],
      ...spaceHandlers,
      ...campaignHandlers,
    ],
  }).compile();
  await module.init();
  const reader = new LogReader(log.store, log.journal);
  const points = new PostgresProcessPoints(log.pools.pool('mes_projector'), log.store);
  const troubles: unknown[] = [];
  const follower = (messenger = module.get(Messenger), decoder: BatchDecoder = log.journal) =>
    new Follower(new LogReader(log.store, decoder), points, {
      name: 'messenger',
      categories: ['space'],
      take: (fact) => messenger.tell(fact),
      onTrouble: (error) => void troubles.push(error),
      onHeldBack: (error) => void troubles.push(error),
    });
  const projectorPool = log.pools.pool('mes_projector');
  const couriers = { InviteAgain: (id: string, _: unknown, { actor }: { actor: Actor }) => module.get(Inviter).inviteAgain(id, actor) };
  const wishes = new Wishes(couriers, () => undefined);
  const alarm = (reason: string): void => void troubles.push(reason);
  const parts = { reader, points, deadlines: new PostgresDeadlines(projectorPool), wishes, alarm };
  const campaigns = module.get(CampaignOrders);
  return {
    log,
    folder,
    outbox,
    troubles,
    /** What the messenger told operators. */
    alarms,
    follower,
    campaigns,
    /** Lets the reaction to bounces take everything that lies in the log. */
    react: async () => {
      const head = await log.store.head();
      await alone(projectorPool, new ProcessRunner(invitationAfterBounce, parts), head);
    },
    clock,
    /** From now on it is this hour in Paris, so many days behind a day without a change of hours nearby: no test meets a midnight of its own. */
    hour: async (hour: number, days = 0): Promise<void> => {
      const day = dayAfter('2031-07-01' as LocalDate, { days });
      clock.offset = epochOf(startOfDay(day)) + hour * 3_600_000 - Date.now();
      await house.shiftClock(clock.offset);
    },
    orders: module.get(SpaceOrders),
    module,
    open: (id: string) => campaigns.open(id, 'Automne', callerAs(operator)),
    /** Imports these people; the rejected lines as `line:code`. */
    import: async (id: string, people: readonly LineFields[] | string, onProgress?: (progress: ImportProgress) => void) => {
      const path = join(folder, 'people.csv');
      await writeFile(path, typeof people === 'string' ? people : csvOf(people));
      const rejected: string[] = [];
      const rejections = { add: async (line: number, code: string) => void rejected.push(`${line}:${code}`) };
      const file = new BeneficiariesCsv(path);
      const request = { campaign: id, file, rejections, ...(onProgress === undefined ? {} : { onProgress }) };
      return { ...(await module.get(CampaignImport).run(request)), rejected };
    },
    rehearse: async (id: string, people: readonly LineFields[]) => {
      const path = join(folder, 'people.csv');
      await writeFile(path, csvOf(people));
      const rejections = { add: async () => undefined };
      return module.get(CampaignImport).rehearse({ campaign: id, file: new BeneficiariesCsv(path), rejections });
    },
    /** Types of the events in the log by number, and the streams in the order in which they began. */
    events: async () => {
      const counts: Record<string, number> = {};
      const began: string[] = [];
      for await (const { events } of log.store.readAll(0n)) {
        for (const { header, stream } of events) {
          const { type, rev } = JSON.parse(Buffer.from(header).toString()) as { type: string; rev: number };
          counts[type] = (counts[type] ?? 0) + 1;
          if (rev === 0) began.push(stream);
        }
      }
      return { counts, began };
    },
    close: async () => {
      await module.close();
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type CampaignWorld = Awaited<ReturnType<typeof campaignWorld>>;
