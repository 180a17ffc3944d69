import type { Actor, Professional } from '../shared/actor.js';
import { nothing, type Issued, type Of } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { deadlineAfter, epochOf, instantOf, type Instant } from '../shared/time.js';
import { accessPolicy } from './access-policy.js';
import type { AccessRule, AccessState } from './access-state.js';
import { granteeKey } from './access-steps.js';
import type { AccessCommand, ConsentBasis, Operation } from './access-vocabulary.js';
import { answers } from './answers.js';
import { isOccupational } from './consents.js';
import { isLetIn } from './decide-access.js';

type Recording = Issued<Of<AccessCommand, 'RecordConsent'>>;

const OPERATIONS: readonly Operation[] = ['CONSULT', 'FEED'];
/** So many minutes after a moment. */
export const minutesAfter = (at: Instant, minutes: number): Instant => instantOf(epochOf(at) + minutes * 60_000);

const END_OF: Readonly<Record<ConsentBasis, (at: Instant) => Instant>> = {
  CARE_TEAM: (at) => deadlineAfter(at, accessPolicy.careTeamConsent).over,
  EXPLICIT: (at) => minutesAfter(at, accessPolicy.explicitConsentMinutes),
  EXPRESS: (at) => minutesAfter(at, accessPolicy.expressConsentMinutes),
};

/** Each recording is a fact of its own, also when nothing changes by it: nobody renews an access without saying so. */
export const recordConsent: AccessRule<'RecordConsent'> = (command, state) => {
  const { grantee, basis, means, at } = command;
  const refused = refusalOfWords(command) ?? refusalOfSpeaker(command, state);
  if (refused) return refused;
  const scope = OPERATIONS.filter((operation) => command.scope.includes(operation));
  const until = END_OF[basis](at);
  return [{ type: 'AccessConsentRecorded', v: 1, consent: `consent-${state.taken}`, grantee, basis, scope, means, until }];
};

/** What is recorded must make sense whoever records it. */
function refusalOfWords({ grantee, basis, scope, informed }: Recording): Rejection | null {
  if (!informed) return reject('conflict', 'access/person-not-informed');
  if (scope.length === 0) return reject('invalid', 'access/consent-to-nothing');
  // Explicit and express consents are said to somebody; only the care team is a place (CSP R.1111-46).
  return grantee.kind === 'FACILITY' && basis !== 'CARE_TEAM' ? reject('invalid', 'access/consent-names-nobody') : null;
}

function refusalOfSpeaker(command: Recording, state: AccessState): Rejection | null {
  const { by } = command;
  if (by.role === 'facility') return refusalOfSoftware(command, by);
  return by.role === 'professional' ? refusalOfProfessional(command, by.professional, state) : answers['not-allowed'];
}

/** The software of a place speaks for its place, and only of what it may do itself: to feed. */
function refusalOfSoftware({ grantee, scope }: Recording, { facility }: Extract<Actor, { role: 'facility' }>): Rejection | null {
  if (grantee.kind !== 'FACILITY' || grantee.id !== facility.id) return notForOthers;
  return scope.includes('CONSULT') ? reject('forbidden', 'access/software-only-feeds') : null;
}

function refusalOfProfessional({ grantee, basis, at }: Recording, professional: Professional, { facts }: AccessState): Rejection | null {
  const own = grantee.kind === 'PROFESSIONAL' ? grantee.id === professional.id : grantee.id === professional.facility?.id;
  if (own) return isOccupational(professional) && basis !== 'EXPRESS' ? answers['express-consent-needed'] : null;
  if (grantee.kind === 'FACILITY') return notForOthers;
  const letIn = isLetIn({ professional, operation: 'CONSULT', mode: 'normal', at }, facts);
  return letIn ? null : reject('forbidden', 'access/no-access-of-your-own');
}

const notForOthers = reject('forbidden', 'access/consent-not-for-others');

/** Also of somebody who has none of his own: what his team may, he then may not. */
export const withdrawConsent: AccessRule<'WithdrawConsent'> = ({ grantee }, { facts: { consents, temporary, withdrawn } }) => {
  const key = granteeKey(grantee);
  const already = withdrawn.has(key) && !consents.has(key) && !temporary.has(key);
  return already ? nothing : [{ type: 'AccessConsentWithdrawn', v: 1, grantee }];
};
