import { realignment, type RealignmentCommand } from '../../domain/audit/realignment.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

export class RealignStore extends DomainCommand<Of<RealignmentCommand, 'RealignStore'>> {}

export const realignmentHandlers = handlersOf(realignment, { RealignStore });
