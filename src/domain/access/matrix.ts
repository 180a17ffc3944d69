import type { Actor, Role } from '../shared/actor.js';
import { reject, type Rejection } from '../shared/rejection.js';
import type { CampaignCommand } from '../enrolment/campaign.js';
import type { SpaceCommand } from '../enrolment/space-vocabulary.js';
import type { AccessFacts } from './facts.js';

/** Null allows; anything else is the answer. */
export type Rule = (actor: Actor, facts: AccessFacts) => Rejection | null;

const allowed = null;
const refused = reject('forbidden', 'access/not-allowed');
/** Somebody else's space and no space at all are the same answer. */
const nothingHere = reject('not-found', 'access/nothing-here');

const any =
  (...roles: readonly Role[]): Rule =>
  (actor) =>
    roles.includes(actor.role) ? allowed : refused;
const theHolderOr =
  (...roles: readonly Role[]): Rule =>
  (actor, facts) => {
    if (actor.role !== 'person') return any(...roles)(actor, facts);
    const { holder } = facts;
    return holder !== null && holder.issuer === actor.subject.issuer && holder.sub === actor.subject.sub ? allowed : nothingHere;
  };
const theHolder: Rule = theHolderOr();

const whoHoldsTheLetter = any('bearer', 'person', 'support');

/** Questions about one space; each passage is written before the answer. */
export type SpaceQueryName = 'GetSpaceOverview' | 'GetActivityHistory' | 'PreviewClosure' | 'FindSpaceByIdentity';
/** Questions about no person in particular, and about oneself. */
export type GeneralQueryName = 'ListMySpaces' | 'GetCampaignReport' | 'ListDeadlinesDue';
export type Action = SpaceCommand['type'] | CampaignCommand['type'] | SpaceQueryName | GeneralQueryName;

/** The authorisation matrix: who may do what. Exhaustive, an action without a row does not compile; default is no. */
export const matrix: Readonly<Record<Action, Rule>> = {
  DeclareEligible: any('system', 'operator'),
  InviteHolder: any('system', 'operator'),
  ReportBounce: any('system', 'operator'),
  // The proof is in the letter or in the card, whoever brings it and whatever account he has; agents say what they checked.
  RenewProvisionalCode: whoHoldsTheLetter,
  RegisterOpposition: whoHoldsTheLetter,
  WithdrawOpposition: whoHoldsTheLetter,
  OpenAutomatically: any('system', 'operator'),
  ReportOpeningFailure: any('system', 'operator'),
  BlockAutomaticCreation: whoHoldsTheLetter,
  // Whose space it becomes is proven inside the command, by the code of the letter.
  ActivateSpace: any('person'),
  AcceptTerms: theHolder,
  CloseSpace: theHolderOr('support'),
  // As above: a code proves it where the account does not.
  ReopenSpace: any('person'),

  OpenCampaign: any('operator'),
  PauseCampaign: any('operator'),
  ResumeCampaign: any('operator'),
  RecordImport: any('operator', 'system'),

  GetSpaceOverview: theHolderOr('support', 'compliance'),
  GetActivityHistory: theHolderOr('compliance'),
  PreviewClosure: theHolderOr('support'),
  FindSpaceByIdentity: any('support'),
  ListMySpaces: any('person'),
  GetCampaignReport: any('operator', 'compliance'),
  ListDeadlinesDue: any('operator', 'compliance'),
};
