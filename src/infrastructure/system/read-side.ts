import type { Provider } from '@nestjs/common';
import { Matrices } from '../../application/access/matrices.js';
import { SpaceKeys } from '../../application/enrolment/space-keys.js';
import { CopyReads } from '../../application/portability/copy-ports.js';
import { Foresights } from '../../application/replay/foresights.js';
import { PastStage } from '../../application/replay/growing-tables.js';
import { DossierReplays } from '../../application/replay/replay.queries.js';
import { DocumentReads } from '../../application/record/document-reads.js';
import { Clock, Secrets } from '../../application/shared/ports.js';
import { SpaceFacts } from '../../application/shared/space-facts.js';
import { ReadModels } from '../../application/shared/subject-query.js';
import { untyped, type Projection } from '../../projections/shared/projection.js';
import { answerListExports, exportsAsked } from '../../projections/audit/exports.js';
import { answerCampaignReport, campaignReport } from '../../projections/enrolment/campaign-report.js';
import { answerPreviewClosure } from '../../projections/enrolment/closure-preview.js';
import { answerDeadlinesDue, deadlinesDue } from '../../projections/enrolment/deadlines-due.js';
import {
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerSpaceOverview,
  spaceOverview,
} from '../../projections/enrolment/space-overview.js';
import { answerGetDossier } from '../../projections/access/dossier.js';
import { answerPreviewMask } from '../../projections/access/mask-preview.js';
import { answerListMyActs, answerListMyPatients } from '../../projections/access/practice-answers.js';
import { practice } from '../../projections/access/practice.js';
import { answerListRights } from '../../projections/access/rights.js';
import { answerListAccesses, answerListAccessesBy, answerListBreakGlass } from '../../projections/audit/access-answers.js';
import { accessLog } from '../../projections/audit/access-log.js';
import { answerGetReviewCase, answerListReviewCases } from '../../projections/audit/case-answers.js';
import { reviewCases } from '../../projections/audit/review-cases.js';
import { activityHistory } from '../../projections/history/activity-history.js';
import { answerActivityHistory } from '../../projections/history/history-pages.js';
import { answerAuditTrail } from '../../projections/history/trail-places.js';
import { answerHistoryReceipt } from '../../projections/history/line-places.js';
import { answerListNotices, answerListProfessionalNotices } from '../../projections/notices/notice-pages.js';
import { noticeCentre } from '../../projections/notices/notices.js';
import { professionalNoticeCentre } from '../../projections/notices/professional-notices.js';
import { answerListDocuments, TableDocumentReads } from '../../projections/record/document-list.js';
import { TableCopyReads } from '../../projections/portability/copy-reads.js';
import { accountActs } from '../../projections/registers/account-acts.js';
import { answerListAccounts } from '../../projections/registers/account-answers.js';
import { answerListBreaches, breachRegister } from '../../projections/registers/breaches.js';
import { answerListDestructions } from '../../projections/registers/destruction-lines.js';
import { answerGetRetention, retention } from '../../projections/registers/retention.js';
import { answerGetServices } from '../../projections/registers/release-answers.js';
import { answerListRightsRequests, rightsRequestRegister } from '../../projections/registers/rights-requests.js';
import { documentEntries } from '../../projections/record/documents.js';
import { linkedStreamsOfSpaces } from '../../projections/record/linked-streams.js';
import { FactsForesights } from '../../projections/replay/facts-foresights.js';
import { FactsReplays } from '../../projections/replay/facts-replays.js';
import { processLags } from '../postgres/processes/process-lags.js';
import { PastTables } from '../postgres/projections/as-of.js';
import { FactsOfSpace } from '../postgres/projections/facts-of-space.js';
import { TemporaryStage } from '../postgres/projections/past-stage.js';
import { Projector } from '../postgres/projections/projector.js';
import { PostgresReadModels } from '../postgres/projections/read-models.js';
import { Settling } from '../postgres/projections/settling.js';
import { Rebuild } from '../postgres/projections/rebuild.js';
import { SettingAside, Trial } from '../postgres/projections/setting-aside.js';
import { Turns } from '../postgres/projections/turns.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { PublishedHeads } from '../seal/witness/published-heads.js';
import type { Vitals } from '../api/health/vitals.js';
import type { Platform } from './platform.js';
import { FOLLOWERS } from './processes.js';

/** Every read model. */
export const projections: readonly Projection[] = [
  untyped(spaceOverview),
  untyped(activityHistory),
  untyped(campaignReport),
  untyped(deadlinesDue),
  untyped(documentEntries),
  untyped(linkedStreamsOfSpaces),
  untyped(practice),
  untyped(noticeCentre),
  untyped(professionalNoticeCentre),
  untyped(rightsRequestRegister),
  untyped(breachRegister),
  untyped(retention),
  untyped(accessLog),
  untyped(reviewCases),
  untyped(exportsAsked),
  untyped(accountActs),
];
/** Every question, answered from them. */
export const answers: Provider[] = [
  answerSpaceOverview,
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerPreviewClosure,
  answerActivityHistory,
  answerAuditTrail,
  answerHistoryReceipt,
  answerCampaignReport,
  answerDeadlinesDue,
  answerListDocuments,
  answerListRights,
  answerPreviewMask,
  answerGetDossier,
  answerListMyPatients,
  answerListMyActs,
  answerListNotices,
  answerListProfessionalNotices,
  answerListRightsRequests,
  answerListBreaches,
  answerListDestructions,
  answerGetRetention,
  answerListAccesses,
  answerListAccessesBy,
  answerListBreakGlass,
  answerListReviewCases,
  answerGetReviewCase,
  answerListExports,
  answerListAccounts,
  answerGetServices,
  {
    provide: DocumentReads,
    useFactory: (tables: ReadModels, clock: Clock) => new TableDocumentReads(tables, clock),
    inject: [ReadModels, Clock],
  },
  {
    provide: CopyReads,
    useFactory: (tables: ReadModels, secrets: Secrets) => new TableCopyReads(tables, secrets),
    inject: [ReadModels, Secrets],
  },
];
/** What the past of one space is answered from, played again from its facts. */
export const replayAnswers: Provider[] = [
  {
    provide: Foresights,
    useFactory: (facts: SpaceFacts, matrices: Matrices, tables: ReadModels, secrets: Secrets) =>
      new FactsForesights(facts, matrices, tables, secrets),
    inject: [SpaceFacts, Matrices, ReadModels, Secrets],
  },
  {
    provide: DossierReplays,
    useFactory: (facts: SpaceFacts, stage: PastStage, secrets: Secrets) => new FactsReplays(facts, stage, secrets),
    inject: [SpaceFacts, PastStage, Secrets],
  },
];

export interface ReadSide {
  /** All that the log holds about one space. */
  readonly spaceFacts: SpaceFacts;
  /** Where the past of a space is played again. */
  readonly stage: PastStage;
  readonly readModels: PostgresReadModels;
  readonly projector: Projector;
  /** Gives read models back what they held. */
  readonly settling: Settling;
  /** Whether all read models can make their rows of an event. */
  readonly trial: Trial;
  readonly vitals: Vitals;
}

/** The engine of the read models on this platform; nothing runs yet. */
export function readSideOf({ pools, reader, store, secrets, alarm, antivirus, journal, vault, quarantine, leases }: Platform): ReadSide {
  const writer = pools.pool('mes_projector');
  const questions = pools.pool('mes_reader');
  const keys = new SpaceKeys(journal, vault);
  const turns = new Turns(reader, (space) => keys.settle(space));
  const rebuild = new Rebuild(reader, writer, turns);
  const aside = new SettingAside(quarantine, alarm);
  const projector = new Projector({ reader, store, pool: writer, rebuild, projections, turns, aside, leases, alarm });
  const sealed = new SealedTree(questions);
  const heads = new PublishedHeads(questions);
  return {
    spaceFacts: new FactsOfSpace(reader, questions),
    stage: new TemporaryStage(questions, projections),
    readModels: new PostgresReadModels(questions, new PastTables(reader, questions, projections), secrets, projections),
    projector,
    settling: new Settling({ reader, pool: writer, projections, turns, aside }),
    trial: new Trial(reader, writer, projections),
    vitals: {
      database: async () => void (await questions.query('SELECT 1')),
      eventStore: async () => void (await store.head()),
      antivirus: () => antivirus.ready(),
      refusedByClock: () => journal.refusedByClock,
      quarantine: async () => (await quarantine.all()).filter(({ state }) => state === 'HELD').length,
      processes: () => processLags(writer, store, FOLLOWERS),
      seal: async () => {
        const [{ size, position, trouble, found }, head, shown, witnesses] = await Promise.all([
          sealed.head(),
          store.head(),
          heads.published(),
          heads.witnesses(),
        ]);
        const quorum = witnesses.length === 0 || shown === null || shown.quorum;
        const findings = found?.findings ?? 0;
        return { size, lag: head - position, trouble, findings, published: shown?.size ?? 0, quorum, witnesses };
      },
      projections: async () => (await projector.health()).map(({ name, lag, status }) => ({ name, lag, failed: status === 'stopped' })),
    },
  };
}
