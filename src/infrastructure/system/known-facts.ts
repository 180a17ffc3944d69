import type { ActorEvent, PassageEvent } from '../../domain/audit/passage.js';
import type { CampaignEvent } from '../../domain/enrolment/campaign.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { Catalogue } from '../eventstore/catalogue.js';

/** Every type of a union with the version that is written today: a fact that is forgotten here does not compile. */
type Versions<E extends { readonly type: string; readonly v: number }> = { readonly [T in E['type']]: Extract<E, { type: T }>['v'] };

const space: Versions<SpaceEvent> = {
  PersonDeclaredEligible: 1,
  InvitationSent: 1,
  InvitationBounced: 1,
  ProvisionalCodeIssued: 1,
  ProvisionalCodeRenewed: 1,
  ProvisionalCodeRefused: 1,
  ProvisionalCodeLocked: 1,
  ProvisionalCodeConsumed: 1,
  OppositionRegistered: 1,
  OppositionWithdrawn: 1,
  SpaceOpened: 1,
  AutomaticOpeningFailed: 1,
  AutomaticCreationBlocked: 1,
  SpaceOpeningRevoked: 1,
  SpaceActivated: 1,
  TermsAccepted: 1,
  SpaceClosed: 1,
  SpaceReopened: 1,
};
const campaign: Versions<CampaignEvent> = { CampaignOpened: 1, CampaignFileImported: 1, CampaignPaused: 1, CampaignResumed: 1 };
const passage: Versions<PassageEvent> = { AccessGranted: 1 };
const actor: Versions<ActorEvent> = { AccessDenied: 1 };

/** Every fact this software writes and reads, by category of stream; no payload has a past version yet. */
export const knownFacts = { space, campaign, passage, actor };
export const catalogue = new Catalogue(knownFacts);
