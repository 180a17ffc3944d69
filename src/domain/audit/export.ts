import { nameOf, type Actor } from '../shared/actor.js';
import { nothing, type Decider, type Decision, type Issued, type Of } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { deadlineAfter, epochOf, instantOf } from '../shared/time.js';
import { isAgeRecipient } from './age-recipient.js';
import { auditPolicy } from './audit-policy.js';
import type { ExportCommand, ExportEvent, ExportState, ExportWish, RequestedExport } from './export-vocabulary.js';

type Wish<T extends ExportCommand['type']> = Issued<Of<ExportCommand, T>>;
type Fact<T extends ExportEvent['type']> = Of<ExportEvent, T>;

const unknown = reject('not-found', 'audit/no-such-export');
const over = reject('conflict', 'audit/export-over');
const ownRequest = reject('forbidden', 'audit/own-export');
const removed = reject('gone', 'audit/export-removed');
const kept = reject('too-early', 'audit/export-kept');
const notReady = reject('conflict', 'audit/export-not-ready');
const otherAttempt = reject('conflict', 'audit/export-other-attempt');

const PROFESSIONAL = /^\d{9,12}$/;

const isBackwards = ({ period }: ExportWish): boolean => period !== undefined && period.from >= period.until;
const lacksPeriod = ({ scope, period }: ExportWish): boolean => scope.kind === 'period' && period === undefined;
const isNobody = ({ scope }: ExportWish): boolean => scope.kind === 'professional' && !PROFESSIONAL.test(scope.professional);

const chosenBy = ({ scope }: ExportWish): readonly number[] | null => (scope.kind === 'events' ? scope.indexes : null);
const isManyOrNone = (wish: ExportWish): boolean => {
  const chosen = chosenBy(wish);
  return chosen !== null && (chosen.length === 0 || chosen.length > auditPolicy.mostChosenEvents);
};
const isDisordered = (wish: ExportWish): boolean =>
  (chosenBy(wish) ?? []).some((index, n, all) => !Number.isSafeInteger(index) || index <= (all[n - 1] ?? -1));

/** Each with the code of its refusal: the first that holds is the answer. */
const FAULTS: readonly (readonly [string, (wish: ExportWish) => boolean])[] = [
  ['audit/export-recipient', ({ recipient }) => !isAgeRecipient(recipient)],
  ['audit/export-reason-needed', ({ legalBasis, reason }) => legalBasis.trim() === '' || reason.trim() === ''],
  ['audit/export-period', (wish) => lacksPeriod(wish) || isBackwards(wish)],
  ['audit/export-scope', isNobody],
  ['audit/export-events-mode', (wish) => chosenBy(wish) !== null && wish.mode !== 'nominative'],
  ['audit/export-events-count', isManyOrNone],
  ['audit/export-events-order', isDisordered],
  // Opening whole events is for one person, one professional, some days or chosen events: never for everybody at once.
  ['audit/export-too-wide', ({ mode, scope }) => mode === 'nominative' && scope.kind === 'all'],
];

function refusalOf(wish: ExportWish): Rejection | null {
  const fault = FAULTS.find(([, holds]) => holds(wish));
  return fault === undefined ? null : reject('invalid', fault[0]);
}

/** Two different people, and neither of them who asked where whole events are opened. */
function approve(state: RequestedExport, by: Actor): Decision<ExportEvent> {
  const who = nameOf(by);
  if (who === state.requestedBy && state.wish.mode === 'nominative') return ownRequest;
  const complete = state.approvedBy.length + 1 >= auditPolicy.exportApprovals;
  return [{ type: 'ExportApproved', v: 1, by: who, complete }];
}

function refuse({ by, reason }: Wish<'RefuseExport'>): Decision<ExportEvent> {
  if (reason.trim() === '') return reject('invalid', 'audit/reason-needed');
  return [{ type: 'ExportRefused', v: 1, by: nameOf(by), reason }];
}

const isLate = ({ expiresAt }: RequestedExport, { at }: { readonly at: string }): boolean => at >= expiresAt;

/** Those who may call it off, or have it gone on with: who asked for it, and whoever answers for exports; an auditor only his own. */
const mayCancel = ({ requestedBy }: RequestedExport, by: Actor): boolean => by.role !== 'auditor' || nameOf(by) === requestedBy;

const wishOf = ({ mode, scope, period, recipient, legalBasis, reason, since }: ExportWish): ExportWish => ({
  mode,
  scope,
  ...(period === undefined ? {} : { period }),
  recipient,
  legalBasis,
  reason,
  ...(since === undefined ? {} : { since }),
});

function request(command: Wish<'RequestExport'>, state: ExportState): Decision<ExportEvent> {
  if (state.status !== 'NONE') return nothing;
  const refusal = refusalOf(command);
  if (refusal) return refusal;
  const expiresAt = instantOf(epochOf(command.at) + auditPolicy.exportApprovalTime);
  return [{ type: 'ExportRequested', v: 1, ...wishOf(command), by: nameOf(command.by), expiresAt }];
}

function start({ attempt }: Wish<'StartExport'>, state: ExportState): Decision<ExportEvent> {
  if (state.status === 'APPROVED') return [{ type: 'ExportStarted', v: 1, attempt }];
  if (state.status === 'FAILED') return nothing;
  if (state.status !== 'RUNNING') return state.status === 'NONE' ? unknown : over;
  if (state.attempt === attempt) return nothing;
  if (state.attempts < auditPolicy.exportAttempts) return [{ type: 'ExportStarted', v: 1, attempt }];
  return [{ type: 'ExportFailed', v: 1, failure: 'TOO_MANY_ATTEMPTS' }];
}

/** Before it is ready nothing comes of it; once it is, its package goes. */
function cancel({ by }: Wish<'CancelExport'>, state: ExportState): Decision<ExportEvent> {
  if (state.status === 'NONE' || !mayCancel(state, by)) return unknown;
  if (state.status === 'CANCELLED' || state.status === 'REMOVED') return nothing;
  if (state.status === 'GENERATED') return [{ type: 'ExportRemoved', v: 1, by: nameOf(by) }];
  if (state.status === 'REFUSED' || state.status === 'EXPIRED' || state.status === 'FAILED') return over;
  return [{ type: 'ExportCancelled', v: 1, by: nameOf(by) }];
}

/** Attempts are counted anew. Nobody approves again: what is made is what was approved. After the time a package is kept, approvals are too old for that. */
function resume({ at, by }: Wish<'ResumeExport'>, state: ExportState): Decision<ExportEvent> {
  if (state.status === 'NONE' || !mayCancel(state, by)) return unknown;
  if (state.status === 'APPROVED' || state.status === 'RUNNING') return nothing;
  if (state.status !== 'FAILED' || state.failure !== 'TOO_MANY_ATTEMPTS') return over;
  return at < deadlineAfter(state.expiresAt, auditPolicy.exportKept).over ? [{ type: 'ExportResumed', v: 1, by: nameOf(by) }] : over;
}

/** Only the attempt that was begun last counts: whoever was thought dead comes too late. */
function complete(
  { attempt, name, sha256, archive, size, counts, log, at }: Wish<'CompleteExport'>,
  state: ExportState,
): Decision<ExportEvent> {
  if (state.status === 'GENERATED') return state.result.attempt === attempt ? nothing : otherAttempt;
  if (state.status !== 'RUNNING') return state.status === 'NONE' ? unknown : over;
  if (state.attempt !== attempt) return otherAttempt;
  const { recipient, scope, mode } = state.wish;
  const keptUntil = deadlineAfter(at, auditPolicy.exportKept).over;
  return [{ type: 'ExportGenerated', v: 2, attempt, name, sha256, archive, size, counts, log, recipient, scope, mode, keptUntil }];
}

/** A state that goes on as another status. */
const become =
  (status: 'APPROVED' | 'REFUSED' | 'CANCELLED' | 'EXPIRED' | 'REMOVED') =>
  (state: ExportState): ExportState =>
    state.status === 'NONE' ? state : { ...asked(state), status };

const asked = ({ wish, requestedBy, expiresAt, approvedBy }: RequestedExport) => ({ wish, requestedBy, expiresAt, approvedBy });

function approved(state: ExportState, { by, complete: isComplete }: Fact<'ExportApproved'>): ExportState {
  if (state.status === 'NONE') return state;
  return { ...asked(state), approvedBy: [...state.approvedBy, by], status: isComplete ? 'APPROVED' : 'REQUESTED' };
}

/** A wish on an export that still waits for approvals, before its time is over. */
const whileRequested = (
  command: { readonly at: string },
  state: ExportState,
  rule: (waiting: RequestedExport) => Decision<ExportEvent>,
): Decision<ExportEvent> => {
  if (state.status === 'NONE') return unknown;
  return state.status !== 'REQUESTED' || isLate(state, command) ? over : rule(state);
};

/** An export of the log to an authority: two people approve it, a process makes it, and every step is a fact (GDPR article 31; law 78-17 article 19). */
export const exporting: Decider<ExportCommand, ExportState, ExportEvent> = {
  category: 'export',
  initial: { status: 'NONE' },

  decide: {
    RequestExport: request,
    ApproveExport: (command, state) => {
      if (state.status !== 'NONE' && state.approvedBy.includes(nameOf(command.by))) return nothing;
      return whileRequested(command, state, (waiting) => approve(waiting, command.by));
    },
    RefuseExport: (command, state) => (state.status === 'REFUSED' ? nothing : whileRequested(command, state, () => refuse(command))),
    CancelExport: cancel,
    ExpireExport: (command, state) => {
      if (state.status !== 'REQUESTED') return nothing;
      return isLate(state, command) ? [{ type: 'ExportExpired', v: 1 }] : reject('too-early', 'audit/export-not-expired');
    },
    ResumeExport: resume,
    StartExport: start,
    CompleteExport: complete,
    FailExport: ({ failure }, state) => (state.status === 'RUNNING' ? [{ type: 'ExportFailed', v: 1, failure }] : nothing),
    DownloadExport: ({ by }, state) => {
      if (state.status === 'NONE' || !mayCancel(state, by)) return unknown;
      if (state.status === 'REMOVED') return removed;
      return state.status === 'GENERATED' ? [{ type: 'ExportDownloaded', v: 1, by: nameOf(by) }] : notReady;
    },
    RemoveExport: ({ at }, state) => {
      if (state.status !== 'GENERATED') return nothing;
      // Of version 1 the process alone knows the day: by the moment of the fact.
      return at >= (state.keptUntil ?? at) ? [{ type: 'ExportRemoved', v: 1, by: null }] : kept;
    },
  },

  evolve: {
    ExportRequested: (_, fact) => ({
      status: 'REQUESTED',
      wish: wishOf(fact),
      requestedBy: fact.by,
      expiresAt: fact.expiresAt,
      approvedBy: [],
    }),
    ExportApproved: approved,
    ExportRefused: become('REFUSED'),
    ExportCancelled: become('CANCELLED'),
    ExportExpired: become('EXPIRED'),
    ExportStarted: (state, { attempt }) =>
      state.status === 'NONE'
        ? state
        : { ...asked(state), status: 'RUNNING', attempt, attempts: (state.status === 'RUNNING' ? state.attempts : 0) + 1 },
    ExportGenerated: (state, { type: _, v: __, recipient: _r, scope: _s, mode: _m, keptUntil, ...result }) =>
      state.status === 'NONE' ? state : { ...asked(state), status: 'GENERATED', result, keptUntil },
    ExportFailed: (state, { failure }) => (state.status === 'NONE' ? state : { ...asked(state), status: 'FAILED', failure }),
    ExportResumed: become('APPROVED'),
    ExportDownloaded: (state) => state,
    ExportRemoved: become('REMOVED'),
  },
};
