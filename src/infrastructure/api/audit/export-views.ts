import { Float, ID, ObjectType } from '@nestjs/graphql';
import type { ExportReceipt, ExportStanding } from '../../../application/audit/export.orders.js';
import type { ExportProgress } from '../../../application/audit/export-ports.js';
import type { ExportFailure, ExportFigures, ExportMode, ExportScope, ExportStatus } from '../../../domain/audit/export-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { ReceiptView } from '../enrolment/views.js';
import { Shown } from '../fields.js';

@ObjectType('ExportReceipt')
export class ExportReceiptView extends ReceiptView implements ExportReceipt {
  @Shown(() => ID, { description: 'The export that was asked for.' }) readonly export: string;
}
// Of a whole log there are more than the integers of GraphQL go (2^31).
@ObjectType('ExportProgress')
export class ExportProgressView implements ExportProgress {
  @Shown(() => Float, { description: 'Leaves of the log read so far.' }) readonly done: number;
  @Shown(() => Float, { nullable: true, description: 'Of how many at most; null while it is not known.' }) readonly total: number | null;
}
@ObjectType('ExportFigures')
export class ExportFiguresView implements ExportFigures {
  @Shown(() => Float) readonly events: number;
  @Shown(() => Float) readonly streams: number;
  @Shown(() => Float, { description: 'Events of which something is opened.' }) readonly opened: number;
  @Shown(() => Float, { description: 'Sealed events that are not in the log any more, and that no certificate explains.' })
  readonly missing: number;
}
@ObjectType('ExportResult')
export class ExportResultView {
  @Shown(() => String, { description: 'Name of the folder in the package.' }) readonly name: string;
  @Shown(() => String, { description: 'SHA-256 of the tar, hex: the log names it.' }) readonly sha256: string;
  @Shown(() => String, { description: 'SHA-256 of the encrypted file, hex.' }) readonly archive: string;
  @Shown(() => Float, { description: 'Bytes of the encrypted file.' }) readonly size: number;
  @Shown(() => ExportFiguresView) readonly counts: ExportFiguresView;
}
@ObjectType('Export', { description: 'An export of the log: who asked for what, who approved, what came of it.' })
export class ExportView implements Omit<ExportStanding, 'result'> {
  @Shown(() => ID) readonly export: string;
  @Shown(() => String, { description: 'REQUESTED, APPROVED, RUNNING, GENERATED, REFUSED, CANCELLED, EXPIRED, FAILED or REMOVED.' })
  readonly status: ExportStatus;
  @Shown(() => String) readonly mode: ExportMode;
  @Shown(() => String) readonly scope: ExportScope['kind'];
  @Shown(() => String, { nullable: true }) readonly from: Instant | null;
  @Shown(() => String, { nullable: true }) readonly until: Instant | null;
  @Shown(() => String) readonly recipient: string;
  @Shown(() => String) readonly legalBasis: string;
  @Shown(() => String) readonly reason: string;
  @Shown(() => String, { description: 'Account.' }) readonly requestedBy: string;
  @Shown(() => String) readonly requestedAt: Instant;
  @Shown(() => String, { description: 'Until when it may be approved.' }) readonly expiresAt: Instant;
  @Shown(() => [String], { description: 'Accounts: two are needed.' }) readonly approvedBy: readonly string[];
  @Shown(() => String, { nullable: true }) readonly failure: ExportFailure | null;
  @Shown(() => String, { nullable: true, description: 'Why it was refused.' }) readonly refusal: string | null;
  @Shown(() => String, { nullable: true, description: 'From then on its package is removed.' }) readonly keptUntil: Instant | null;
  @Shown(() => ExportProgressView, { nullable: true, description: 'While it is made.' }) readonly progress: ExportProgressView | null;
  @Shown(() => ExportResultView, { nullable: true, description: 'Once it is there.' }) readonly result: ExportResultView | null;
}
@ObjectType('ExportList', { description: 'The newest first, at most two hundred.' })
export class ExportListView {
  @Shown(() => [ExportView]) readonly exports: readonly ExportView[];
}
