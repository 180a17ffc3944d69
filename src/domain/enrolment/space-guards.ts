import type { Decision, Issued, Of } from '../shared/decider.js';
import type { Subject } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { policy, type Terms } from './policy.js';
import { refusalOfCode, refusalOfPhoneChecks, type CodeEvent, type CodeProof, type PhoneProof } from './provisional-code.js';
import type { Known, Space, SpaceCommand, SpaceEvent } from './space-vocabulary.js';

/** One row of the decision table. */
export type Rule<T extends SpaceCommand['type']> = (command: Issued<Of<SpaceCommand, T>>, space: Space) => Decision<SpaceEvent>;

export const unknown = reject('not-found', 'enrolment/no-such-space');
export const notInvited = reject('conflict', 'enrolment/not-invited');
export const deadlinePassed = reject('conflict', 'enrolment/deadline-passed');
export const alreadyOpen = reject('conflict', 'enrolment/already-open');
export const notOpen = reject('conflict', 'enrolment/not-open');
/** The ten years are over: nothing can be brought back (CSP R.1111-36). */
export const archiveOver = reject('gone', 'enrolment/archive-over');
/** After its last day, or once its end was decided, an archive gives nothing back. */
export const isOver = ({ archivedUntil, ending }: Extract<Space, { status: 'CLOSED' }>, at: Instant): boolean =>
  at > archivedUntil || ending === true;
export const closed = reject('conflict', 'enrolment/closed');
export const accountNeeded = reject('forbidden', 'enrolment/account-needed');

export const sameSubject = (a: Subject | null, b: Subject): boolean => a !== null && a.issuer === b.issuer && a.sub === b.sub;
export const channelOf = (by: Issued<unknown>['by']): 'WEB' | 'PHONE_3422' => (by.role === 'support' ? 'PHONE_3422' : 'WEB');

/** The identity is proven by the code of a letter with card data, or by what the 3422 agent checked. */
export const refusalOfProof = (
  { proof, at, by }: Issued<{ readonly proof: CodeProof | PhoneProof }>,
  { code, person }: Known,
): Rejection<CodeEvent> | null => (proof.kind === 'CODE' ? refusalOfCode(proof, code, person, at) : refusalOfPhoneChecks(proof, by));

export const refusalOfTerms = ({ conditions, privacy }: Terms): Rejection | null =>
  conditions === policy.terms.conditions && privacy === policy.terms.privacy ? null : reject('conflict', 'enrolment/terms-outdated');
