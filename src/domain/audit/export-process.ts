import type { Intent, Of } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import { deadlineAfter } from '../shared/time.js';
import { auditPolicy } from './audit-policy.js';
import type { ExportCommand, ExportEvent } from './export-vocabulary.js';

/** There is work on an export; which, the log says: it is to be made, or what was made of it goes. */
export type ExportWork = Intent<'QueueExport'>;

/** What nobody approved in time expires; what was approved is made; what was removed is taken away where it lies. */
export const exportDue: Process<ExportEvent, Of<ExportCommand, 'ExpireExport'> | ExportWork> = {
  name: 'export-due',
  listensTo: ['export'],
  on: {
    ExportRequested: ({ event }, id) => [{ id, wish: { type: 'ExpireExport' }, notBefore: event.expiresAt }],
    ExportApproved: ({ event }, id) => (event.complete ? [{ id, wish: { type: 'QueueExport' } }] : []),
    ExportResumed: (_, id) => [{ id, wish: { type: 'QueueExport' } }],
    ExportRemoved: (_, id) => [{ id, wish: { type: 'QueueExport' } }],
  },
};

/** What was made is kept for its time. A process of its own, so that it reads from the first fact on: packages of version 1 go too. */
export const exportKept: Process<ExportEvent, Of<ExportCommand, 'RemoveExport'>> = {
  name: 'export-kept',
  listensTo: ['export'],
  on: {
    ExportGenerated: ({ at, event: { keptUntil } }, id) => [
      { id, wish: { type: 'RemoveExport' }, notBefore: keptUntil ?? deadlineAfter(at, auditPolicy.exportKept).over },
    ],
  },
};
