import type { Actor, Subject } from '../shared/actor.js';
import { nameOf } from '../shared/actor.js';
import { nothing, type Decider, type Decision, type Issued } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import type { CaseCommand, CaseEvent, Looker } from './case-vocabulary.js';
import { reviewPolicy } from './review-policy.js';

export type ReviewCase =
  | { readonly state: 'NONE' }
  | {
      readonly state: 'OPEN' | 'CLOSED';
      readonly looker: Looker;
      readonly assignee: Subject | null;
      readonly due: Instant;
      /** The due date of which it was said that it passed. */
      readonly fellDue: Instant | null;
      /** What was said when it was last closed or reopened: said again it changes nothing. */
      readonly turned: string | null;
    };
type Begun = Exclude<ReviewCase, { state: 'NONE' }>;

const noSuchCase = reject('not-found', 'audit/no-such-case');
const ownLooks = reject('forbidden', 'audit/own-looks');

/**
 * Who signs in twice is one person: the same account, the same name, or the same subject at another identity provider. Somebody who is wrongly taken for
 * the other only has to leave the case to a colleague.
 */
const isSame = ({ sub }: Subject, { accounts }: Looker, known: readonly Subject[]): boolean =>
  [...accounts, ...known].some((account) => account.sub === sub);
const isLooker = (by: Actor, looker: Looker, known: readonly Subject[]): boolean =>
  nameOf(by) === looker.actor || ('subject' in by && isSame(by.subject, looker, known));
const sameSubject = (a: Subject, b: Subject): boolean => a.issuer === b.issuer && a.sub === b.sub;

const textRefused = (text: string): Rejection | null => {
  if (text.trim() === '') return reject('invalid', 'audit/reason-needed');
  return text.length > reviewPolicy.longestText ? reject('invalid', 'audit/text-too-long') : null;
};
const dueRefused = (due: Instant, at: Instant): Rejection | null => (due > at ? null : reject('invalid', 'audit/due-in-the-past'));

/** What closes or reopens a case, as one text; null for all else. */
function turnOf(
  said: Pick<CaseCommand | CaseEvent, 'type'> & { readonly outcome?: string; readonly reason?: string; readonly due?: Instant },
): string | null {
  if (said.type === 'CloseCase' || said.type === 'CaseClosed') return `closed ${said.outcome} ${said.reason}`;
  if (said.type === 'ReopenCase' || said.type === 'CaseReopened') return `reopened ${said.due} ${said.reason}`;
  return null;
}

type Judging = Extract<Issued<CaseCommand>, { readonly known: readonly Subject[] }>;
/** What everybody who works on a case must meet, then the rest: it is there, in this state, and is not about his own looks. */
function judging<C extends Judging>(
  command: C,
  found: ReviewCase,
  state: Begun['state'],
  then: (begun: Begun) => Decision<CaseEvent>,
): Decision<CaseEvent> {
  if (found.state === 'NONE') return noSuchCase;
  if (isLooker(command.by, found.looker, command.known)) return ownLooks;
  if (found.state !== state && found.turned !== null && found.turned === turnOf(command)) return nothing;
  if (found.state !== state) return reject('conflict', state === 'OPEN' ? 'audit/case-closed' : 'audit/case-open');
  return then(found);
}
const isAssignedTo = ({ assignee }: Begun, by: Actor): boolean => assignee !== null && 'subject' in by && sameSubject(assignee, by.subject);

const withSpace = (space: string | undefined): { readonly space?: string } => (space === undefined ? {} : { space });
const open = ({ looker, due }: { readonly looker: Looker; readonly due: Instant }): Begun => ({
  state: 'OPEN',
  looker,
  assignee: null,
  due,
  fellDue: null,
  turned: null,
});
const onBegun =
  <E>(change: (begun: Begun, event: E) => Begun) =>
  (found: ReviewCase, event: E): ReviewCase =>
    found.state === 'NONE' ? found : change(found, event);

/** One review of what somebody looked at. Nobody judges his own looks, with whatever account. */
export const reviewCase: Decider<CaseCommand, ReviewCase, CaseEvent> = {
  category: 'case',
  initial: { state: 'NONE' },

  decide: {
    // The id of the stream is made of what makes the alert the same: a second one finds the first.
    RaiseAlert: ({ type: _, at: _at, by: _by, due, ...alert }, found) => {
      if (found.state !== 'NONE') return nothing;
      const { rule, looker, space } = alert;
      return [
        { type: 'AlertRaised', v: 1, ...alert },
        { type: 'CaseOpened', v: 1, cause: { kind: 'ALERT', rule }, looker, ...withSpace(space), due },
      ];
    },
    OpenCase: ({ at, by, cause, looker, space, due }, found) => {
      if (found.state !== 'NONE') return nothing;
      // What the software opens may have lain still for days; it is then due at once.
      const refusal = cause.kind === 'HAND' ? (textRefused(cause.reason) ?? dueRefused(due, at)) : null;
      if (refusal) return refusal;
      if (by.role !== 'system' && isLooker(by, looker, [])) return ownLooks;
      return [{ type: 'CaseOpened', v: 1, cause, looker, ...withSpace(space), due }];
    },
    AssignCase: (command, found) =>
      judging(command, found, 'OPEN', ({ looker, assignee }) => {
        if (isSame(command.assignee, looker, command.known)) return ownLooks;
        if (assignee !== null && sameSubject(assignee, command.assignee)) return nothing;
        return [{ type: 'CaseAssigned', v: 1, assignee: command.assignee }];
      }),
    SetCaseDue: (command, found) =>
      judging(command, found, 'OPEN', ({ due }) => {
        if (due === command.due) return nothing;
        return dueRefused(command.due, command.at) ?? [{ type: 'CaseDueSet', v: 1, due: command.due }];
      }),
    CommentCase: (command, found) =>
      judging(command, found, 'OPEN', () => textRefused(command.text) ?? [{ type: 'CaseCommented', v: 1, text: command.text }]),
    MarkCaseOverdue: ({ due }, found) => {
      if (found.state !== 'OPEN' || found.due !== due || found.fellDue === due) return nothing;
      return [{ type: 'CaseFellDue', v: 1, due }];
    },
    CloseCase: (command, found) =>
      judging(command, found, 'OPEN', (begun) => {
        if (!isAssignedTo(begun, command.by)) return reject('forbidden', 'audit/not-your-case');
        return textRefused(command.reason) ?? [{ type: 'CaseClosed', v: 1, outcome: command.outcome, reason: command.reason }];
      }),
    ReopenCase: (command, found) =>
      judging(command, found, 'CLOSED', () => {
        const refusal = textRefused(command.reason) ?? dueRefused(command.due, command.at);
        return refusal ?? [{ type: 'CaseReopened', v: 1, reason: command.reason, due: command.due }];
      }),
  },

  evolve: {
    AlertRaised: (found) => found,
    CaseOpened: (_, opened) => open(opened),
    CaseAssigned: onBegun((begun, { assignee }) => ({ ...begun, assignee })),
    CaseDueSet: onBegun((begun, { due }) => ({ ...begun, due })),
    CaseCommented: (found) => found,
    CaseFellDue: onBegun((begun, { due }) => ({ ...begun, fellDue: due })),
    CaseClosed: onBegun((begun, event) => ({ ...begun, state: 'CLOSED', turned: turnOf(event) })),
    // Judged anew by somebody who is named anew.
    CaseReopened: onBegun((begun, event) => ({
      ...begun,
      state: 'OPEN',
      assignee: null,
      due: event.due,
      fellDue: null,
      turned: turnOf(event),
    })),
  },
};
