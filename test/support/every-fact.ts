import type { MatrixEvent } from '../../src/domain/access/matrix-version.js';
import type { ActorEvent } from '../../src/domain/access/passage.js';
import type { AlertRulesEvent } from '../../src/domain/audit/alert-rule-versions.js';
import type { AlertThresholds } from '../../src/domain/audit/alert-rules.js';
import type { CaseEvent, Looker } from '../../src/domain/audit/case-vocabulary.js';
import type { ComplianceLookEvent } from '../../src/domain/audit/compliance-look.js';
import type { AuditEvent } from '../../src/domain/audit/destruction.js';
import type { AuditorEvent } from '../../src/domain/audit/auditors.js';
import type { ExportEvent } from '../../src/domain/audit/export-vocabulary.js';
import type { QuarantineEvent } from '../../src/domain/audit/quarantine.js';
import type { RealignmentEvent } from '../../src/domain/audit/realignment.js';
import type { WrappingKeyEvent } from '../../src/domain/audit/wrapping-keys.js';
import type { SuppressionEvent } from '../../src/domain/enrolment/suppression.js';
import type { NoticesEvent } from '../../src/domain/notices/notice-vocabulary.js';
import type { ProfessionalNoticeEvent } from '../../src/domain/notices/professional-notices.js';
import type { BreachEvent } from '../../src/domain/registers/breaches.js';
import type { RightsRequestEvent } from '../../src/domain/registers/rights-requests.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { Of, Tagged } from '../../src/domain/shared/decider.js';
import type { Circumstances, Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { instant, type LocalDate } from '../../src/domain/shared/time.js';
import type { AnyFact, KnownType } from '../../src/infrastructure/fhir/every-row.js';
import { campaignFacts, endingFacts, passageFacts, spaceFacts } from './enrolment-facts.js';
import { accessFacts, claire, copyFacts, DOCUMENT, documentFacts, refused, refusedAgain } from './record-facts.js';

type Facts<E extends Tagged> = { readonly [T in E['type']]: Of<E, T> };
export const SPACE = '018f3c0e-2d53-7c80-9a53-0a2f7a0b7a99';
const at = instant('2026-12-01T11:30:00Z');
const v = 1 as const;
const about = { stream: 'record', rev: 3 };

const noticeFacts: Facts<NoticesEvent> = {
  NoticeIssued: { type: 'NoticeIssued', v, notice: 'n1', kind: 'ACCESS', on: at, hiddenFrom: [], mandatory: false, about },
  NoticesRead: { type: 'NoticesRead', v, reader: 'person:https://identity.example|camille', notices: ['n1', 'n2'] },
  NoticePreferenceSet: { type: 'NoticePreferenceSet', v, preference: 'NOTIF_ACCESS', wanted: false },
};
const told: Facts<ProfessionalNoticeEvent> = {
  ProfessionalNotified: {
    type: 'ProfessionalNotified',
    v,
    notice: 'n3',
    professional: claire.professional.id,
    space: SPACE,
    kind: 'EMERGENCY_ACCESS',
    on: at,
    who: { kind: 'PROFESSIONAL', id: claire.professional.id, name: claire.professional.name },
    about,
  },
};
const refusals: Facts<ActorEvent> = {
  AccessDenied: refused(SPACE, { document: DOCUMENT }),
  AccessDeniedAgain: refusedAgain(SPACE, 3),
};
const version = { version: 2, appliesFrom: at, source: 'sha256:00', rows: [] };
const matrixFacts: Facts<MatrixEvent> = {
  MatrixVersionProposed: { type: 'MatrixVersionProposed', v, ...version, reason: 'nouvelle version' },
  MatrixVersionPublished: { type: 'MatrixVersionPublished', v, ...version },
};
const stood = { place: 'p1', stream: `space-${SPACE}` as const, rev: 4, since: at };
const auditFacts: Facts<AuditEvent | QuarantineEvent | WrappingKeyEvent | RealignmentEvent | SuppressionEvent> = {
  SpaceDestroyed: { type: 'SpaceDestroyed', v: 2, ground: 'ERASURE', scope: 'SPACE', askedOn: '2026-11-22' as LocalDate, parts: [] },
  ArchiveOpened: { type: 'ArchiveOpened', v, space: SPACE, reason: 'HEIRS', reference: 'dossier 12' },
  SealHeadPublished: {
    type: 'SealHeadPublished',
    v,
    day: '2026-12-01' as LocalDate,
    size: 12,
    root: 'cm9vdA',
    streams: 3,
    heads: 'aGVhZHM',
  },
  StoreRestored: { type: 'StoreRestored', v, destroyedAgain: 1 },
  QuarantineRetried: { type: 'QuarantineRetried', v, ...stood },
  QuarantineReleased: { type: 'QuarantineReleased', v, ...stood, reason: 'illisible' },
  KekEpochBegun: { type: 'KekEpochBegun', v, epoch: 2 },
  KeysRewrapped: { type: 'KeysRewrapped', v, epoch: 2, keys: 3_500 },
  StoreRealigned: { type: 'StoreRealigned', v, addresses: 2, codes: 2, deadlines: 1, quarantines: 0, rings: 1, readers: 3 },
  KekEpochRetired: { type: 'KekEpochRetired', v, epoch: 1 },
  SuppressionLifted: { type: 'SuppressionLifted', v, person: 'cGVyc29ubmU', checked: ['INS', 'BIRTH_DATE', 'ADDRESS'] },
};

const request = { right: 'ACCESS', channel: 'POST', space: SPACE, reference: 'COURRIER-12', receivedOn: at, dueOn: at } as const;
const requestFacts: Facts<RightsRequestEvent> = {
  RightsRequestReceived: { type: 'RightsRequestReceived', v, ...request },
  RightsRequestExtended: { type: 'RightsRequestExtended', v, reason: 'complexe', dueOn: at },
  RightsRequestAnswered: { type: 'RightsRequestAnswered', v, answer: 'GRANTED', ground: '', late: false },
};
const breach = { facts: 'un envoi', consequences: 'lecture', measures: 'rappel', people: 12, awareSince: at, noticeDue: at };
const breachFacts: Facts<BreachEvent> = {
  BreachRecorded: { type: 'BreachRecorded', v, kinds: ['CONFIDENTIALITY'], ...breach },
  BreachJudged: { type: 'BreachJudged', v, risk: 'HIGH', reason: 'données de santé' },
  AuthorityNotified: { type: 'AuthorityNotified', v, reference: 'CNIL-12', late: false, reason: '' },
  PeopleInformed: { type: 'PeopleInformed', v, people: 12, how: 'lettre' },
  BreachClosed: { type: 'BreachClosed', v, lesson: 'deux personnes' },
};

const looker: Looker = { actor: 'professional:899700000000', accounts: [{ issuer: 'https://psc.example', sub: 'martin' }] };
const found = { rule: 'many-people', rules: 1, looker, window: '2026-12-01', on: at, measured: 21, most: 20, accesses: ['a/0'] } as const;
const alertRulesFact: Facts<AlertRulesEvent> = {
  AlertRulesPublished: {
    ...{ type: 'AlertRulesPublished', v, version: 1, source: 'sha256:00', reason: 'première version', reviewHours: 72, watched: [] },
    thresholds: {} as AlertThresholds,
  },
};
const caseFacts: Facts<CaseEvent> = {
  AlertRaised: { type: 'AlertRaised', v, ...found },
  CaseOpened: { type: 'CaseOpened', v, cause: { kind: 'ALERT', rule: 'many-people' }, looker, due: at },
  CaseAssigned: { type: 'CaseAssigned', v, assignee: { issuer: 'https://agents.example', sub: 'officer-2' } },
  CaseDueSet: { type: 'CaseDueSet', v, due: at },
  CaseCommented: { type: 'CaseCommented', v, text: 'demandé au service' },
  CaseFellDue: { type: 'CaseFellDue', v, due: at },
  CaseClosed: { type: 'CaseClosed', v, outcome: 'JUSTIFIED', reason: 'de garde' },
  CaseReopened: { type: 'CaseReopened', v, reason: 'nouvel élément', due: at },
};
const lookFacts: Facts<ComplianceLookEvent> = {
  ComplianceLooked: { type: 'ComplianceLooked', v, action: 'ListAccessesBy', actor: looker.actor },
};
const wish = { mode: 'authority', recipient: 'age1example', legalBasis: 'article 19', reason: 'contrôle' } as const;
const scope = { kind: 'space', space: SPACE } as const;
const result = {
  ...{ attempt: 'a1', name: 'export-1', sha256: '00', archive: '00', size: 1 },
  counts: { events: 1, streams: 1, opened: 1, missing: 0 },
  log: { size: 1, root: 'AA==' },
};
const account = { issuer: 'https://auditors.example', sub: 'auditor-1' };
const exportFacts: Facts<ExportEvent | AuditorEvent> = {
  ExportRequested: { type: 'ExportRequested', v, ...wish, scope, by: 'compliance:x', expiresAt: at },
  ExportApproved: { type: 'ExportApproved', v, by: 'archivist:x', complete: true },
  ExportRefused: { type: 'ExportRefused', v, by: 'archivist:x', reason: 'non' },
  ExportCancelled: { type: 'ExportCancelled', v, by: 'compliance:x' },
  ExportExpired: { type: 'ExportExpired', v },
  ExportStarted: { type: 'ExportStarted', v, attempt: 'a1' },
  ExportGenerated: { type: 'ExportGenerated', v: 2, ...result, mode: wish.mode, recipient: wish.recipient, scope, keptUntil: at },
  ExportFailed: { type: 'ExportFailed', v, failure: 'TOO_MANY_ATTEMPTS' },
  ExportResumed: { type: 'ExportResumed', v, by: 'compliance:x' },
  ExportDownloaded: { type: 'ExportDownloaded', v, by: 'auditor:x' },
  ExportRemoved: { type: 'ExportRemoved', v, by: null },
  AuditorRegistered: { type: 'AuditorRegistered', v, subject: account, authority: 'CNIL', until: at },
  AuditorEnded: { type: 'AuditorEnded', v, subject: account },
};

/** One fact of every type there is; a type that is missing does not compile. */
export const everyFact: { readonly [T in KnownType]: Of<AnyFact, T> } = {
  ...spaceFacts,
  ...endingFacts,
  ...accessFacts,
  ...documentFacts(SPACE, DOCUMENT),
  ...copyFacts,
  ...passageFacts,
  ...refusals,
  ...told,
  ...noticeFacts,
  ...campaignFacts,
  ...matrixFacts,
  ...auditFacts,
  ...requestFacts,
  ...breachFacts,
  ...alertRulesFact,
  ...caseFacts,
  ...lookFacts,
  ...exportFacts,
};

/** A fact as it was read back from a stream, by somebody. */
export const recordedBy = (
  who: Actor,
  stream: StreamName,
  event: Tagged,
  more: Partial<Circumstances> & { readonly rev?: number } = {},
): Recorded => {
  const { rev = 0, ...circumstances } = more;
  const mark = { id: 'id', digest: 'digest' };
  return { event, stream, rev, position: BigInt(rev + 1), at, meta: { who, cause: 'c', corr: 'c', command: mark, ...circumstances } };
};
