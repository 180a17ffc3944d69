import type { Intent, Of } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { ExportCommand, ExportEvent } from './export-vocabulary.js';

/** An approved export is made. */
export type ExportWork = Intent<'QueueExport'>;

/** What nobody approved in time expires; what was approved is made. */
export const exportDue: Process<ExportEvent, Of<ExportCommand, 'ExpireExport'> | ExportWork> = {
  name: 'export-due',
  listensTo: ['export'],
  on: {
    ExportRequested: ({ event }, id) => [{ id, wish: { type: 'ExpireExport' }, notBefore: event.expiresAt }],
    ExportApproved: ({ event }, id) => (event.complete ? [{ id, wish: { type: 'QueueExport' } }] : []),
  },
};
