import { nothing, type Issued, type Of } from '../shared/decider.js';
import { nothingHere, reject, type Rejection } from '../shared/rejection.js';
import { deadlineAfter, epochOf } from '../shared/time.js';
import { policy } from './policy.js';
import { refusalOfCode, refusalOfPhoneChecks } from './provisional-code.js';
import { accountNeeded, alreadyOpen, archiveOver, isOver, notOpen, sameSubject, unknown, type Rule } from './space-guards.js';
import type { Known, Space, SpaceCommand, SpaceEvent } from './space-vocabulary.js';

/** The holder proves himself anew, the agent says what he checked: an unattended screen can't close a space. Nobody else closes. */
const refusalOfCloser = ({ proof, at, by }: Issued<Of<SpaceCommand, 'CloseSpace'>>): Rejection | null => {
  if (by.role === 'support') return refusalOfPhoneChecks(proof ?? { kind: 'PHONE', checked: [] }, by);
  if (by.role !== 'person') return accountNeeded;
  const stale = epochOf(at) - by.authenticatedAt > policy.reauthentication;
  return stale ? reject('forbidden', 'enrolment/reauthentication-needed') : null;
};

/** Closing, at any time once the space is open; what it held is archived for ten years (CSP R.1111-36). */
export const close: Rule<'CloseSpace'> = (command, space) => {
  if (space.status === 'CLOSED') return nothing;
  if (space.status !== 'OPENED' && space.status !== 'ACTIVE') return notOpen;
  const refused = refusalOfCloser(command);
  if (refused) return refused;
  const requestedBy = command.by.role === 'support' ? 'SUPPORT' : 'HOLDER';
  const { last } = deadlineAfter(command.at, policy.archive);
  return [{ type: 'SpaceClosed', v: 1, reason: 'HOLDER_REQUEST', requestedBy, archivedUntil: last }];
};

/** A valid code, or the account that held the space, identified at a substantial level; to anybody else there is nothing here. */
const refusalOfReopener = (
  { proof, at }: Issued<Of<SpaceCommand, 'ReopenSpace'>>,
  { code, person }: Known,
  account: { readonly isHolder: boolean; readonly assured: boolean },
): Rejection<SpaceEvent> | null => {
  if (proof) return refusalOfCode(proof, code, person, at);
  if (!account.isHolder) return nothingHere;
  return account.assured ? null : reject('forbidden', 'enrolment/code-or-substantial-identity-needed');
};

const holderOf = (space: Space) => (space.status === 'ACTIVE' || space.status === 'CLOSED' ? space.holder : null);

/** Coming back within the archive, with all that it held (CSP R.1111-36). Who asks is settled before anything about the space is said. */
export const reopen: Rule<'ReopenSpace'> = (command, space) => {
  const { proof, at, by } = command;
  if (space.status === 'NONE') return unknown;
  if (by.role !== 'person') return accountNeeded;
  const isHolder = sameSubject(holderOf(space), by.subject);
  if (space.status === 'ACTIVE' && isHolder) return nothing;
  const refused = refusalOfReopener(command, space, { isHolder, assured: by.assurance !== 'low' });
  if (refused) return refused;
  if (space.status === 'ACTIVE') return alreadyOpen;
  if (space.status !== 'CLOSED') return reject('conflict', 'enrolment/not-closed');
  if (isOver(space, at)) return archiveOver;
  return [
    ...(proof ? [{ type: 'ProvisionalCodeConsumed', v: 1, codeDigest: proof.codeDigest } as const] : []),
    { type: 'SpaceReopened', v: 1, subject: by.subject, restoredFromArchive: true },
  ];
};
