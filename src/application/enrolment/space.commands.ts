import { space } from '../../domain/enrolment/space.js';
import type { SpaceCommand } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends SpaceCommand['type']> = Of<SpaceCommand, T>;

export class DeclareEligible extends DomainCommand<Wish<'DeclareEligible'>> {}
export class InviteHolder extends DomainCommand<Wish<'InviteHolder'>> {}
export class ReportBounce extends DomainCommand<Wish<'ReportBounce'>> {}
export class ReportDelay extends DomainCommand<Wish<'ReportDelay'>> {}
export class RenewProvisionalCode extends DomainCommand<Wish<'RenewProvisionalCode'>> {}
export class RegisterOpposition extends DomainCommand<Wish<'RegisterOpposition'>> {}
export class WithdrawOpposition extends DomainCommand<Wish<'WithdrawOpposition'>> {}
export class OpenAutomatically extends DomainCommand<Wish<'OpenAutomatically'>> {}
export class ReportOpeningFailure extends DomainCommand<Wish<'ReportOpeningFailure'>> {}
export class BlockAutomaticCreation extends DomainCommand<Wish<'BlockAutomaticCreation'>> {}
export class ActivateSpace extends DomainCommand<Wish<'ActivateSpace'>> {}
export class AcceptTerms extends DomainCommand<Wish<'AcceptTerms'>> {}
export class CloseSpace extends DomainCommand<Wish<'CloseSpace'>> {}
export class ReopenSpace extends DomainCommand<Wish<'ReopenSpace'>> {}

/** Every wish of the space, by name: what the buses and the deadlines know it by. */
export const spaceCommands = {
  DeclareEligible,
  InviteHolder,
  ReportBounce,
  ReportDelay,
  RenewProvisionalCode,
  RegisterOpposition,
  WithdrawOpposition,
  OpenAutomatically,
  ReportOpeningFailure,
  BlockAutomaticCreation,
  ActivateSpace,
  AcceptTerms,
  CloseSpace,
  ReopenSpace,
} as const;

export const spaceHandlers = handlersOf(space, spaceCommands);
