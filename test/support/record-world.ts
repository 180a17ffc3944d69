import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { Matrices } from '../../src/application/access/matrices.js';
import { CodeLists } from '../../src/application/record/code-lists.js';
import { CodeTables } from '../../src/application/record/code-tables.js';
import { CurrentCodeLists } from '../../src/application/record/current-code-lists.js';
import { DocumentDeposits, type DepositRequest } from '../../src/application/record/depositing.js';
import { DocumentBytes } from '../../src/application/record/document-bytes.js';
import { announcementCouriers, destructionCouriers } from '../../src/application/record/document-couriers.js';
import { DocumentDestruction } from '../../src/application/record/document-destruction.js';
import { DocumentPlaces } from '../../src/application/record/document-places.js';
import { DocumentReads } from '../../src/application/record/document-reads.js';
import { DocumentSender } from '../../src/application/record/document-sender.js';
import { LegalHolds } from '../../src/application/record/legal-holds.js';
import { Inspection } from '../../src/application/record/inspection.js';
import { documentHandlers } from '../../src/application/record/record.commands.js';
import { RecordOrders } from '../../src/application/record/record.orders.js';
import { Whereabouts } from '../../src/application/record/whereabouts.js';
import { Archive } from '../../src/application/shared/archive.js';
import type { Caller } from '../../src/application/shared/caller.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { Gate } from '../../src/application/shared/gate.js';
import { Quarantine } from '../../src/application/shared/quarantine.js';
import { KeyVault } from '../../src/application/shared/key-vault.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import {
  Clock,
  IdentityRegistry,
  Journal,
  Secrets,
  StoreUnavailable,
  type Entry,
  type Written,
} from '../../src/application/shared/ports.js';
import { ProcessRunner, type AnyProcess } from '../../src/application/shared/process-runner.js';
import { Ticker } from '../../src/application/shared/ticker.js';
import { Wishes } from '../../src/application/shared/wishes.js';
import type { AccessEvent } from '../../src/domain/access/access-vocabulary.js';
import type { DocumentEvent } from '../../src/domain/record/document-vocabulary.js';
import { REACTOR, type Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';

import type { StreamName } from '../../src/domain/shared/fact.js';
import type { Instant, LocalDate } from '../../src/domain/shared/time.js';
import { FileBlobStore } from '../../src/infrastructure/blobs/file-blob-store.js';
import { SealedDocumentBytes } from '../../src/infrastructure/blobs/sealed-document-bytes.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { PostgresCodeTables } from '../../src/infrastructure/codes/postgres-code-tables.js';
import { ArchiveOpening } from '../../src/infrastructure/erasure/archive-opening.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { Examiner } from '../../src/infrastructure/inspection/examiner.js';
import { NoAntivirus } from '../../src/infrastructure/inspection/no-antivirus.js';
import { StreamingInspection } from '../../src/infrastructure/inspection/streaming-inspection.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { catalogue, knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { alone } from './alone.js';
import * as d from './documents.js';
import { CATEGORIES, PlacesInLog, ReadsOfLog } from './log-reads.js';
import { camille, spaceFacts } from './enrolment-facts.js';
import { sealedHouse, type SealedLog } from './sealed-log.js';

const clock = new SystemClock();

/** The log, and a store that goes away when it is asked to: before the next append, or after it was written. */
class TroubledJournal extends Journal {
  trouble: 'before' | 'after' | null = null;
  constructor(private readonly inner: Journal) {
    super();
  }
  read<E extends Tagged>(stream: StreamName) {
    return this.inner.read<E>(stream);
  }
  readMany<E extends Tagged>(streams: readonly StreamName[]) {
    return this.inner.readMany<E>(streams);
  }
  appendMany(entries: readonly Entry[]) {
    return this.inner.appendMany(entries);
  }
  head() {
    return this.inner.head();
  }
  async append<E extends Tagged>(entry: Entry<E>): Promise<Written> {
    const { trouble } = this;
    this.trouble = null;
    if (trouble === 'before') throw new StoreUnavailable('gone');
    const written = await this.inner.append(entry);
    if (trouble === 'after') throw new StoreUnavailable('gone');
    return written;
  }
}

let calls = 0;
export const callerAs = (actor: Actor, more: Partial<Caller> = {}): Caller => ({
  actor,
  messageId: `call-${++calls}`,
  receivedAt: clock.now(),
  ...more,
});

/** Bytes as they arrive, and whether anybody asked for them. */
export function upload(text: string | Uint8Array) {
  const state = { read: false };
  const bytes = (async function* () {
    state.read = true;
    yield typeof text === 'string' ? Buffer.from(text) : text;
  })();
  return { bytes, state };
}
/** A deposit of a small text by software. */
export const textDeposit = (text: string, more: Partial<DepositRequest> = {}): DepositRequest => ({
  metadata: { typeCode: '11502-2', title: 'Résultats', healthcareFacilityType: 'SA04', practiceSetting: 'ETABLISSEMENT' },
  file: { mediaType: 'text/plain', fileName: 'resultats.txt' },
  bytes: upload(text).bytes,
  confidentiality: [],
  ...more,
});
/** The same by the holder. */
export const holderDeposit = (text: string | Uint8Array, more: Partial<DepositRequest> = {}): DepositRequest =>
  textDeposit('', { metadata: { typeCode: '11502-2', title: 'Mes résultats' }, bytes: upload(text).bytes, ...more });

const parts = (log: SealedLog, journal: Journal, blobs: FileBlobStore, examiner: Examiner, tables: CodeTables) => [
  { provide: Journal, useValue: journal },
  { provide: Secrets, useValue: log.secrets },
  { provide: Quarantine, useValue: log.quarantine },
  { provide: IdentityRegistry, useValue: log.registry },
  { provide: KeyVault, useValue: log.vault },
  { provide: Clock, useValue: clock },
  { provide: Matrices, useClass: JournalMatrices },
  { provide: Archive, useValue: new ArchiveOpening({ ...log, journal, clock, catalogue }) },
  { provide: DocumentBytes, useValue: new SealedDocumentBytes(log.vault, blobs) },
  { provide: Inspection, useValue: new StreamingInspection(new NoAntivirus(), examiner) },
  { provide: CodeTables, useValue: tables },
  { provide: CodeLists, useClass: CurrentCodeLists },
  { provide: DocumentPlaces, useValue: new PlacesInLog(new LogReader(log.store, log.journal)) },
  { provide: DocumentReads, useValue: new ReadsOfLog(new LogReader(log.store, log.journal)) },
];

/** Documents on a database and a folder of their own: log, keys, inspection, bytes, commands and reactions as in production; no read models. */
export async function recordWorld() {
  const house = await sealedHouse();
  const folder = await mkdtemp(join(tmpdir(), 'mes-record-'));
  const log = await house.process(knownFacts);
  const blobs = await FileBlobStore.open(folder);
  const examiner = new Examiner();
  const journal = new TroubledJournal(log.journal);
  const tables = await PostgresCodeTables.open(log.pools.pool('mes_projector'), () => undefined);
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      ...parts(log, journal, blobs, examiner, tables),
      ...[
        CommandExecutor,
        Gate,
        PassageRecorder,
        Whereabouts,
        DocumentSender,
        DocumentDeposits,
        DocumentDestruction,
        LegalHolds,
        RecordOrders,
      ],
      ...documentHandlers,
    ],
  }).compile();
  await module.init();
  const bus = module.get(CommandBus);
  const troubles: string[] = [];
  const alarm = (reason: string): void => void troubles.push(reason);
  const pool = log.pools.pool('mes_projector');
  const wishes = new Wishes({ ...announcementCouriers(bus), ...destructionCouriers(module.get(DocumentDestruction)) }, alarm);
  const deadlines = new PostgresDeadlines(pool);
  const points = new PostgresProcessPoints(pool, log.store);
  const write = (stream: StreamName, expected: number, facts: readonly Tagged[], at: Instant = clock.now()) =>
    log.journal.append({
      stream,
      expected,
      facts,
      at,
      meta: { who: REACTOR, cause: 'c', corr: 'c', command: { id: `${stream}/${expected}`, digest: '' } },
    });
  return {
    house,
    log,
    blobs,
    journal,
    troubles,
    write,
    orders: module.get(RecordOrders),
    bytes: module.get(DocumentBytes),
    sender: module.get(DocumentSender),
    ticker: new Ticker(deadlines, wishes, clock, alarm),
    names: async () => {
      const names: string[] = [];
      for await (const page of blobs.list()) names.push(...page.map(({ name }) => name));
      return names;
    },
    facts: async (stream: StreamName) => (await log.journal.read<DocumentEvent>(stream)).facts,
    /** Every stream of documents in the log. */
    streams: async () => {
      const streams = new Set<StreamName>();
      for await (const { events } of log.store.readAll(0n)) for (const { stream } of events) streams.add(stream);
      return [...streams].filter((stream) => CATEGORIES.includes(stream.split('-')[0] ?? '')).sort();
    },
    /** Lets a process take everything that lies in the log. */
    react: async (process: AnyProcess) => {
      const head = await log.store.head();
      const runner = new ProcessRunner(process, { reader: new LogReader(log.store, log.journal), points, deadlines, wishes, alarm });
      await alone(pool, runner, head);
      expect(runner.health().error).toBeNull();
    },
    /** An open space with consents for the place of care and its doctor, and a matrix in force. */
    openSpace: async (birthDate = '1985-06-02') => {
      const address = await log.registry.reserve(spaceFacts.PersonDeclaredEligible.ins);
      if (address === 'suppressed') throw new Error('nobody is suppressed here');
      const { id, handle } = address;
      const declared = { ...spaceFacts.PersonDeclaredEligible, handle, birthDate: birthDate as LocalDate };
      await write(`space-${id}`, -1, [declared, spaceFacts.SpaceActivated]);
      await write(`access-${id}`, -1, [consent('FACILITY', '750000001'), consent('PROFESSIONAL', '810000000001')]);
      const rows = [{ profession: '1.2.250.1.71.1.2.7|10', allowed: ['11502-2'] }];
      const published = { type: 'MatrixVersionPublished', v: 1, version: 1, appliesFrom: '2020-01-01T00:00:00.000Z', source: 'test', rows };
      await write('matrix-habilitations', -1, [published]);
      return { id, handle };
    },
    close: async () => {
      await module.close();
      await examiner.close();
      await tables.close();
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type RecordWorld = Awaited<ReturnType<typeof recordWorld>>;

export const HOLDER: Actor = { ...d.HOLDER, subject: camille } as Actor;
const consent = (kind: 'FACILITY' | 'PROFESSIONAL', id: string): AccessEvent => ({
  type: 'AccessConsentRecorded',
  v: 1,
  consent: id,
  grantee: { kind, id },
  basis: 'CARE_TEAM',
  scope: ['CONSULT', 'FEED'],
  means: 'ORAL',
  until: '2099-01-01T00:00:00.000Z' as Instant,
});
