import type { NoticesCommand } from '../../domain/notices/notice-vocabulary.js';
import { notices } from '../../domain/notices/notices.js';
import { professionalNotices, type ProfessionalNoticeCommand } from '../../domain/notices/professional-notices.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends NoticesCommand['type']> = Of<NoticesCommand, T>;

export class IssueNotice extends DomainCommand<Wish<'IssueNotice'>> {}
export class MarkNoticesRead extends DomainCommand<Wish<'MarkNoticesRead'>> {}
export class SetNoticePreference extends DomainCommand<Wish<'SetNoticePreference'>> {}
/** Addressed to the stream of a professional. */
export class NotifyProfessional extends DomainCommand<ProfessionalNoticeCommand> {}

export const noticeHandlers = [
  ...handlersOf(notices, { IssueNotice, MarkNoticesRead, SetNoticePreference }),
  ...handlersOf(professionalNotices, { NotifyProfessional }),
];
