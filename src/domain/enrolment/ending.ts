import { nothing, type Decider, type Decision, type Issued, type Of } from '../shared/decider.js';
import { nothingHere, reject, type Rejection } from '../shared/rejection.js';
import { deadlineAfter, type Instant } from '../shared/time.js';
import type { Ending, EndingCommand, EndingEvent, EndingFact, HeldKey, StandingHold } from './ending-vocabulary.js';
import { policy } from './policy.js';
import { refusalOfPhoneChecks } from './provisional-code.js';
import { accountNeeded, archiveOver, sameSubject } from './space-guards.js';
import type { SpaceEvent } from './space-vocabulary.js';

type SpaceFact = SpaceEvent | EndingEvent;
type Rule<T extends EndingCommand['type']> = (command: Issued<Of<EndingCommand, T>>, ending: Ending) => Decision<EndingFact>;

const notClosed = reject('conflict', 'enrolment/not-closed');
const held = reject('conflict', 'enrolment/legal-hold');
const holdDiffers = reject('conflict', 'enrolment/hold-differs');
const notDue = reject('conflict', 'enrolment/destruction-not-due');
const twoPeople = reject('forbidden', 'enrolment/second-person-needed');
const archivistNeeded = reject('forbidden', 'enrolment/archivist-needed');

/** The account that held the space, or an agent of the 3422 line who says what he checked; whoever may request may cancel. */
function refusalOfRequester(
  { by, proof }: Issued<{ readonly proof?: Of<EndingCommand, 'RequestErasure'>['proof'] }>,
  { holder }: Ending,
): Rejection | null {
  if (by.role === 'support') return refusalOfPhoneChecks(proof ?? { kind: 'PHONE', checked: [] }, by);
  if (by.role !== 'person') return accountNeeded;
  if (!sameSubject(holder, by.subject)) return nothingHere;
  return by.assurance === 'low' ? reject('forbidden', 'enrolment/code-or-substantial-identity-needed') : null;
}

const side = (by: Issued<unknown>['by']): 'HOLDER' | 'SUPPORT' => (by.role === 'support' ? 'SUPPORT' : 'HOLDER');

/** Executed from the day after the thirtieth, never later than three months (CSP R.1111-36); until then it can be cancelled. */
const requestErasure: Rule<'RequestErasure'> = (command, ending) => {
  const refused = refusalOfRequester(command, ending);
  if (refused) return refused;
  if (ending.archivedUntil === null) return notClosed;
  if (ending.destruction !== null) return archiveOver;
  if (ending.erasureOn !== null) return nothing;
  const { over } = deadlineAfter(command.at, policy.erasure);
  return [{ type: 'ErasureRequested', v: 1, requestedBy: side(command.by), executeOn: over }];
};

const cancelErasure: Rule<'CancelErasure'> = (command, ending) => {
  const refused = refusalOfRequester(command, ending);
  if (refused) return refused;
  if (ending.destruction !== null) return archiveOver;
  if (ending.erasureOn === null) return nothing;
  return [{ type: 'ErasureRequestCancelled', v: 1, cancelledBy: side(command.by) }];
};

/** Two people, archivist and compliance officer: whoever acts names the other. */
const refusalOfHolder = ({ by, second }: Issued<{ readonly second: string }>): Rejection | null => {
  if (by.role !== 'archivist' && by.role !== 'compliance') return archivistNeeded;
  return second === '' || second === by.subject.sub ? twoPeople : null;
};

/** Keys have no order, and one is not kept twice. */
const keysIn = ({ keys }: StandingHold): string => [...new Set(keys)].sort().join();
const saysTheSame = (one: StandingHold, other: StandingHold): boolean =>
  one.order === other.order && one.reviewOn === other.reviewOn && keysIn(one) === keysIn(other);

/** What stands is not altered: whoever has another order places another hold. */
const placeHold: Rule<'PlaceLegalHold'> = (command, { holds, archivedUntil, destruction }) => {
  const refused = refusalOfHolder(command);
  if (refused) return refused;
  if (archivedUntil === null) return notClosed;
  if (destruction !== null) return archiveOver;
  const { hold, order, keys, second, reviewOn } = command;
  const standing = holds.find((its) => its.hold === hold);
  if (standing) return saysTheSame(standing, command) ? nothing : holdDiffers;
  return [{ type: 'LegalHoldPlaced', v: 1, hold, order, keys, second, reviewOn }];
};

const liftHold: Rule<'LiftLegalHold'> = (command, { holds }) =>
  refusalOfHolder(command) ??
  (holds.some(({ hold }) => hold === command.hold)
    ? [{ type: 'LegalHoldLifted', v: 1, hold: command.hold, second: command.second }]
    : nothing);

/** The day has come, and nothing holds it: from here on there is no way back. By the calendar, or by an archivist. */
const requestDestruction: Rule<'RequestDestruction'> = ({ ground, at, by }, { archivedUntil, erasureOn, holds, destruction }) => {
  if (by.role !== 'system' && by.role !== 'archivist') return archivistNeeded;
  if (destruction !== null) return nothing;
  if (archivedUntil === null) return notClosed;
  const due = ground === 'ERASURE' ? erasureOn !== null && at >= erasureOn : at > archivedUntil;
  if (!due) return notDue;
  return holds.length > 0 ? held : [{ type: 'DestructionRequested', v: 1, ground, archivedUntil }];
};

/** First instant at which an erasure that was asked for at this one is late by the law, whenever it is executed here (CSP R.1111-36). */
export const erasureLateFrom = (asked: Instant): Instant => deadlineAfter(asked, policy.erasureAtMost).over;

/** True while a hold stands that keeps this key alive, whether the space was closed before or came back since. */
export const isKept = (facts: readonly SpaceFact[], key: HeldKey): boolean => {
  const lifted = (hold: string, after: number): boolean =>
    facts.some((fact, n) => n > after && fact.type === 'LegalHoldLifted' && fact.hold === hold);
  return facts.some((fact, n) => fact.type === 'LegalHoldPlaced' && fact.keys.includes(key) && !lifted(fact.hold, n));
};

/** The end of a closed space: express erasure, legal holds, and the request to destroy. Shares the stream of the space with its life. */
export const ending: Decider<EndingCommand, Ending, EndingFact> = {
  category: 'space',
  initial: { holder: null, archivedUntil: null, erasureOn: null, holds: [], destruction: null },
  decide: {
    RequestErasure: requestErasure,
    CancelErasure: cancelErasure,
    PlaceLegalHold: placeHold,
    LiftLegalHold: liftHold,
    RequestDestruction: requestDestruction,
  },
  evolve: {
    SpaceActivated: (state, { subject }) => ({ ...state, holder: subject }),
    SpaceClosed: (state, { archivedUntil }) => ({ ...state, archivedUntil }),
    // Coming back takes the request to erase with it.
    SpaceReopened: (state, { subject }) => ({ ...state, holder: subject, archivedUntil: null, erasureOn: null }),
    ErasureRequested: (state, { executeOn }) => ({ ...state, erasureOn: executeOn }),
    ErasureRequestCancelled: (state) => ({ ...state, erasureOn: null }),
    LegalHoldPlaced: (state, { hold, order, keys, reviewOn }) => ({
      ...state,
      holds: [...state.holds, { hold, order, keys, reviewOn }],
    }),
    LegalHoldLifted: (state, { hold }) => ({ ...state, holds: state.holds.filter((standing) => standing.hold !== hold) }),
    DestructionRequested: (state, { ground }) => ({ ...state, destruction: ground }),
  },
};
