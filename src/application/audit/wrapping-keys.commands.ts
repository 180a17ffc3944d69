import { wrappingKeys, type WrappingKeyCommand } from '../../domain/audit/wrapping-keys.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends WrappingKeyCommand['type']> = Of<WrappingKeyCommand, T>;

export class BeginKekEpoch extends DomainCommand<Wish<'BeginKekEpoch'>> {}
export class RewrapKeys extends DomainCommand<Wish<'RewrapKeys'>> {}
export class RetireKekEpoch extends DomainCommand<Wish<'RetireKekEpoch'>> {}

export const wrappingKeyHandlers = handlersOf(wrappingKeys, { BeginKekEpoch, RewrapKeys, RetireKekEpoch });
