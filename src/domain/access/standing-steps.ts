import type { Of } from '../shared/decider.js';
import type { SpaceEvent } from '../enrolment/space-vocabulary.js';
import type { AccessStep } from './facts.js';

type Steps = { readonly [T in SpaceEvent['type']]?: AccessStep<Of<SpaceEvent, T>> };

/** What the life of a space says about access: whose it is, and whether it is open. */
export const standingSteps: Steps = {
  PersonDeclaredEligible: (facts, { birthDate }) => ({ ...facts, exists: true, status: 'ELIGIBLE', birthDate }),
  InvitationSent: (facts) => (facts.status === 'ELIGIBLE' ? { ...facts, status: 'INVITED' } : facts),
  OppositionRegistered: (facts) => ({ ...facts, status: 'OPPOSED' }),
  OppositionWithdrawn: (facts) => ({ ...facts, status: 'INVITED' }),
  SpaceOpened: (facts) => ({ ...facts, status: 'OPENED' }),
  SpaceOpeningRevoked: (facts) => ({ ...facts, status: 'INVITED' }),
  SpaceActivated: (facts, { subject }) => ({ ...facts, status: 'ACTIVE', holder: subject }),
  SpaceClosed: (facts) => ({ ...facts, status: 'CLOSED' }),
  SpaceReopened: (facts, { subject }) => ({ ...facts, status: 'ACTIVE', holder: subject }),
};
