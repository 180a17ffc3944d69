import type { CopyCommand } from '../../domain/portability/copy-vocabulary.js';
import { copies } from '../../domain/portability/copies.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends CopyCommand['type']> = Of<CopyCommand, T>;

export class RequestCopy extends DomainCommand<Wish<'RequestCopy'>> {}
export class DeliverCopy extends DomainCommand<Wish<'DeliverCopy'>> {}
export class FailCopy extends DomainCommand<Wish<'FailCopy'>> {}
export class ExpireCopies extends DomainCommand<Wish<'ExpireCopies'>> {}
export class WithdrawCopies extends DomainCommand<Wish<'WithdrawCopies'>> {}

export const copyHandlers = handlersOf(copies, { RequestCopy, DeliverCopy, FailCopy, ExpireCopies, WithdrawCopies });
