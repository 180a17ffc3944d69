import type { Beneficiary } from '../../domain/enrolment/beneficiary.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import { space } from '../../domain/enrolment/space.js';
import type { Invitation, Space, SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { replay, type Of } from '../../domain/shared/decider.js';
import { trueOn, type Recorded } from '../../domain/shared/fact.js';
import { dayAfter, parisDay, type Instant } from '../../domain/shared/time.js';
import type { Recipient } from '../shared/ports.js';
import * as texts from './message-texts.js';
import type { Wording } from './message-texts.js';

/** A message about one fact, not yet addressed by an id. */
export interface Draft {
  readonly kind: string;
  readonly channel: 'EMAIL' | 'POST';
  readonly to: Recipient;
  readonly subject: string;
  readonly text: string;
  /** When it is dated. It must leave on that Paris day: the days that it promises are counted from its sending (CSP R.1111-28). Null: any day will do. */
  readonly sentAt: Instant | null;
  /** Since when it is tried, day after day. */
  readonly since: Instant;
}

/** The end of an archive lies in the same stream. */
type Told = SpaceEvent | EndingEvent;
type SpaceFact<T extends Told['type'] = Told['type']> = Recorded<Of<Told, T>>;
/** What the wording of a message may rest on: the life of the space up to this fact, and the facts written together with it. */
interface About {
  readonly state: Space;
  readonly next: Told | undefined;
  /** Whether an information was made before this one. */
  readonly again: boolean;
  readonly codeOf: (seed: string) => string;
}
type Teller<T extends Told['type']> = (fact: SpaceFact<T>, about: About) => Wording | null;

const silent = (): null => null;

const invitationIn = (state: Space): Invitation | null => ('invitation' in state ? state.invitation : null);
/** Until when this opposition may be taken back; null where that day is over as it is written down, or nothing was ever sent. */
const withdrawableUntil = ({ at }: SpaceFact, state: Space): Instant | null => {
  const until = invitationIn(state)?.opposableUntil ?? null;
  return until !== null && at <= until ? until : null;
};
/** The invitation that leads to an opening by itself; a failure alone does not stand in its way. */
const leadingOn = (state: Space): Invitation | null => {
  const invitation = invitationIn(state);
  return invitation?.hindrances.some((hindrance) => hindrance !== 'FAILED') === true ? null : invitation;
};

/** Which facts the person must be told of, and in which words. A fact without a row does not compile. */
const tellers: { readonly [T in Told['type']]: Teller<T> } = {
  PersonDeclaredEligible: silent,
  // The code of an invitation is issued with it, in the same breath.
  InvitationSent: ({ event }, { next, again, codeOf }) =>
    next?.type === 'ProvisionalCodeIssued' ? texts.invitation({ text: codeOf(next.seed), expiresAt: next.expiresAt }, event, again) : null,
  InvitationBounced: silent,
  InvitationDelayed: silent,
  ProvisionalCodeIssued: silent,
  ProvisionalCodeRenewed: ({ event }, { codeOf }) => texts.newCode({ text: codeOf(event.seed), expiresAt: event.expiresAt }),
  ProvisionalCodeRefused: silent,
  ProvisionalCodeLocked: silent,
  ProvisionalCodeConsumed: silent,
  OppositionRegistered: (fact, { state }) => texts.opposition(trueOn(fact), fact.event.channel, withdrawableUntil(fact, state)),
  OppositionWithdrawn: (_, { state }) => texts.oppositionWithdrawn(leadingOn(state)),
  // Whoever opens a space by activating it reads that it is activated.
  SpaceOpened: ({ event }) => (event.mode === 'AUTOMATIC' ? texts.opened() : null),
  AutomaticOpeningFailed: () => texts.openingFailed(),
  AutomaticCreationBlocked: silent,
  SpaceOpeningRevoked: () => texts.openingRevoked(),
  SpaceActivated: () => texts.activated(),
  TermsAccepted: silent,
  SpaceClosed: ({ event }) => texts.closed(event.archivedUntil),
  SpaceReopened: () => texts.reopened(),
  ErasureRequested: ({ event }) => texts.erasureRequested(event.executeOn, event.requestedBy),
  ErasureRequestCancelled: (_, { state }) => texts.erasureCancelled(state.status === 'CLOSED' ? state.archivedUntil : null),
  LegalHoldPlaced: silent,
  LegalHoldLifted: silent,
  DestructionRequested: ({ event }) => (event.ground === 'ERASURE' ? texts.erased() : null),
};

/** The message that the fact at this revision calls for; null when nobody is to be told. Pure: the same history, the same message. */
export function messageOf(history: readonly SpaceFact[], rev: number, codeOf: (seed: string) => string): Draft | null {
  const fact = history.find((one) => one.rev === rev);
  const person = history[0]?.event;
  if (fact === undefined || person?.type !== 'PersonDeclaredEligible' || isOvertaken(history, fact)) return null;
  const past = history.filter((one) => one.rev <= rev);
  const state = replay(
    space,
    past.map(({ event }) => event as SpaceEvent),
  );
  const next = history.find((one) => one.rev === rev + 1)?.event;
  const again = past.some((one) => one.rev < rev && one.event.type === 'InvitationSent');
  const wording = (tellers[fact.event.type] as Teller<Told['type']> | undefined)?.(fact, { state, next, again, codeOf }) ?? null;
  return wording && { ...addressed(person, wording), channel: channelOf(fact, person, past), ...timeOf(fact, past) };
}

/** Only an information counts days from its own sending. One that makes up for that of the day before is tried since that one was. */
function timeOf(fact: SpaceFact, past: readonly SpaceFact[]): Pick<Draft, 'sentAt' | 'since'> {
  if (fact.event.type !== 'InvitationSent') return { sentAt: null, since: fact.at };
  const sendings = past.flatMap(({ event }) => (event.type === 'InvitationSent' ? [event.sentAt] : []));
  const first = sendings.findLast((sentAt, i) => {
    const before = sendings[i - 1];
    return before === undefined || dayAfter(parisDay(before), { days: 1 }) < parisDay(sentAt);
  });
  return { sentAt: fact.event.sentAt, since: first ?? fact.at };
}

/**
 * A message that comes late must not reach somebody who has closed his space since; the notice of that closure does. An invitation that came back is not
 * tried any more: one that the mail server puts off for ever would keep the letter behind it from being sent.
 */
const isOvertaken = (history: readonly SpaceFact[], fact: SpaceFact): boolean =>
  history.some(({ rev, event: { type } }) => rev > fact.rev && (type === 'SpaceClosed' || overtaking[fact.event.type]?.includes(type)));
/** What makes a message of these facts untrue, or useless, before it was sent. */
const overtaking: { readonly [T in Told['type']]?: readonly Told['type'][] } = {
  InvitationSent: ['InvitationBounced', 'InvitationDelayed'],
  ErasureRequested: ['ErasureRequestCancelled', 'SpaceReopened', 'DestructionRequested'],
  ErasureRequestCancelled: ['ErasureRequested', 'SpaceReopened', 'DestructionRequested'],
};

/** As the fact says; otherwise by e-mail, to those who have an address that has not bounced. */
const channelOf = ({ event }: SpaceFact, person: Beneficiary, past: readonly SpaceFact[]): 'EMAIL' | 'POST' => {
  if (event.type === 'InvitationSent' || event.type === 'ProvisionalCodeRenewed') return event.channel;
  return person.email === null || past.some((one) => one.event.type === 'InvitationBounced') ? 'POST' : 'EMAIL';
};

const addressed = (person: Beneficiary, { kind, subject, paragraphs }: Wording): Pick<Draft, 'kind' | 'to' | 'subject' | 'text'> => ({
  kind,
  to: recipientOf(person),
  subject,
  text: [`Bonjour ${person.givenNames} ${person.familyName},`, ...paragraphs, 'L’Assurance Maladie'].join('\n\n') + '\n',
});

/** Where messages to this person go. */
export const recipientOf = ({ givenNames, familyName, email, address, postalCode, city }: Beneficiary): Recipient => ({
  name: `${givenNames} ${familyName}`,
  email,
  postal: [`${givenNames} ${familyName}`, address, `${postalCode} ${city}`],
});
