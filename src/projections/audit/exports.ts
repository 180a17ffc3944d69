import { ListExports, type ExportSheet } from '../../application/audit/export.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { AuditorEvent } from '../../domain/audit/auditors.js';
import type { ExportEvent, ExportStatus } from '../../domain/audit/export-vocabulary.js';
import { nameOf } from '../../domain/shared/actor.js';
import { ignored, nullable, table, type Projected, type Projection, type RowOf } from '../shared/projection.js';

const exported = table(
  'export',
  { export_id: 'text' },
  {
    status: 'text',
    mode: 'text',
    scope: 'text',
    period_from: nullable('timestamptz'),
    period_until: nullable('timestamptz'),
    recipient: 'text',
    legal_basis: 'text',
    reason: 'text',
    requested_by: 'text',
    requested_at: 'timestamptz',
    expires_at: 'timestamptz',
    failure: nullable('text'),
    refusal: nullable('text'),
    result: nullable('jsonb'),
    kept_until: nullable('timestamptz'),
  },
  ['requested_at'],
);
/** A row for each who approved, so that an approval counts once. */
const approvals = table('export_approval', { export_id: 'text', by: 'text' }, { approved_at: 'timestamptz' });

const change = (export_id: string, row: Partial<RowOf<typeof exported.row>>): Projected => [exported.patch({ export_id }, row)];
const become = (export_id: string, status: ExportStatus): Projected => change(export_id, { status });

/** Exports of the log: who asked for what, who approved, what came of it. Nothing of what is in them. */
export const exportsAsked: Projection<ExportEvent | AuditorEvent> = {
  name: 'exports',
  version: 2,
  reads: ['export'],
  tables: [exported, approvals],
  on: {
    ExportRequested: ({ at, event }, export_id) => {
      const { mode, scope, period, recipient, legalBasis: legal_basis, reason, by: requested_by, expiresAt: expires_at } = event;
      const dates = { period_from: period?.from ?? null, period_until: period?.until ?? null };
      const asked = { mode, scope: scope.kind, ...dates, recipient, legal_basis, reason, requested_by, requested_at: at, expires_at };
      return [exported.put({ export_id }, { status: 'REQUESTED', ...asked, failure: null, refusal: null, result: null, kept_until: null })];
    },
    ExportApproved: ({ at, event: { by, complete } }, export_id) => [
      approvals.put({ export_id, by }, { approved_at: at }),
      ...(complete ? become(export_id, 'APPROVED') : []),
    ],
    ExportRefused: ({ event: { reason } }, id) => change(id, { status: 'REFUSED', refusal: reason }),
    ExportCancelled: (_, id) => become(id, 'CANCELLED'),
    ExportExpired: (_, id) => become(id, 'EXPIRED'),
    ExportStarted: (_, id) => become(id, 'RUNNING'),
    ExportGenerated: ({ event: { attempt, name, sha256, archive, size, counts, keptUntil: kept_until } }, id) =>
      change(id, { status: 'GENERATED', result: JSON.stringify({ attempt, name, sha256, archive, size, counts }), kept_until }),
    ExportFailed: ({ event: { failure } }, id) => change(id, { status: 'FAILED', failure }),
    ExportResumed: (_, id) => change(id, { status: 'APPROVED', failure: null }),
    ExportDownloaded: ignored,
    ExportRemoved: (_, id) => become(id, 'REMOVED'),
    AuditorRegistered: ignored,
    AuditorEnded: ignored,
  },
};

interface Row extends Omit<ExportSheet, 'result'> {
  readonly result: ExportSheet['result'] | string;
}
const SHEETS = `SELECT e.export_id AS export, status, mode, scope, period_from AS from, period_until AS until, recipient, legal_basis AS "legalBasis", reason,
    requested_by AS "requestedBy", requested_at AS "requestedAt", expires_at AS "expiresAt", failure, refusal, result,
    kept_until AS "keptUntil",
    coalesce((SELECT array_agg(a.by ORDER BY a.approved_at, a.by) FROM export_approval a WHERE a.export_id = e.export_id), '{}') AS "approvedBy"
  FROM export e WHERE ($1::text IS NULL OR e.export_id = $1) AND ($2::text IS NULL OR e.requested_by = $2)
  ORDER BY requested_at DESC, e.export_id LIMIT 200`;

export const answerListExports = answerTo('ListExports', ListExports, async (sql, { only, asking: { actor } }) => {
  const rows = await sql<Row>(SHEETS, only, actor.role === 'auditor' ? nameOf(actor) : null);
  return rows.map((row): ExportSheet => ({ ...row, result: resultIn(row) }));
});

/** As the driver gives jsonb, or as text where the tables are those of a past moment. */
const resultIn = ({ result }: Row): ExportSheet['result'] =>
  typeof result === 'string' ? (JSON.parse(result) as ExportSheet['result']) : result;
