import { nothing, type Decision, type Issued, type Of } from '../shared/decider.js';
import { reject, together, type Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { alreadyOpen, channelOf, closed, deadlinePassed, refusalOfProof, unknown, type Rule } from './space-guards.js';
import type { Declared, Invitation, SpaceCommand, SpaceEvent } from './space-vocabulary.js';

/** Backdating needs a second person; what the law counts is when the person said no (`on`), not when we wrote it. */
const refusalOfBackdating = ({ on, supervisor, at, by }: Issued<Of<SpaceCommand, 'RegisterOpposition'>>): Rejection | null => {
  if (on === undefined) return null;
  if (on > at) return reject('invalid', 'enrolment/date-in-the-future');
  const agent = by.role === 'support' ? by.subject.sub : null;
  return agent !== null && supervisor !== undefined && supervisor !== agent
    ? null
    : reject('forbidden', 'enrolment/backdating-needs-two-people');
};

/** Open to opposition: within the six weeks, and beyond them while the space can't open or failed to. */
const mayStillOppose = ({ opposableUntil, hindrances }: Invitation, on: Instant): boolean => on <= opposableUntil || hindrances.length > 0;

/** What the opposition does in each situation, once identity and date are accepted. */
const outcomeOf = (space: Declared, on: Instant, opposition: SpaceEvent): Decision<SpaceEvent> => {
  switch (space.status) {
    case 'OPPOSED':
      return nothing;
    case 'ELIGIBLE':
      return [opposition];
    case 'INVITED':
      return mayStillOppose(space.invitation, on) ? [opposition] : deadlinePassed;
    case 'OPENED':
      return on <= space.invitation.opposableUntil ? [{ type: 'SpaceOpeningRevoked', v: 1 }, opposition] : deadlinePassed;
    case 'ACTIVE':
      return alreadyOpen;
    case 'CLOSED':
      return closed;
  }
};

/** Saying no before the space opens (CSP L.1111-13-1 I, R.1111-28); after it has opened, the answer is closure. */
export const oppose: Rule<'RegisterOpposition'> = (command, space) => {
  if (space.status === 'NONE') return unknown;
  const refused = together<SpaceEvent>(refusalOfBackdating(command), refusalOfProof(command, space));
  if (refused) return refused;
  const { on, supervisor, at, by } = command;
  const second = on === undefined || supervisor === undefined ? {} : { supervisor };
  return outcomeOf(space, on ?? at, { type: 'OppositionRegistered', v: 1, channel: channelOf(by), ...second });
};

/** Taking the no back, while it could still be said, with the same proof of identity; later only activating helps. */
export const withdrawOpposition: Rule<'WithdrawOpposition'> = (command, space) => {
  if (space.status === 'NONE') return unknown;
  const refused = refusalOfProof(command, space);
  if (refused) return refused;
  if (space.status === 'ELIGIBLE' || space.status === 'INVITED') return nothing;
  if (space.status !== 'OPPOSED') return reject('conflict', 'enrolment/not-opposed');
  if (space.invitation && command.at > space.invitation.opposableUntil) return deadlinePassed;
  return [{ type: 'OppositionWithdrawn', v: 1, channel: channelOf(command.by) }];
};
