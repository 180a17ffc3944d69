import { ending } from '../../domain/enrolment/ending.js';
import type { EndingCommand } from '../../domain/enrolment/ending-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends EndingCommand['type']> = Of<EndingCommand, T>;

export class RequestErasure extends DomainCommand<Wish<'RequestErasure'>> {}
export class CancelErasure extends DomainCommand<Wish<'CancelErasure'>> {}
export class PlaceLegalHold extends DomainCommand<Wish<'PlaceLegalHold'>> {}
export class LiftLegalHold extends DomainCommand<Wish<'LiftLegalHold'>> {}
export class RequestDestruction extends DomainCommand<Wish<'RequestDestruction'>> {}

/** Every wish about the end of a space, by name. */
export const endingCommands = { RequestErasure, CancelErasure, PlaceLegalHold, LiftLegalHold, RequestDestruction } as const;

export const endingHandlers = handlersOf(ending, endingCommands);
