import type { Refs } from './refs.js';
import type { ExportCounts, ExportOrder, ExportScope } from './request.js';

/** The head of the log a package was built on. */
export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/** `demande.json`: who asked for what, on what ground, who approved, and what came of it. */
export function requestFile(order: ExportOrder, { counts, log }: { readonly counts: ExportCounts; readonly log: LogHead }, refs: Refs) {
  const { id, mode, scope, period, requestedBy, approvedBy, legalBasis, requestedAt, approvedAt } = order;
  const { events, streams, opened } = counts;
  return {
    v: 1,
    id,
    mode,
    scope: scopeOf(scope, refs),
    period: period === null ? null : { from: period.from, until: period.until },
    requestedBy: refs.ref('person', requestedBy),
    approvedBy: approvedBy.map((who) => refs.ref('person', who)),
    legalBasis,
    requestedAt,
    approvedAt,
    counts: { events, streams, opened },
    log,
    truncated: false,
  };
}

function scopeOf(scope: ExportScope, refs: Refs) {
  if (scope.kind === 'space') return { kind: scope.kind, space: refs.ref('space', scope.space) };
  if (scope.kind === 'professional') return { kind: scope.kind, professional: refs.ref('professional', scope.professional) };
  if (scope.kind === 'events') return { kind: scope.kind, indexes: scope.indexes };
  return { kind: scope.kind };
}
