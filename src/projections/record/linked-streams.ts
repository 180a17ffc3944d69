import type { ActorEvent } from '../../domain/access/passage.js';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { guarded, ignored, table, type Projection } from '../shared/projection.js';

/** Streams that do not carry the id of a space in their name and say something about it: veils, and actors that were refused. */
export const linkedStreams = guarded(table('linked_stream', { space_id: 'uuid', stream: 'text' }, {}, ['stream']), { space: 'space_id' });

/** A refusal of a question about no space is nobody's. */
const ofSpace = ({ target }: { readonly target: string }): boolean => target !== '';
const refused = ({ event, stream }: Recorded<Of<ActorEvent, 'AccessDenied'> | Of<ActorEvent, 'AccessDeniedAgain'>>) =>
  ofSpace(event) ? [linkedStreams.put({ space_id: event.target, stream }, {})] : [];

/** Where else to read when a space is looked at as it stood: rebuilt from the facts themselves, so no link lies outside the log. */
export const linkedStreamsOfSpaces: Projection<DocumentEvent | ActorEvent> = {
  name: 'linked-streams',
  version: 2,
  reads: ['veil', 'actor'],
  tables: [linkedStreams],
  on: {
    VeilOpened: ({ event, stream }) => [linkedStreams.put({ space_id: event.space, stream }, {})],
    AccessDenied: refused,
    AccessDeniedAgain: refused,
    DocumentDeposited: ignored,
    DocumentDescribed: ignored,
    DocumentReplaced: ignored,
    DocumentConfidentialityChanged: ignored,
    DocumentArchived: ignored,
    DocumentUnarchived: ignored,
    DocumentUnpublished: ignored,
    DocumentDeleted: ignored,
    AnnouncementConsultationHeld: ignored,
    AnnouncementReminderSent: ignored,
    DocumentRevealedAutomatically: ignored,
  },
};
