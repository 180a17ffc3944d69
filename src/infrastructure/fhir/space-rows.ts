import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, deletes, silent, updates, type Row } from './rows.js';

type Fact = SpaceEvent | EndingEvent;

/** The life of a space. Closing only puts away (CSP R.1111-36); what cannot be taken back is the request for destruction. */
export const spaceRows: { readonly [T in Fact['type']]: Row<Of<Fact, T>> } = {
  PersonDeclaredEligible: creates('Patient'),
  InvitationSent: creates('Communication'),
  InvitationBounced: updates('Communication'),
  InvitationDelayed: updates('Communication'),
  ProvisionalCodeIssued: silent('goes out with the letter that InvitationSent tells of'),
  ProvisionalCodeRenewed: creates('Communication'),
  ProvisionalCodeRefused: { as: 'Proof', outcome: '4' },
  ProvisionalCodeLocked: { as: 'Proof', outcome: '8' },
  ProvisionalCodeConsumed: { as: 'Proof', outcome: '0' },
  OppositionRegistered: updates('Consent'),
  OppositionWithdrawn: updates('Consent'),
  SpaceOpened: creates('List'),
  AutomaticOpeningFailed: updates('List'),
  AutomaticCreationBlocked: updates('Consent'),
  SpaceOpeningRevoked: updates('List'),
  SpaceActivated: creates('Consent'),
  TermsAccepted: updates('Consent'),
  SpaceClosed: updates('List'),
  SpaceReopened: updates('List'),
  ErasureRequested: updates('Consent'),
  ErasureRequestCancelled: updates('Consent'),
  LegalHoldPlaced: updates('List'),
  LegalHoldLifted: updates('List'),
  DestructionRequested: deletes('List'),
};
