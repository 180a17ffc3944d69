import { breaches, type BreachCommand } from '../../domain/registers/breaches.js';
import { rightsRequests, type RightsRequestCommand } from '../../domain/registers/rights-requests.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type AboutRights<T extends RightsRequestCommand['type']> = Of<RightsRequestCommand, T>;
type AboutBreach<T extends BreachCommand['type']> = Of<BreachCommand, T>;

export class ReceiveRightsRequest extends DomainCommand<AboutRights<'ReceiveRightsRequest'>> {}
export class ExtendRightsRequest extends DomainCommand<AboutRights<'ExtendRightsRequest'>> {}
export class AnswerRightsRequest extends DomainCommand<AboutRights<'AnswerRightsRequest'>> {}
export class RecordBreach extends DomainCommand<AboutBreach<'RecordBreach'>> {}
export class JudgeBreach extends DomainCommand<AboutBreach<'JudgeBreach'>> {}
export class NotifyAuthority extends DomainCommand<AboutBreach<'NotifyAuthority'>> {}
export class InformPeople extends DomainCommand<AboutBreach<'InformPeople'>> {}
export class CloseBreach extends DomainCommand<AboutBreach<'CloseBreach'>> {}

/** Every wish about the two registers, by name. */
export const rightsRequestCommands = { ReceiveRightsRequest, ExtendRightsRequest, AnswerRightsRequest } as const;
export const breachCommands = { RecordBreach, JudgeBreach, NotifyAuthority, InformPeople, CloseBreach } as const;

export const registerHandlers = [...handlersOf(rightsRequests, rightsRequestCommands), ...handlersOf(breaches, breachCommands)];
