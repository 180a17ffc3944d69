import { quarantine, type QuarantineCommand } from '../../domain/audit/quarantine.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends QuarantineCommand['type']> = Of<QuarantineCommand, T>;

export class RetryQuarantine extends DomainCommand<Wish<'RetryQuarantine'>> {}
export class ReleaseQuarantine extends DomainCommand<Wish<'ReleaseQuarantine'>> {}

export const quarantineHandlers = handlersOf(quarantine, { RetryQuarantine, ReleaseQuarantine });
