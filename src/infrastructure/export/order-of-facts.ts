import type { ExportEvent } from '../../domain/audit/export-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { ExportOrder } from './request.js';

type Fact<T extends ExportEvent['type']> = Recorded<Of<ExportEvent, T>>;
const ofType =
  <T extends ExportEvent['type']>(type: T) =>
  (fact: Recorded<ExportEvent>): fact is Fact<T> =>
    fact.event.type === type;

/** What the facts of an export order to be written. Throws RangeError when nobody asked for it. */
export function orderIn(id: string, facts: readonly Recorded<ExportEvent>[]): ExportOrder {
  const asked = facts.find(ofType('ExportRequested'));
  if (asked === undefined) throw new RangeError('nobody asked for this export');
  const approvals = facts.filter(ofType('ExportApproved'));
  const { mode, scope, period = null, recipient, legalBasis, since = null, by: requestedBy } = asked.event;
  return {
    id,
    mode,
    scope,
    period,
    recipient,
    legalBasis,
    since,
    requestedBy,
    requestedAt: asked.at,
    approvedBy: approvals.map(({ event }) => event.by),
    approvedAt: approvals.find(({ event }) => event.complete)?.at ?? null,
  };
}
