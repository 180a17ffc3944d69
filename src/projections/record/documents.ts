import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import { visibleUnder } from '../../domain/record/hiding.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { guarded, ignored, nullable, table, type Projected, type Projection } from '../shared/projection.js';

/** Every document that can still be read, by its id; what it is and says is null only for the instant between two facts of one append. */
export const documents = guarded(
  table(
    'document',
    { document_id: 'uuid' },
    {
      space_id: 'uuid',
      set_id: 'uuid',
      version: 'integer',
      since: 'timestamptz',
      deposited_at: 'timestamptz',
      depositor: 'text',
      deposited_by: nullable('text'),
      /** Professional id of who deposited; null for others. */
      depositor_id: nullable('text'),
      /** By who answers for it: what is decided by, in the past too that of today. */
      masked: 'boolean',
      /** Where the mask was last said by who answers for it, once it was after the deposit. */
      masked_rev: nullable('integer'),
      /** As it was at the moment that is asked about: what the entry says of it. */
      masked_then: 'boolean',
      /** From when on the holder sees it; null: nothing hides it from him. */
      visible_at: nullable('timestamptz'),
      hidden_from_representatives: 'boolean',
      replaced: 'boolean',
      archived: 'boolean',
      stream: 'text',
      rev: 'integer',
      blob: 'text',
      type_code: nullable('text'),
      category: nullable('text'),
      title: nullable('text'),
      /** Professional ids of the authors. */
      author_ids: nullable('jsonb'),
      metadata: nullable('jsonb'),
      content: nullable('jsonb'),
    },
    ['space_id', 'deposited_at'],
  ),
  { space: 'space_id', visibleAt: 'visible_at', hiddenFromRepresentatives: 'hidden_from_representatives' },
);

const nameOfDepositor = (who: Actor): string | null => {
  if (who.role === 'professional') return who.professional.name;
  return who.role === 'facility' ? who.facility.name : null;
};

const deposited = ({ event, at, stream, rev, meta: { who } }: Recorded<Of<DocumentEvent, 'DocumentDeposited'>>): Projected => [
  documents.put(
    { document_id: event.document },
    {
      space_id: event.space,
      set_id: event.set,
      version: event.version,
      since: event.since,
      deposited_at: at,
      depositor: event.depositor,
      deposited_by: nameOfDepositor(who),
      depositor_id: who.role === 'professional' ? who.professional.id : null,
      masked: event.confidentiality.includes('MASQUE_PS'),
      masked_rev: null,
      masked_then: event.confidentiality.includes('MASQUE_PS'),
      visible_at: visibleUnder(event.confidentiality, event.since),
      hidden_from_representatives: event.confidentiality.includes('INVISIBLE_REPRESENTANTS_LEGAUX'),
      replaced: false,
      archived: false,
      stream,
      rev,
      blob: event.blob,
      type_code: null,
      category: null,
      title: null,
      author_ids: null,
      metadata: null,
      content: null,
    },
  ),
];

const described = ({ event: { document, metadata, content } }: Recorded<Of<DocumentEvent, 'DocumentDescribed'>>): Projected => [
  documents.patch(
    { document_id: document },
    {
      type_code: metadata.typeCode,
      category: metadata.category,
      title: metadata.title,
      author_ids: JSON.stringify(metadata.authors.flatMap(({ kind, id }) => (kind === 'PROFESSIONAL' && id !== undefined ? [id] : []))),
      metadata: JSON.stringify(metadata),
      content: JSON.stringify(content),
    },
  ),
];

const change =
  (row: { replaced?: boolean; archived?: boolean; visible_at?: null }) =>
  ({ event: { document } }: { readonly event: { readonly document: string } }): Projected => [
    documents.patch({ document_id: document }, row),
  ];
const gone = ({ event: { document } }: { readonly event: { readonly document: string } }): Projected => [
  documents.drop({ document_id: document }),
];

const masked = ({ event: { document, masked: is }, rev }: Recorded<Of<DocumentEvent, 'DocumentConfidentialityChanged'>>): Projected => [
  documents.patch({ document_id: document }, { masked: is, masked_rev: rev }),
];

/** The documents of all spaces, those under veils too: who sees which is decided when they are asked for. */
export const documentEntries: Projection<DocumentEvent> = {
  name: 'documents',
  version: 4,
  reads: ['record', 'veil'],
  tables: [documents],
  on: {
    VeilOpened: ignored,
    DocumentDeposited: deposited,
    DocumentDescribed: described,
    DocumentReplaced: change({ replaced: true }),
    DocumentConfidentialityChanged: (fact) => [
      ...masked(fact),
      documents.patch({ document_id: fact.event.document }, { masked_then: fact.event.masked }),
    ],
    DocumentArchived: change({ archived: true }),
    DocumentUnarchived: change({ archived: false }),
    DocumentUnpublished: gone,
    DocumentDeleted: gone,
    AnnouncementConsultationHeld: change({ visible_at: null }),
    AnnouncementReminderSent: ignored,
    DocumentRevealedAutomatically: change({ visible_at: null }),
  },
  // Hiding begins with the deposit and only ever ends, so the mask is all that was decided otherwise then.
  today: { DocumentConfidentialityChanged: masked },
};
