import { alertRuleVersions, type AlertRulesCommand } from '../../domain/audit/alert-rule-versions.js';
import type { CaseCommand } from '../../domain/audit/case-vocabulary.js';
import { reviewCase } from '../../domain/audit/review-case.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends CaseCommand['type']> = Of<CaseCommand, T>;

export class RaiseAlert extends DomainCommand<Wish<'RaiseAlert'>> {}
export class OpenCase extends DomainCommand<Wish<'OpenCase'>> {}
export class AssignCase extends DomainCommand<Wish<'AssignCase'>> {}
export class SetCaseDue extends DomainCommand<Wish<'SetCaseDue'>> {}
export class CommentCase extends DomainCommand<Wish<'CommentCase'>> {}
export class MarkCaseOverdue extends DomainCommand<Wish<'MarkCaseOverdue'>> {}
export class CloseCase extends DomainCommand<Wish<'CloseCase'>> {}
export class ReopenCase extends DomainCommand<Wish<'ReopenCase'>> {}
/** Addressed to the stream of the rules. */
export class PublishAlertRules extends DomainCommand<AlertRulesCommand> {}

const commands = { RaiseAlert, OpenCase, AssignCase, SetCaseDue, CommentCase, MarkCaseOverdue, CloseCase, ReopenCase } as const;

export const caseHandlers = [...handlersOf(reviewCase, commands), ...handlersOf(alertRuleVersions, { PublishAlertRules })];
