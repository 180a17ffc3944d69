import { nothing } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { deadlineAfter } from '../shared/time.js';
import { policy } from './policy.js';
import { issueOf, type Channel } from './provisional-code.js';
import { notInvited, unknown, type Rule } from './space-guards.js';
import type { Declared, Invitation, Space } from './space-vocabulary.js';

/** A sending that is due: which way it goes, and the days it keeps of the one that it makes up for. */
interface Sending {
  readonly channel: Channel;
  readonly days: Pick<Invitation, 'opposableUntil' | 'opensAt'> | null;
}

/** The first one by e-mail where an address is declared; by post after a bounce; the same way again after a delay. Null when nothing is due. */
const sendingTo = (space: Declared): Sending | null => {
  if (space.status === 'ELIGIBLE') return { channel: space.person.email === null ? 'POST' : 'EMAIL', days: null };
  if (space.status !== 'INVITED') return null;
  const { invitation } = space;
  const bounced = invitation.hindrances.includes('BOUNCED');
  if (invitation.hindrances.includes('DELAYED')) return { channel: bounced ? 'POST' : invitation.channel, days: null };
  return bounced ? { channel: 'POST', days: policy.bounceRestartsClock ? null : invitation } : null;
};

/** The information that opens the six weeks, with a provisional code (CSP L.1111-13-1, R.1111-28). */
export const invite: Rule<'InviteHolder'> = ({ campaign, code, at }, space) => {
  if (space.status === 'NONE') return unknown;
  const sending = sendingTo(space);
  if (sending === null) return nothing;
  const { last, over } = deadlineAfter(at, policy.opposition);
  const { opposableUntil, opensAt } = sending.days ?? { opposableUntil: last, opensAt: over };
  const { channel } = sending;
  return [
    { type: 'InvitationSent', v: 1, channel, campaign, letter: policy.letter, sentAt: at, opposableUntil, opensAt },
    { type: 'ProvisionalCodeIssued', v: 1, ...issueOf(code, channel, at) },
  ];
};

const openedUnannounced = reject('conflict', 'enrolment/opened-unannounced');

/** The invitation that waits, also of somebody who opposed: taken back, the opposition must not leave a space that opens unannounced. */
const waitingIn = (space: Space): Invitation | null => (space.status === 'INVITED' || space.status === 'OPPOSED' ? space.invitation : null);

/** A bounced e-mail, and nothing else: the law counts from the sending, and nothing is left to try behind a letter (CSP R.1111-28). */
export const reportBounce: Rule<'ReportBounce'> = ({ report }, space) => {
  const invitation = waitingIn(space);
  if (invitation === null) return notInvited;
  if (invitation.hindrances.includes('BOUNCED')) return nothing;
  return invitation.channel === 'EMAIL' ? [{ type: 'InvitationBounced', v: 1, report }] : reject('conflict', 'enrolment/not-sent-by-email');
};

/**
 * It has not certainly left on the day that it is dated, so it promises days that the law does not count (CSP R.1111-28: from the sending). Nothing is to be
 * said of one that another has replaced, or that came back, or to which nobody can return any more. A space that opened on the strength of it was announced to
 * nobody: that is for people to put right.
 */
export const reportDelay: Rule<'ReportDelay'> = ({ sentAt, at }, space) => {
  if (space.status === 'OPENED' && space.invitation.sentAt === sentAt) return openedUnannounced;
  const invitation = waitingIn(space);
  if (invitation === null) return notInvited;
  const settled = invitation.hindrances.includes('BOUNCED') || invitation.hindrances.includes('DELAYED');
  const forGood = space.status === 'OPPOSED' && at > invitation.opposableUntil;
  return settled || forGood || invitation.sentAt !== sentAt ? nothing : [{ type: 'InvitationDelayed', v: 1 }];
};
