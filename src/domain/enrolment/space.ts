import { nothing, type Decider } from '../shared/decider.js';
import { reject, together, type Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { refusalOfIns } from './beneficiary.js';
import { close, reopen } from './closure.js';
import { invite, reportBounce, reportDelay } from './invitation.js';
import { oppose, withdrawOpposition } from './opposition.js';
import {
  evolveCode,
  issueOf,
  NO_CODE,
  refusalOfCard,
  refusalOfCode,
  refusalOfHaste,
  refusalOfPhoneChecks,
  type Channel,
  type Code,
} from './provisional-code.js';
import {
  accountNeeded,
  alreadyOpen,
  archiveOver,
  isOver,
  closed,
  notInvited,
  notOpen,
  refusalOfProof,
  refusalOfTerms,
  sameSubject,
  unknown,
  type Rule,
} from './space-guards.js';
import type { Declared, Hindrance, Invitation, Known, Space, SpaceCommand, SpaceEvent } from './space-vocabulary.js';

const renewCode: Rule<'RenewProvisionalCode'> = ({ proof, channel, code, at, by }, space) => {
  if (space.status === 'NONE') return reject('not-found', 'enrolment/nobody-recognised');
  const stranger = proof.kind === 'CARD' ? refusalOfCard(proof, space.person) : refusalOfPhoneChecks(proof, by);
  if (stranger) return stranger;
  if (space.code.status !== 'NONE' && space.code.digest === code.codeDigest) return nothing;
  return refusalOfSending(space, channel, at) ?? [{ type: 'ProvisionalCodeRenewed', v: 1, ...issueOf(code, channel, at) }];
};

/** To contacts that the fund knows, not more often than every half minute, and as long as there is something to come back to. */
const refusalOfSending = (space: Declared, channel: Channel, at: Instant): Rejection | null => {
  if (space.status === 'CLOSED' && isOver(space, at)) return archiveOver;
  if (channel === 'EMAIL' && space.person.email === null) return reject('conflict', 'enrolment/contacts-not-found');
  return refusalOfHaste(space.code, at);
};

/** Opens by itself once the time to oppose is over without an opposition; after a failure it is simply tried again (CSP R.1111-28). */
const openAutomatically: Rule<'OpenAutomatically'> = ({ at }, space) => {
  if (space.status !== 'INVITED' || at < space.invitation.opensAt) return nothing;
  const held = space.invitation.hindrances.some((hindrance) => hindrance !== 'FAILED');
  return held ? nothing : [{ type: 'SpaceOpened', v: 1, mode: 'AUTOMATIC' }];
};

const activate: Rule<'ActivateSpace'> = ({ proof, terms, at, by }, space) => {
  if (space.status === 'NONE') return unknown;
  if (by.role !== 'person') return accountNeeded;
  if (space.status === 'ACTIVE' && sameSubject(space.holder, by.subject)) return nothing;
  const refused = together<SpaceEvent>(refusalOfCode(proof, space.code, space.person, at), refusalOfTerms(terms));
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

/** The recipient says that he is not the one to decide: nothing opens by itself any more, somebody must look into it. */
const blockCreation: Rule<'BlockAutomaticCreation'> = (command, space) => {
  if (space.status === 'NONE') return unknown;
  const refused = refusalOfProof(command, space);
  if (refused) return refused;
  if (space.status !== 'INVITED') return notInvited;
  const already = space.invitation.hindrances.includes('BLOCKED');
  return already ? nothing : [{ type: 'AutomaticCreationBlocked', v: 1, reason: command.reason }];
};

const hindered = (space: Space, hindrance: Hindrance): Space =>
  (space.status === 'INVITED' || space.status === 'OPPOSED') && space.invitation !== null
    ? { ...space, invitation: { ...space.invitation, hindrances: [...space.invitation.hindrances, hindrance] } }
    : space;
/** A new sending makes up for what hindered the former one, not for the word of somebody who may not decide. */
const outlasting = (space: Known & { readonly invitation?: Invitation }): readonly Hindrance[] =>
  space.invitation?.hindrances.filter((hindrance) => hindrance === 'BLOCKED') ?? [];
const withCode = (space: Space, next: (code: Code) => Code): Space =>
  space.status === 'NONE' ? space : { ...space, code: next(space.code) };

/** The life of a health space, from the declaration by the fund to the archive. Transition table: README.md beside this file. */
export const space: Decider<SpaceCommand, Space, SpaceEvent> = {
  category: 'space',
  initial: { status: 'NONE' },

  decide: {
    DeclareEligible: ({ beneficiary, handle, campaign }, state) => {
      if (state.status !== 'NONE') return nothing;
      return refusalOfIns(beneficiary.ins) ?? [{ type: 'PersonDeclaredEligible', v: 1, ...beneficiary, handle, campaign }];
    },
    InviteHolder: invite,
    ReportBounce: reportBounce,
    ReportDelay: reportDelay,
    RenewProvisionalCode: renewCode,
    RegisterOpposition: oppose,
    WithdrawOpposition: withdrawOpposition,
    OpenAutomatically: openAutomatically,
    ReportOpeningFailure: ({ reason }, state) => {
      if (state.status !== 'INVITED') return notInvited;
      return state.invitation.hindrances.includes('FAILED') ? nothing : [{ type: 'AutomaticOpeningFailed', v: 1, reason }];
    },
    BlockAutomaticCreation: blockCreation,
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
    InvitationSent: (state, { channel, sentAt, opposableUntil, opensAt }) =>
      state.status === 'ELIGIBLE' || state.status === 'INVITED'
        ? { ...known(state), status: 'INVITED', invitation: { channel, sentAt, opposableUntil, opensAt, hindrances: outlasting(state) } }
        : state,
    InvitationBounced: (state) => hindered(state, 'BOUNCED'),
    InvitationDelayed: (state) => hindered(state, 'DELAYED'),
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
    // Opened in another mode means opened by being activated: the next fact of the same decision.
    SpaceOpened: (state, { mode }) =>
      state.status === 'INVITED' && mode === 'AUTOMATIC' ? { ...known(state), status: 'OPENED', invitation: state.invitation } : state,
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
    DestructionRequested: (state) => (state.status === 'CLOSED' ? { ...state, ending: true } : state),
  },
};

/** The part of the state that every status after NONE carries on. */
function known({ person, code }: Known): Known {
  return { person, code };
}
