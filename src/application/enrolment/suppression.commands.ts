import { suppression, type SuppressionCommand } from '../../domain/enrolment/suppression.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

export class LiftSuppression extends DomainCommand<Of<SuppressionCommand, 'LiftSuppression'>> {}

export const suppressionHandlers = handlersOf(suppression, { LiftSuppression });
