import type { Decider, Of } from '../shared/decider.js';
import { emptyGrowingMap, valueOf, withValue, type GrowingMap } from '../shared/growing-map.js';
import type { Instant } from '../shared/time.js';
import { remasked } from './confidentiality-codes.js';
import type { Confidentiality, DepositedBy, Depositor, DocumentCommand, DocumentEvent, DocumentMetadata } from './document-vocabulary.js';

/** One version of a document, as the rules need it. */
export interface KnownDocument {
  readonly space: string;
  readonly document: string;
  readonly set: string;
  readonly version: number;
  /** First deposit of the set. */
  readonly since: Instant;
  readonly depositor: Depositor;
  readonly by: DepositedBy;
  readonly confidentiality: readonly Confidentiality[];
  /** MASQUE_PS is the word of who answers for it, not the holder's. */
  readonly ownMask: boolean;
  readonly blob: string;
  readonly status: 'CURRENT' | 'ARCHIVED' | 'DEPRECATED' | 'GONE';
  /** What died with its key, or has not been read yet, is null. */
  readonly described: { readonly metadata: DocumentMetadata; readonly sha256: string } | null;
  /** How the holder came to know of it, where it was hidden from him. */
  readonly known: 'ANNOUNCED' | 'REVEALED' | null;
  readonly reminded: boolean;
}

/** The documents of one stream: those of a record, or the versions of the one under a veil. */
export interface Documents {
  /** A veil begins with its link to the space. */
  readonly opened: boolean;
  readonly byId: GrowingMap<KnownDocument>;
}
export const NO_DOCUMENTS: Documents = { opened: false, byId: emptyGrowingMap() };

const withDocument = ({ opened, byId }: Documents, document: KnownDocument): Documents => ({
  opened,
  byId: withValue(byId, document.document, document),
});

const changed = (documents: Documents, id: string, change: Partial<KnownDocument>): Documents => {
  const found = valueOf(documents.byId, id);
  return found ? withDocument(documents, { ...found, ...change }) : documents;
};

const deposited = (documents: Documents, fact: Of<DocumentEvent, 'DocumentDeposited'>): Documents => {
  const { space, document, set, version, since, depositor, by = {}, confidentiality, ownMask = false, blob } = fact;
  const fresh = { status: 'CURRENT', described: null, known: null, reminded: false } as const;
  return withDocument(documents, { space, document, set, version, since, depositor, by, confidentiality, ownMask, blob, ...fresh });
};

const remaskedBy = (documents: Documents, { document, masked }: Of<DocumentEvent, 'DocumentConfidentialityChanged'>): Documents => {
  const found = valueOf(documents.byId, document);
  return found
    ? withDocument(documents, { ...found, confidentiality: remasked(found.confidentiality, masked), ownMask: masked })
    : documents;
};

/** A fact about a document that the stream does not hold leaves everything as it is; a document whose description died with its key is still known. */
export const evolveDocuments: Decider<DocumentCommand, Documents, DocumentEvent>['evolve'] = {
  VeilOpened: (documents) => ({ ...documents, opened: true }),
  DocumentDeposited: deposited,
  DocumentDescribed: (documents, { document, metadata, content: { sha256 } }) =>
    changed(documents, document, { described: { metadata, sha256 } }),
  DocumentReplaced: (documents, { document }) => changed(documents, document, { status: 'DEPRECATED' }),
  DocumentConfidentialityChanged: remaskedBy,
  DocumentArchived: (documents, { document }) => changed(documents, document, { status: 'ARCHIVED' }),
  DocumentUnarchived: (documents, { document }) => changed(documents, document, { status: 'CURRENT' }),
  DocumentUnpublished: (documents, { document }) => changed(documents, document, { status: 'GONE', described: null }),
  DocumentDeleted: (documents, { document }) => changed(documents, document, { status: 'GONE', described: null }),
  AnnouncementConsultationHeld: (documents, { document }) => changed(documents, document, { known: 'ANNOUNCED' }),
  AnnouncementReminderSent: (documents, { document }) => changed(documents, document, { reminded: true }),
  DocumentRevealedAutomatically: (documents, { document }) => changed(documents, document, { known: 'REVEALED' }),
};
