import type { Professional } from '../../domain/shared/actor.js';
import { nameOf } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { categoryOf, idOf, type Recorded } from '../../domain/shared/fact.js';
import { sentences, type HistoryFact } from '../history/sentences.js';
import { alike, guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';

/** What a professional did, by position. */
const acts = guarded(
  table(
    'my_act',
    { actor: 'text', position: 'bigint' },
    {
      space_id: nullable('uuid'),
      at: 'timestamptz',
      kind: 'text',
      action: nullable('text'),
      document: nullable('text'),
      outcome: 'text',
    },
  ),
  { actor: 'actor' },
);
/** What was given to a professional, and when he last looked; one stream writes each row. */
const patients = guarded(
  table(
    'my_patient',
    { actor: 'text', space_id: 'uuid', kind: 'text', source: 'text' },
    { since: 'timestamptz', until: nullable('timestamptz') },
  ),
  { actor: 'actor' },
);
/** There is one attending doctor at a time. */
const doctors = guarded(table('my_attending', { space_id: 'uuid' }, { actor: 'text', since: 'timestamptz' }, ['actor']), {
  actor: 'actor',
});
/** What a professional deposited and somebody entitled to it cannot see now. */
const documents = guarded(
  table(
    'my_document',
    { document_id: 'uuid' },
    { actor: 'text', space_id: 'uuid', hidden_from_holder: 'boolean', hidden_from_representatives: 'boolean' },
    ['actor'],
  ),
  { actor: 'actor' },
);

const actorOf = (id: Professional['id']): string => `professional:${id}`;
type Given = 'ADMINISTRATOR' | 'CONSENT' | 'TEMPORARY_ACCESS';
const keyOf = (id: string, space_id: string, kind: Given) => ({ actor: actorOf(id), space_id, kind, source: 'access' });
const given = (id: string, space_id: string, kind: Given, since: Instant, until: Instant | null): Projected => [
  patients.put(keyOf(id, space_id, kind), { since, until }),
];

/** What is given to him; what is taken away is told by the gate, when he comes. */
function gifts({ event, stream, at }: Recorded<HistoryFact>): Projected {
  const space_id = idOf(stream);
  switch (event.type) {
    case 'AccessConsentRecorded':
      return event.grantee.kind === 'PROFESSIONAL' ? given(event.grantee.id, space_id, 'CONSENT', at, event.until) : [];
    case 'TemporaryAccessUsed':
      return event.grantee.kind === 'PROFESSIONAL' ? given(event.grantee.id, space_id, 'TEMPORARY_ACCESS', at, event.until) : [];
    case 'AdministratorGranted':
      return given(event.professional, space_id, 'ADMINISTRATOR', at, null);
    case 'AdministratorRevoked':
      return [patients.drop(keyOf(event.professional, space_id, 'ADMINISTRATOR'))];
    case 'AttendingDoctorDeclared':
      return [doctors.put({ space_id }, { actor: actorOf(event.professional), since: at })];
    case 'AttendingDoctorEnded':
      return [doctors.drop({ space_id })];
    default:
      return [];
  }
}

/** His own documents, as far as others cannot see them. */
function deposits({ event, meta: { who } }: Recorded<HistoryFact>): Projected {
  switch (event.type) {
    case 'DocumentDeposited':
      return who.role === 'professional'
        ? [
            documents.put(
              { document_id: event.document },
              {
                actor: nameOf(who),
                space_id: event.space,
                hidden_from_holder: event.confidentiality.includes('INVISIBLE_PATIENT'),
                hidden_from_representatives: event.confidentiality.includes('INVISIBLE_REPRESENTANTS_LEGAUX'),
              },
            ),
          ]
        : [];
    case 'AnnouncementConsultationHeld':
    case 'DocumentRevealedAutomatically':
      return [documents.patch({ document_id: event.document }, { hidden_from_holder: false })];
    case 'DocumentUnpublished':
    case 'DocumentDeleted':
      return [documents.drop({ document_id: event.document })];
    default:
      return [];
  }
}

/** Null: a refusal of a question about no space. */
function spaceOf({ event, stream }: Recorded<HistoryFact>): string | null {
  if (event.type === 'AccessDenied') return event.target === '' ? null : event.target;
  return 'space' in event && event.space !== undefined ? event.space : idOf(stream);
}

function ownActs(fact: Recorded<HistoryFact>): Projected {
  const { event, stream, at, position, meta } = fact;
  if (meta.who.role !== 'professional' || sentences[event.type] === null) return [];
  const [actor, space_id] = [nameOf(meta.who), spaceOf(fact)];
  const act = {
    space_id,
    at,
    kind: event.type,
    action: 'action' in event ? event.action : null,
    document: 'document' in event ? (event.document ?? null) : null,
    outcome: event.type === 'AccessDenied' ? 'REFUSED' : 'DONE',
  };
  const category = categoryOf(stream);
  const looked =
    event.type === 'AccessGranted' && space_id !== null
      ? [patients.put({ actor, space_id, kind: 'ACCESS', source: category === 'veil' ? stream : category }, { since: at, until: null })]
      : [];
  return [acts.put({ actor, position }, act), ...looked];
}

/** What professionals read of themselves: what they did, and whom they care for. */
export const practice: Projection<HistoryFact> = {
  name: 'practice',
  version: 1,
  reads: ['access', 'record', 'passage', 'veil', 'actor'],
  tables: [acts, patients, doctors, documents],
  on: alike(sentences, (fact) => [...gifts(fact), ...deposits(fact), ...ownActs(fact)]),
};
