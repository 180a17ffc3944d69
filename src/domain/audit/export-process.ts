import type { Intent, Of } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { ExportCommand, ExportEvent } from './export-vocabulary.js';

/** An approved export is made; what was made of one that was removed is taken away. */
export type ExportWork = Intent<'QueueExport'> | Intent<'DropPackage'>;

/** What nobody approved in time expires; what was approved is made; what was made is kept for its time. */
export const exportDue: Process<ExportEvent, Of<ExportCommand, 'ExpireExport' | 'RemoveExport'> | ExportWork> = {
  name: 'export-due',
  listensTo: ['export'],
  on: {
    ExportRequested: ({ event }, id) => [{ id, wish: { type: 'ExpireExport' }, notBefore: event.expiresAt }],
    ExportApproved: ({ event }, id) => (event.complete ? [{ id, wish: { type: 'QueueExport' } }] : []),
    ExportResumed: (_, id) => [{ id, wish: { type: 'QueueExport' } }],
    ExportGenerated: ({ event: { keptUntil } }, id) =>
      keptUntil === null ? [] : [{ id, wish: { type: 'RemoveExport' }, notBefore: keptUntil }],
    ExportRemoved: (_, id) => [{ id, wish: { type: 'DropPackage' } }],
  },
};
