import { nothing, type Decider, type Issued, type Of } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { deadlineAfter, epochOf } from '../shared/time.js';
import { oppose, withdrawOpposition } from './opposition.js';
import { policy } from './policy.js';
import {
  evolveCode,
  issueOf,
  NO_CODE,
  refusalOfCard,
  refusalOfCode,
  refusalOfHaste,
  refusalOfPhoneChecks,
  type Code,
} from './provisional-code.js';
import {
  accountNeeded,
  alreadyOpen,
  closed,
  notInvited,
  notOpen,
  refusalOfProof,
  refusalOfTerms,
  sameSubject,
  unknown,
  type Rule,
} from './space-guards.js';
import type { Invitation, Known, Space, SpaceCommand, SpaceEvent } from './space-vocabulary.js';

const invite: Rule<'InviteHolder'> = ({ campaign, code, at }, space) => {
  if (space.status === 'NONE') return unknown;
  const first = space.status === 'ELIGIBLE';
  const again = space.status === 'INVITED' && space.invitation.hindrance === 'BOUNCED';
  if (!first && !again) return nothing;
  const channel = first && space.person.email !== null ? 'EMAIL' : 'POST';
  const { last, over } = deadlineAfter(at, policy.opposition);
  const dates = again && !policy.bounceRestartsClock ? space.invitation : { opposableUntil: last, opensAt: over };
  return [
    {
      type: 'InvitationSent',
      v: 1,
      channel,
      campaign,
      letter: policy.letter,
      sentAt: at,
      opposableUntil: dates.opposableUntil,
      opensAt: dates.opensAt,
    },
    { type: 'ProvisionalCodeIssued', v: 1, ...issueOf(code, channel, at) },
  ];
};

const renewCode: Rule<'RenewProvisionalCode'> = ({ proof, channel, code, at }, space) => {
  if (space.status === 'NONE') return reject('not-found', 'enrolment/nobody-recognised');
  const stranger = proof.kind === 'CARD' ? refusalOfCard(proof, space.person) : refusalOfPhoneChecks(proof);
  if (stranger) return stranger;
  if (channel === 'EMAIL' && space.person.email === null) return reject('conflict', 'enrolment/contacts-not-found');
  return refusalOfHaste(space.code, at) ?? [{ type: 'ProvisionalCodeRenewed', v: 1, ...issueOf(code, channel, at) }];
};

const openAutomatically: Rule<'OpenAutomatically'> = ({ at }, space) => {
  if (space.status !== 'INVITED' || at < space.invitation.opensAt) return nothing;
  const { hindrance } = space.invitation;
  return hindrance === 'BOUNCED' || hindrance === 'BLOCKED' ? nothing : [{ type: 'SpaceOpened', v: 1, mode: 'AUTOMATIC' }];
};

const activate: Rule<'ActivateSpace'> = ({ proof, terms, at, by }, space) => {
  if (space.status === 'NONE') return unknown;
  if (by.role !== 'person') return accountNeeded;
  if (space.status === 'ACTIVE' && sameSubject(space.holder, by.subject)) return nothing;
  const refused = refusalOfCode(proof, space.code, space.person, at) ?? refusalOfTerms(terms);
  if (refused) return refused;
  if (space.status === 'CLOSED' || space.status === 'ACTIVE') return space.status === 'CLOSED' ? closed : alreadyOpen;
  return [
    ...opening(space),
    { type: 'ProvisionalCodeConsumed', v: 1, codeDigest: proof.codeDigest },
    { type: 'SpaceActivated', v: 1, subject: by.subject },
    { type: 'TermsAccepted', v: 1, ...terms },
  ];
};

/** A space that is not open yet opens by being activated, at any time, also after an opposition. */
const opening = ({ status }: Space): readonly SpaceEvent[] =>
  status === 'OPENED' ? [] : [{ type: 'SpaceOpened', v: 1, mode: status === 'OPPOSED' ? 'AFTER_OPPOSITION' : 'VOLUNTARY' }];

/** The holder proves himself anew, the agent says what he checked: closing can't be done by an unattended screen. */
const refusalOfCloser = ({ proof, at, by }: Issued<Of<SpaceCommand, 'CloseSpace'>>): Rejection | null => {
  if (by.role === 'support') return refusalOfPhoneChecks(proof ?? { kind: 'PHONE', checked: [] });
  const stale = by.role === 'person' && epochOf(at) - by.authenticatedAt > policy.reauthentication;
  return stale ? reject('forbidden', 'enrolment/reauthentication-needed') : null;
};

const close: Rule<'CloseSpace'> = (command, space) => {
  if (space.status === 'CLOSED') return nothing;
  if (space.status !== 'OPENED' && space.status !== 'ACTIVE') return notOpen;
  const refused = refusalOfCloser(command);
  if (refused) return refused;
  const requestedBy = command.by.role === 'support' ? 'SUPPORT' : 'HOLDER';
  const { last } = deadlineAfter(command.at, policy.archive);
  return [{ type: 'SpaceClosed', v: 1, reason: 'HOLDER_REQUEST', requestedBy, archivedUntil: last }];
};

/** A valid code, or the account that held the space, identified at a substantial level. */
const refusalOfReopener = (
  { proof, at, by }: Issued<Of<SpaceCommand, 'ReopenSpace'>>,
  space: Extract<Space, { status: 'CLOSED' }>,
): Rejection<SpaceEvent> | null => {
  if (proof) return refusalOfCode(proof, space.code, space.person, at);
  const recognised = by.role === 'person' && sameSubject(space.holder, by.subject) && by.assurance !== 'low';
  return recognised ? null : reject('forbidden', 'enrolment/code-or-substantial-identity-needed');
};

const reopen: Rule<'ReopenSpace'> = (command, space) => {
  const { proof, at, by } = command;
  if (by.role !== 'person') return accountNeeded;
  if (space.status === 'ACTIVE') return sameSubject(space.holder, by.subject) ? nothing : alreadyOpen;
  if (space.status !== 'CLOSED') return reject('conflict', 'enrolment/not-closed');
  if (at > space.archivedUntil) return reject('gone', 'enrolment/archive-over');
  const refused = refusalOfReopener(command, space);
  if (refused) return refused;
  return [
    ...(proof ? [{ type: 'ProvisionalCodeConsumed', v: 1, codeDigest: proof.codeDigest } as const] : []),
    { type: 'SpaceReopened', v: 1, subject: by.subject, restoredFromArchive: true },
  ];
};

const hindered = (space: Space, hindrance: Invitation['hindrance']): Space =>
  space.status === 'INVITED' ? { ...space, invitation: { ...space.invitation, hindrance } } : space;
const withCode = (space: Space, next: (code: Code) => Code): Space =>
  space.status === 'NONE' ? space : { ...space, code: next(space.code) };

/** The life of a health space, from the declaration by the fund to the archive. Transition table: README.md beside this file. */
export const space: Decider<SpaceCommand, Space, SpaceEvent> = {
  category: 'space',
  initial: { status: 'NONE' },

  decide: {
    DeclareEligible: ({ beneficiary, handle, campaign }, state) =>
      state.status === 'NONE' ? [{ type: 'PersonDeclaredEligible', v: 1, ...beneficiary, handle, campaign }] : nothing,
    InviteHolder: invite,
    ReportBounce: ({ report }, state) => {
      if (state.status !== 'INVITED') return notInvited;
      return state.invitation.hindrance === 'BOUNCED' ? nothing : [{ type: 'InvitationBounced', v: 1, report }];
    },
    RenewProvisionalCode: renewCode,
    RegisterOpposition: oppose,
    WithdrawOpposition: withdrawOpposition,
    OpenAutomatically: openAutomatically,
    ReportOpeningFailure: ({ reason }, state) => {
      if (state.status !== 'INVITED') return notInvited;
      return state.invitation.hindrance === 'FAILED' ? nothing : [{ type: 'AutomaticOpeningFailed', v: 1, reason }];
    },
    BlockAutomaticCreation: ({ proof, reason, at }, state) => {
      if (state.status !== 'INVITED') return notInvited;
      if (state.invitation.hindrance === 'BLOCKED') return nothing;
      return refusalOfProof(proof, state, at) ?? [{ type: 'AutomaticCreationBlocked', v: 1, reason }];
    },
    ActivateSpace: activate,
    AcceptTerms: ({ terms }, state) => {
      if (state.status !== 'ACTIVE') return notOpen;
      if (state.terms?.conditions === terms.conditions && state.terms.privacy === terms.privacy) return nothing;
      return refusalOfTerms(terms) ?? [{ type: 'TermsAccepted', v: 1, ...terms }];
    },
    CloseSpace: close,
    ReopenSpace: reopen,
  },

  evolve: {
    PersonDeclaredEligible: (_, { birthDate, vitaleSerial, email }) => ({
      status: 'ELIGIBLE',
      person: { birthDate, vitaleSerial, email },
      code: NO_CODE,
    }),
    InvitationSent: (state, { opposableUntil, opensAt }) =>
      state.status === 'ELIGIBLE' || state.status === 'INVITED'
        ? { ...known(state), status: 'INVITED', invitation: { opposableUntil, opensAt, hindrance: 'NONE' } }
        : state,
    InvitationBounced: (state) => hindered(state, 'BOUNCED'),
    ProvisionalCodeIssued: (state, issue) => withCode(state, () => evolveCode.issued(issue)),
    ProvisionalCodeRenewed: (state, issue) => withCode(state, () => evolveCode.issued(issue)),
    ProvisionalCodeRefused: (state, { tries }) => withCode(state, (code) => evolveCode.refused(code, tries)),
    ProvisionalCodeLocked: (state) => withCode(state, (code) => evolveCode.ended(code, 'LOCKED')),
    ProvisionalCodeConsumed: (state) => withCode(state, (code) => evolveCode.ended(code, 'CONSUMED')),
    OppositionRegistered: (state) =>
      state.status === 'ELIGIBLE' || state.status === 'INVITED'
        ? { ...known(state), status: 'OPPOSED', invitation: state.status === 'INVITED' ? state.invitation : null }
        : state,
    OppositionWithdrawn: (state) => {
      if (state.status !== 'OPPOSED') return state;
      return state.invitation
        ? { ...known(state), status: 'INVITED', invitation: state.invitation }
        : { ...known(state), status: 'ELIGIBLE' };
    },
    SpaceOpened: (state, { mode }) => {
      if (state.status === 'INVITED' && mode === 'AUTOMATIC') return { ...known(state), status: 'OPENED', invitation: state.invitation };
      return state;
    },
    AutomaticOpeningFailed: (state) => hindered(state, 'FAILED'),
    AutomaticCreationBlocked: (state) => hindered(state, 'BLOCKED'),
    SpaceOpeningRevoked: (state) =>
      state.status === 'OPENED' ? { ...known(state), status: 'INVITED', invitation: state.invitation } : state,
    SpaceActivated: (state, { subject }) =>
      state.status === 'NONE' ? state : { ...known(state), status: 'ACTIVE', holder: subject, terms: null },
    TermsAccepted: (state, { conditions, privacy }) => (state.status === 'ACTIVE' ? { ...state, terms: { conditions, privacy } } : state),
    SpaceClosed: (state, { archivedUntil }) => {
      if (state.status === 'ACTIVE') return { ...known(state), status: 'CLOSED', holder: state.holder, terms: state.terms, archivedUntil };
      return state.status === 'OPENED' ? { ...known(state), status: 'CLOSED', holder: null, terms: null, archivedUntil } : state;
    },
    SpaceReopened: (state, { subject }) =>
      state.status === 'CLOSED' ? { ...known(state), status: 'ACTIVE', holder: subject, terms: state.terms } : state,
  },
};

/** The part of the state that every status after NONE carries on. */
function known({ person, code }: Known): Known {
  return { person, code };
}
