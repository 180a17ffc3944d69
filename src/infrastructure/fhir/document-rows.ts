import type { Confidentiality, DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, deletes, silent, updates, type Row } from './rows.js';

const itself = ({ document }: { readonly document: string }): readonly string[] => [document];
/** An older version, and the one it was changed together with. */
const together = ({ document, along }: { readonly document: string; readonly along?: string }): readonly string[] =>
  along === undefined ? [document] : [document, along];
const changed = updates('DocumentReference', itself);
const labelOf = ({ masked }: Of<DocumentEvent, 'DocumentConfidentialityChanged'>): readonly Confidentiality[] => [
  masked ? 'MASQUE_PS' : 'N',
];

/** What happens to documents; deposits and replacements have a Provenance too. */
export const documentRows: { readonly [T in DocumentEvent['type']]: Row<Of<DocumentEvent, T>> } = {
  VeilOpened: silent('links a stream to its space; nothing was done to anything of the holder'),
  DocumentDeposited: creates<Of<DocumentEvent, 'DocumentDeposited'>>('DocumentReference', itself, ({ confidentiality }) => confidentiality),
  DocumentDescribed: silent('says more of the deposit beside it, and may die before it'),
  DocumentReplaced: changed,
  DocumentConfidentialityChanged: updates('DocumentReference', together, labelOf),
  DocumentArchived: changed,
  DocumentUnarchived: changed,
  DocumentUnpublished: deletes('DocumentReference', itself),
  DocumentDeleted: deletes('DocumentReference', itself),
  AnnouncementConsultationHeld: updates('DocumentReference', together),
  AnnouncementReminderSent: creates('Communication', itself),
  DocumentRevealedAutomatically: updates('DocumentReference', together),
};
