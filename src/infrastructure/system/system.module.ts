import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { accessHandlers } from '../../application/access/access.commands.js';
import { AccessQuestions } from '../../application/access/access.questions.js';
import { AccessOrders } from '../../application/access/access.orders.js';
import { JournalMatrices } from '../../application/access/journal-matrices.js';
import { Matrices } from '../../application/access/matrices.js';
import { Patients } from '../../application/access/patients.js';
import { FirstMatrix, ShippedMatrix } from '../../application/access/first-matrix.js';
import { matrixHandlers } from '../../application/access/matrix.commands.js';
import { MatrixOrders } from '../../application/access/matrix.orders.js';
import { MatrixQuestions } from '../../application/access/matrix.questions.js';
import { campaignHandlers } from '../../application/enrolment/campaign.commands.js';
import { CampaignImport } from '../../application/enrolment/campaign-import.js';
import { CampaignOrders } from '../../application/enrolment/campaign.orders.js';
import { Installation, Staging } from '../../application/enrolment/import-ports.js';
import { Inviter } from '../../application/enrolment/inviter.js';
import { Messenger } from '../../application/enrolment/messenger.js';
import { spaceHandlers } from '../../application/enrolment/space.commands.js';
import { endingHandlers } from '../../application/enrolment/ending.commands.js';
import { suppressionHandlers } from '../../application/enrolment/suppression.commands.js';
import { EndingOrders } from '../../application/enrolment/ending.orders.js';
import { EndingQuestions } from '../../application/enrolment/ending.questions.js';
import { SpaceKeys } from '../../application/enrolment/space-keys.js';
import { SpaceOrders } from '../../application/enrolment/space.orders.js';
import { SuppressionOrders } from '../../application/enrolment/suppression.orders.js';
import { AuditTrail } from '../../application/history/audit-trail.js';
import { SpaceQuestions } from '../../application/enrolment/space.questions.js';
import { LiveNotices } from '../../application/notices/live-notices.js';
import { NoticeFeed } from '../../application/notices/notice-feed.js';
import { NoticeMessenger } from '../../application/notices/notice-messenger.js';
import { noticeHandlers } from '../../application/notices/notices.commands.js';
import { NoticeOrders } from '../../application/notices/notices.orders.js';
import { NoticeQuestions } from '../../application/notices/notices.questions.js';
import { Teller } from '../../application/notices/teller.js';
import { BlobStore } from '../../application/record/blob-store.js';
import { DocumentBytes } from '../../application/record/document-bytes.js';
import { DocumentDeposits } from '../../application/record/depositing.js';
import { DocumentDestruction } from '../../application/record/document-destruction.js';
import { RevokedDeposits } from '../../application/record/revoked-deposits.js';
import { DocumentPlaces } from '../../application/record/document-places.js';
import { DocumentSender } from '../../application/record/document-sender.js';
import { Whereabouts } from '../../application/record/whereabouts.js';
import { ReceiptQuestions } from '../../application/history/receipt.questions.js';
import { Receipts } from '../../application/history/receipts.js';
import { Inspection } from '../../application/record/inspection.js';
import { PlacesInReadModel } from '../../application/record/places-in-read-model.js';
import { LegalHolds } from '../../application/record/legal-holds.js';
import { RecordOrders } from '../../application/record/record.orders.js';
import { RecordQuestions } from '../../application/record/record.questions.js';
import { documentHandlers } from '../../application/record/record.commands.js';
import { CodeListImport } from '../../application/record/code-list-import.js';
import { CodeLists } from '../../application/record/code-lists.js';
import { CodeTables } from '../../application/record/code-tables.js';
import { CurrentCodeLists } from '../../application/record/current-code-lists.js';
import { exportHandlers } from '../../application/audit/export.commands.js';
import { ExportOrders } from '../../application/audit/export.orders.js';
import { ExportShelf } from '../../application/audit/export-ports.js';
import { copyHandlers } from '../../application/portability/copies.commands.js';
import { quarantineHandlers } from '../../application/audit/quarantine.commands.js';
import { QuarantineOrders } from '../../application/audit/quarantine.orders.js';
import { wrappingKeyHandlers } from '../../application/audit/wrapping-keys.commands.js';
import { WrappingKeys } from '../../application/audit/wrapping-keys.js';
import { WrappingKeyOrders } from '../../application/audit/wrapping-keys.orders.js';
import { ControlQuestions } from '../../application/registers/controls.questions.js';
import { AccountQuestions } from '../../application/registers/accounts.questions.js';
import { WrittenKinds } from '../../application/registers/services.queries.js';
import { StaffAccounts } from '../../application/registers/staff-accounts.js';
import { ControlReferences } from '../../application/registers/references.js';
import { registerHandlers } from '../../application/registers/registers.commands.js';
import { RegisterOrders } from '../../application/registers/registers.orders.js';
import { caseHandlers } from '../../application/audit/cases.commands.js';
import { PastStage } from '../../application/replay/growing-tables.js';
import { ReplayQuestions } from '../../application/replay/replay.questions.js';
import { WhatIfQuestions } from '../../application/replay/what-if.questions.js';
import { Archive } from '../../application/shared/archive.js';
import { CommandExecutor } from '../../application/shared/command-executor.js';
import { EventStore } from '../../application/shared/event-store.js';
import { FactReader } from '../../application/shared/fact-reader.js';
import { Gate } from '../../application/shared/gate.js';
import { KeyVault } from '../../application/shared/key-vault.js';
import { PassageRecorder } from '../../application/shared/passage-recorder.js';
import { Alarm, Clock, IdentityRegistry, Journal, Outbox, Secrets } from '../../application/shared/ports.js';
import { Quarantine, RowTrial } from '../../application/shared/quarantine.js';
import { RememberingJournal } from '../../application/shared/remembering-journal.js';
import { SpaceFacts } from '../../application/shared/space-facts.js';
import { ReadModels } from '../../application/shared/subject-query.js';
import { CountingExecutor } from '../api/health/counting-executor.js';
import { Metrics } from '../api/health/metrics.js';
import { Vitals } from '../api/health/vitals.js';
import { LogNoticeFeed } from '../api/notices/log-notice-feed.js';
import { SealedStaging } from '../campaign/sealed-staging.js';
import { readMatrixCsv } from '../codes/matrix-csv.js';
import { SHIPPED_MATRIX } from '../codes/shipped.js';
import { SpentAssertions } from '../identity/spent-assertions.js';
import { ArchiveOpening } from '../erasure/archive-opening.js';
import { KekRotation } from '../keys/kek-rotation.js';
import { Log } from '../log.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { ControlReferencesFile } from '../settings/control-references-file.js';
import { StaffAccountsFile } from '../settings/staff-accounts-file.js';
import { PublishedHeads } from '../seal/witness/published-heads.js';
import { Settings } from '../settings/settings.js';
import { endingPorts } from './erasure.js';
import { compliance } from './compliance.js';
import { portability } from './portability.js';
import { shelfOf } from './exports.js';
import { catalogue, knownFacts } from './known-facts.js';
import { receiptsOf } from './sealed-log.js';
import type { Platform } from './platform.js';
import { answers, replayAnswers } from './read-side.js';
import { realigning } from './realignment.js';

/** What the rest of the process brings: the read side and its health. */
export interface ReadSidePorts {
  readonly readModels: ReadModels;
  readonly spaceFacts: SpaceFacts;
  readonly stage: PastStage;
  readonly trial: RowTrial;
  readonly vitals: Vitals;
}

const ports = (platform: Platform, { readModels, spaceFacts, stage, trial, vitals }: ReadSidePorts): Provider[] => [
  { provide: Settings, useValue: platform.settings },
  { provide: Log, useValue: platform.log },
  { provide: Clock, useValue: platform.clock },
  { provide: Alarm, useValue: { raise: platform.alarm } satisfies Alarm },
  { provide: EventStore, useValue: platform.store },
  { provide: Journal, useValue: new RememberingJournal(platform.journal, platform.vault) },
  { provide: IdentityRegistry, useValue: platform.registry },
  { provide: Secrets, useValue: platform.secrets },
  { provide: Quarantine, useValue: platform.quarantine },
  { provide: RowTrial, useValue: trial },
  { provide: WrappingKeys, useValue: new KekRotation(platform.keks) },
  { provide: FactReader, useValue: platform.reader },
  { provide: Outbox, useValue: platform.outbox },
  { provide: KeyVault, useValue: platform.vault },
  { provide: Archive, useValue: new ArchiveOpening({ ...platform, catalogue }) },
  { provide: BlobStore, useValue: platform.blobs },
  { provide: Inspection, useValue: platform.inspection },
  { provide: DocumentBytes, useValue: platform.documentBytes },
  { provide: CodeTables, useValue: platform.codeTables },
  { provide: ShippedMatrix, useValue: { read: () => readMatrixCsv(SHIPPED_MATRIX) } satisfies ShippedMatrix },
  { provide: SpentAssertions, useValue: new SpentAssertions(platform.pools.pool('mes_vault')) },
  { provide: SealedTree, useValue: new SealedTree(platform.pools.pool('mes_reader')) },
  { provide: Receipts, useValue: receiptsOf(platform) },
  { provide: PublishedHeads, useValue: new PublishedHeads(platform.pools.pool('mes_reader')) },
  { provide: ReadModels, useValue: readModels },
  { provide: ControlReferences, useValue: new ControlReferencesFile(platform.settings.controlReferencesFile) },
  { provide: StaffAccounts, useValue: new StaffAccountsFile(platform.settings.staffAccountsFile) },
  { provide: WrittenKinds, useValue: { categories: Object.keys(knownFacts) } satisfies WrittenKinds },
  { provide: ExportShelf, useValue: shelfOf(platform) },
  ...endingPorts(platform),
  ...realigning(platform),
  { provide: SpaceFacts, useValue: spaceFacts },
  { provide: PastStage, useValue: stage },
  { provide: Vitals, useValue: vitals },
  { provide: Staging, useValue: new SealedStaging(platform.settings.stateDir) },
  { provide: Installation, useValue: { production: !platform.settings.testIdentities } satisfies Installation },
];

const application: Provider[] = [
  Metrics,
  { provide: CommandExecutor, useClass: CountingExecutor },
  { provide: Matrices, useClass: JournalMatrices },
  MatrixOrders,
  MatrixQuestions,
  FirstMatrix,
  { provide: CodeLists, useClass: CurrentCodeLists },
  CodeListImport,
  Gate,
  PassageRecorder,
  Inviter,
  Messenger,
  SpaceKeys,
  EndingOrders,
  EndingQuestions,
  SpaceOrders,
  SuppressionOrders,
  SpaceQuestions,
  AuditTrail,
  ReceiptQuestions,
  AccessQuestions,
  AccessOrders,
  Patients,
  CampaignOrders,
  CampaignImport,
  { provide: DocumentPlaces, useClass: PlacesInReadModel },
  Whereabouts,
  DocumentSender,
  DocumentDeposits,
  DocumentDestruction,
  LegalHolds,
  RevokedDeposits,
  RecordOrders,
  RecordQuestions,
  ...portability,
  NoticeOrders,
  NoticeQuestions,
  NoticeMessenger,
  Teller,
  ReplayQuestions,
  WhatIfQuestions,
  QuarantineOrders,
  WrappingKeyOrders,
  RegisterOrders,
  ControlQuestions,
  AccountQuestions,
  ...compliance,
  ExportOrders,
];

/** What only somebody who is connected to a door asks for. */
const live = ({ store, journal, alarm }: Platform): Provider[] => [
  { provide: NoticeFeed, useValue: new LogNoticeFeed(store, journal, alarm) },
  LiveNotices,
];

/** The application on its adapters: the one place where ports meet what stands behind them. */
@Module({})
export class SystemModule {
  static on(platform: Platform, readSide: ReadSidePorts, doors: Type | null): DynamicModule {
    const provided = [...ports(platform, readSide), ...application, ...(doors ? live(platform) : [])];
    return {
      module: SystemModule,
      global: true,
      imports: [CqrsModule.forRoot(), ...(doors ? [doors] : [])],
      providers: [
        ...provided,
        ...spaceHandlers,
        ...endingHandlers,
        ...suppressionHandlers,
        ...campaignHandlers,
        ...accessHandlers,
        ...documentHandlers,
        ...copyHandlers,
        ...matrixHandlers,
        ...noticeHandlers,
        ...quarantineHandlers,
        ...wrappingKeyHandlers,
        ...registerHandlers,
        ...caseHandlers,
        ...exportHandlers,
        ...answers,
        ...replayAnswers,
      ],
      exports: [CqrsModule, ...provided.map((provider) => (typeof provider === 'function' ? provider : provider.provide))],
    };
  }
}
