import type { ExportFailure, ExportFigures, ExportMode, ExportScope, ExportStatus } from '../../domain/audit/export-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** An export as those see it who answer for it, and the auditor who asked for it. */
export interface ExportSheet {
  readonly export: string;
  readonly status: ExportStatus;
  readonly mode: ExportMode;
  readonly scope: ExportScope['kind'];
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly recipient: string;
  readonly legalBasis: string;
  readonly reason: string;
  /** Names of accounts. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** Until when it may be approved. */
  readonly expiresAt: Instant;
  readonly approvedBy: readonly string[];
  readonly failure: ExportFailure | null;
  /** Why it was refused. */
  readonly refusal: string | null;
  /** From then on the package is removed; null while there is none, or where nobody said. */
  readonly keptUntil: Instant | null;
  readonly result: {
    readonly name: string;
    readonly attempt: string;
    readonly sha256: string;
    readonly archive: string;
    readonly size: number;
    readonly counts: ExportFigures;
  } | null;
}

/** Exports, the newest first; one of them; those of one account only where he is an auditor. */
export class ListExports extends SubjectQuery<readonly ExportSheet[]> {
  constructor(
    /** One export, or all. */
    readonly only: string | null,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
