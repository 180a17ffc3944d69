import type { CommandBus } from '@nestjs/cqrs';
import { classOf } from '../../application/shared/class-of.js';
import { exportCommands } from '../../application/audit/export.commands.js';
import type { Inviter } from '../../application/enrolment/inviter.js';
import type { Messenger } from '../../application/enrolment/messenger.js';
import { endingCommands } from '../../application/enrolment/ending.commands.js';
import type { SpaceKeys } from '../../application/enrolment/space-keys.js';
import { matrixCommands } from '../../application/access/matrix.commands.js';
import { OpenAutomatically, spaceCommands } from '../../application/enrolment/space.commands.js';
import { caseCouriers, type AccessWatch } from '../../application/audit/access-watch.js';
import type { NoticeMessenger } from '../../application/notices/notice-messenger.js';
import { noticeCouriers, type Teller } from '../../application/notices/teller.js';
import { announcementCouriers, destructionCouriers, revocationCouriers } from '../../application/record/document-couriers.js';
import type { DocumentDestruction } from '../../application/record/document-destruction.js';
import type { RevokedDeposits } from '../../application/record/revoked-deposits.js';
import type { CopyMaker } from '../../application/portability/copy-maker.js';
import type { CopySettling } from '../../application/portability/copy-settling.js';
import { ExpireCopies, WithdrawCopies } from '../../application/portability/copies.commands.js';
import type { CommandExecutor } from '../../application/shared/command-executor.js';
import { Follower } from '../../application/shared/follower.js';
import { gathered } from '../../application/shared/gathered.js';
import { LeaseKeeper } from '../../application/shared/lease-keeper.js';
import type { Lease } from '../../application/shared/leases.js';
import { Settler, type TakesUp } from '../../application/shared/settler.js';
import { ProcessRunner } from '../../application/shared/process-runner.js';
import { rangeLeases } from '../../application/shared/ranges.js';
import { Ticker } from '../../application/shared/ticker.js';
import { byBus, Wishes, type Couriers } from '../../application/shared/wishes.js';
import type { KeysWish } from '../../domain/enrolment/destruction-due.js';
import { space } from '../../domain/enrolment/space.js';
import type { MakeCopy, SettleCopies } from '../../domain/portability/copy-reactions.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { SpaceDestruction } from '../erasure/space-destruction.js';
import { ReleaseDays } from '../keys/release-days.js';
import { PostgresDeadlines } from '../postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../postgres/processes/postgres-process-points.js';
import type { Role } from '../settings/settings.js';
import type { Exporting } from './exports.js';
import type { Platform } from './platform.js';
import { MESSENGER, NOTICE_MESSENGER, processes } from './processes.js';
import type { ReadSide } from './read-side.js';
import { CopyJobs } from '../portability/copy-jobs.js';
import { CopyWorker } from '../portability/copy-worker.js';
import { publishingHeads, sealing, watchingTheSeal, witnessing } from './sealed-log.js';

/** What the workers call when something is to be done. */
export interface Hands {
  readonly bus: CommandBus;
  readonly executor: CommandExecutor;
  readonly inviter: Inviter;
  readonly messenger: Messenger;
  readonly noticeMessenger: NoticeMessenger;
  readonly teller: Teller;
  readonly destruction: DocumentDestruction;
  readonly revokedDeposits: RevokedDeposits;
  readonly spaceKeys: SpaceKeys;
  readonly spaceDestruction: SpaceDestruction;
  readonly accessWatch: AccessWatch;
  readonly exporting: Exporting;
  readonly copyMaker: CopyMaker;
  readonly copySettling: CopySettling;
}

/** A part of the process that works by itself. */
export interface Worker {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void>;
  /** Whether everything up to this position was taken; throws when the worker has stopped for good. Absent where nothing follows the log. */
  reached?(position: bigint): Promise<boolean>;
}

const couriersOf = (
  {
    bus,
    executor,
    inviter,
    destruction,
    revokedDeposits,
    teller,
    spaceKeys,
    spaceDestruction,
    accessWatch,
    exporting,
    copySettling,
  }: Hands,
  copyJobs: CopyJobs,
): Couriers => ({
  ...caseCouriers(accessWatch, bus),
  ...byBus(bus, spaceCommands),
  ...gathered(executor, space, { OpenAutomatically }),
  ...announcementCouriers(bus),
  ...byBus(bus, matrixCommands),
  ...destructionCouriers(destruction),
  ...revocationCouriers(revokedDeposits),
  ...noticeCouriers(teller),
  ...byBus(bus, endingCommands),
  ...byBus(bus, exportCommands),
  QueueExport: (id) => exporting.jobs.queue(id),
  ...byBus(bus, { ExpireCopies, WithdrawCopies }),
  MakeCopy: (id, wish) => copyJobs.ask({ space: id, copy: (wish as MakeCopy).copy }),
  SettleCopies: (id, wish, sender) => copySettling.settle(id, wish as SettleCopies, sender),
  SettleKeys: (id) => spaceKeys.settle(id),
  DestroySpace: (id, wish) => {
    const { ground, archivedUntil } = wish as Extract<KeysWish, { type: 'DestroySpace' }>;
    return spaceDestruction.request(id, ground, archivedUntil);
  },
  InviteAgain: (id, _, { actor }) => inviter.inviteAgain(id, actor),
});

export interface Background {
  readonly workers: readonly Worker[];
  readonly ticker: Ticker;
}

/** The workers that these roles ask for, and the calendar that can also be drained by hand. */
export function backgroundOf(platform: Platform, { projector, settling }: ReadSide, hands: Hands, roles: readonly Role[]): Background {
  const { pools, store, reader, clock, alarm, log } = platform;
  const pool = pools.pool('mes_projector');
  const deadlines = new PostgresDeadlines(pool);
  const points = new PostgresProcessPoints(pool, store);
  const copyJobs = new CopyJobs(pool);
  const releaseDays = new ReleaseDays(pools.pool('mes_vault'), alarm);
  const wishes = new Wishes(couriersOf(hands, copyJobs), (refusal) => log.debug(refusal, 'processes'));
  const ticker = new Ticker(deadlines, wishes, clock, alarm);
  const runners = processes.map((process) => new ProcessRunner(process, { reader, points, deadlines, wishes, alarm }));
  const messengers = [
    follower(platform, points, { name: MESSENGER, category: 'space', tell: (fact) => hands.messenger.tell(fact) }),
    follower(platform, points, { name: NOTICE_MESSENGER, category: 'notices', tell: (fact) => hands.noticeMessenger.tell(fact) }),
  ];
  const byRole: Readonly<Record<Role, readonly Worker[]>> = {
    api: [],
    projections: [readModels({ projector, settling }), takingUp('read models', [{ takeUp: () => settling.run() }], alarm)],
    processes: [
      ranged(platform, 'processes', runners),
      takingUp('processes', runners, alarm),
      new CopyWorker({ jobs: copyJobs, maker: hands.copyMaker, alarm }),
    ],
    timers: [
      { name: 'timers', start: () => ticker.start(), stop: () => ticker.stop() },
      { name: 'exports', start: () => hands.exporting.worker.start(), stop: () => hands.exporting.worker.stop() },
      { name: 'destructions', start: () => hands.spaceDestruction.start(), stop: () => hands.spaceDestruction.stop() },
      { name: 'counts of keys', start: () => releaseDays.start(), stop: () => releaseDays.stop() },
    ],
    outbox: [ranged(platform, 'outbox', messengers), takingUp('messengers', messengers, alarm)],
    sealer: [sealing(platform), watchingTheSeal(platform), witnessing(platform), headsOf(platform)],
  };
  return { workers: roles.flatMap((role) => byRole[role]), ticker };
}

function headsOf(platform: Platform): Worker {
  const publisher = publishingHeads(platform);
  return { name: 'stream heads', start: () => publisher.start(), stop: () => publisher.stop() };
}

const readModels = ({ projector, settling }: Pick<ReadSide, 'projector' | 'settling'>): Worker => ({
  name: 'read models',
  start: () => projector.start(),
  stop: () => projector.stop(),
  reached: async (position) => {
    const health = await projector.health();
    const stopped = health.find(({ status }) => status === 'stopped');
    if (stopped) throw new Error(`the read model ${stopped.name} stopped: ${stopped.error ?? ''}`);
    return health.every((one) => one.position >= position) && (await settling.ready()).length === 0;
  },
});

/** A reader of the log that works in the ranges it is given. */
interface Ranged {
  hold(leases: readonly Lease[]): Promise<void>;
  reached(position: bigint): Promise<boolean>;
  health?(): { readonly name: string; readonly error: string | null };
}

/** Readers that share the ranges of one work with those of other processes: for each stream one of them acts at a time. */
function ranged({ leases, alarm }: Platform, work: string, readers: readonly Ranged[]): Worker {
  const changed = async (held: readonly Lease[]): Promise<void> => void (await Promise.all(readers.map((one) => one.hold(held))));
  const keeper = new LeaseKeeper(leases, { work, names: rangeLeases(work), changed, alarm });
  return {
    name: work,
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    reached: async (position) => {
      const stopped = readers.map((one) => one.health?.()).find((health) => health !== undefined && health.error !== null);
      if (stopped) throw new Error(`the process ${stopped.name} stopped: ${stopped.error ?? ''}`);
      return (await Promise.all(readers.map((one) => one.reached(position)))).every(Boolean);
    },
  };
}

/** Who tells people of the facts of one category. */
interface Telling {
  readonly name: string;
  readonly category: string;
  readonly tell: (fact: Recorded) => Promise<void>;
}

const follower = ({ reader, alarm }: Platform, points: PostgresProcessPoints, { name, category, tell }: Telling): Follower =>
  new Follower(reader, points, {
    name,
    categories: [category],
    take: tell,
    onTrouble: (error) => alarm(`a message waits: ${classOf(error)}`),
    onHeldBack: (error) => alarm(`a message is held back, and others to the same person with it: ${classOf(error)}`),
  });

/** Whoever holds facts back of a space that stands still takes them once it goes on. */
function takingUp(name: string, readers: readonly TakesUp[], alarm: Platform['alarm']): Worker {
  const settler = new Settler(readers, alarm);
  return { name: `what ${name} held back`, start: () => settler.start(), stop: () => settler.stop() };
}
