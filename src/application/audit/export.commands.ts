import { auditing, type AuditorCommand } from '../../domain/audit/auditors.js';
import type { ExportCommand } from '../../domain/audit/export-vocabulary.js';
import { exporting } from '../../domain/audit/export.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends ExportCommand['type']> = Of<ExportCommand, T>;

export class RequestExport extends DomainCommand<Wish<'RequestExport'>> {}
export class ApproveExport extends DomainCommand<Wish<'ApproveExport'>> {}
export class RefuseExport extends DomainCommand<Wish<'RefuseExport'>> {}
export class CancelExport extends DomainCommand<Wish<'CancelExport'>> {}
export class ExpireExport extends DomainCommand<Wish<'ExpireExport'>> {}
export class StartExport extends DomainCommand<Wish<'StartExport'>> {}
export class CompleteExport extends DomainCommand<Wish<'CompleteExport'>> {}
export class FailExport extends DomainCommand<Wish<'FailExport'>> {}
export class DownloadExport extends DomainCommand<Wish<'DownloadExport'>> {}
export class ResumeExport extends DomainCommand<Wish<'ResumeExport'>> {}
export class RemoveExport extends DomainCommand<Wish<'RemoveExport'>> {}
export class RegisterAuditor extends DomainCommand<Of<AuditorCommand, 'RegisterAuditor'>> {}
export class EndAuditor extends DomainCommand<Of<AuditorCommand, 'EndAuditor'>> {}

export const exportCommands = {
  RequestExport,
  ApproveExport,
  RefuseExport,
  CancelExport,
  ExpireExport,
  StartExport,
  CompleteExport,
  FailExport,
  DownloadExport,
  ResumeExport,
  RemoveExport,
} as const;

export const exportHandlers = [...handlersOf(exporting, exportCommands), ...handlersOf(auditing, { RegisterAuditor, EndAuditor })];
