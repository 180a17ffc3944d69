import type { Intent } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { DocumentEvent } from './document-vocabulary.js';

/** The key of a document dies, and its bytes go. */
export type DestructionWish = Intent<'DestroyDocument', { space: string; document: string; blob: string }>;

/** What was taken back or deleted is destroyed, also when the process that promised it died before it could. */
export const documentDestruction: Process<DocumentEvent, DestructionWish> = {
  name: 'document-destruction',
  listensTo: ['record', 'veil'],
  on: {
    DocumentUnpublished: ({ event: { document, blob, space } }, id) => [{ id, wish: { type: 'DestroyDocument', space, document, blob } }],
    DocumentDeleted: ({ event: { space, document, blob } }, id) => [{ id, wish: { type: 'DestroyDocument', space, document, blob } }],
  },
};
