import type { Of } from '../shared/decider.js';
import type { SpaceEvent, SpaceStatus } from '../enrolment/space-vocabulary.js';
import type { AccessDraft, AccessStep } from './access-draft.js';

type Steps = { readonly [T in SpaceEvent['type']]?: AccessStep<Of<SpaceEvent, T>> };

/** A status that enrolment does not know, or that access does not, does not compile. */
const stand = ({ facts }: AccessDraft, status: SpaceStatus): void => {
  facts.status = status;
};

/** What the life of a space says about access: whose it is, and whether it is open. */
export const standingSteps: Steps = {
  PersonDeclaredEligible: (draft, { birthDate }) => {
    draft.facts.exists = true;
    draft.facts.birthDate = birthDate;
    stand(draft, 'ELIGIBLE');
  },
  InvitationSent: (draft) => {
    if (draft.facts.status === 'ELIGIBLE') stand(draft, 'INVITED');
  },
  OppositionRegistered: (draft) => stand(draft, 'OPPOSED'),
  // Somebody who opposed before he was invited is eligible again; to access it is the same, nothing is open.
  OppositionWithdrawn: (draft) => stand(draft, 'INVITED'),
  SpaceOpened: (draft) => stand(draft, 'OPENED'),
  SpaceOpeningRevoked: (draft) => stand(draft, 'INVITED'),
  SpaceActivated: (draft, { subject }) => {
    draft.facts.holder = subject;
    stand(draft, 'ACTIVE');
  },
  SpaceClosed: (draft) => stand(draft, 'CLOSED'),
  SpaceReopened: (draft, { subject }) => {
    draft.facts.holder = subject;
    stand(draft, 'ACTIVE');
  },
};
