import type { Intent } from '../shared/decider.js';
import type { Process } from '../shared/process.js';
import type { DocumentEvent } from './document-vocabulary.js';
import { hiddenBy, remindsAt, visibleAt } from './hiding.js';

/** Wishes addressed to a veil: they carry the space, which its stream does not say. */
export type AnnouncementWish = Intent<'RemindOfAnnouncement' | 'RevealDocument', { document: string; space: string }>;

/**
 * What is hidden from the holder is announced to him within two weeks, or he is told that something waits; after a month he sees it (CSP R.1111-53).
 * Counted from the first version: replacing a document does not put off the day.
 */
export const announcement: Process<DocumentEvent, AnnouncementWish> = {
  name: 'announcement',
  listensTo: ['veil'],
  on: {
    DocumentDeposited: ({ event: { document, space, version, since, confidentiality } }, id) =>
      version === 1 && hiddenBy(confidentiality).includes('HOLDER')
        ? [
            { id, wish: { type: 'RemindOfAnnouncement', document, space }, notBefore: remindsAt(since) },
            { id, wish: { type: 'RevealDocument', document, space }, notBefore: visibleAt(since) },
          ]
        : [],
  },
};
