import type { Grantee } from '../../domain/access/access-vocabulary.js';
import { visibleUnder } from '../../domain/record/hiding.js';
import { nameOf, type Professional } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { categoryOf, idOf, type Recorded } from '../../domain/shared/fact.js';
import { isLookUp } from '../history/activity-history.js';
import { sentences, type HistoryFact } from '../history/sentences.js';
import { alike, guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';

/** What a professional did, by the fact: its place in the log orders it, and is not the same in a log that was moved. */
const acts = guarded(
  table(
    'my_act',
    { actor: 'text', stream: 'text', rev: 'integer' },
    {
      position: 'bigint',
      space_id: nullable('uuid'),
      at: 'timestamptz',
      kind: 'text',
      action: nullable('text'),
      document: nullable('text'),
      outcome: 'text',
    },
    ['actor', 'position'],
    ['space_id'],
  ),
  { actor: 'actor' },
);
/** What was given to a professional, and when he last looked; one stream writes each row. Consents of different bases stand beside each other. */
const patients = guarded(
  table(
    'my_patient',
    { actor: 'text', space_id: 'uuid', kind: 'text', source: 'text' },
    { since: 'timestamptz', until: nullable('timestamptz') },
    ['space_id'],
  ),
  { actor: 'actor' },
);
/** There is one attending doctor at a time. */
const doctors = guarded(table('my_attending', { space_id: 'uuid' }, { actor: 'text', since: 'timestamptz' }, ['actor']), {
  actor: 'actor',
});
/** What a professional deposited that somebody entitled to it does not see: the holder until a moment, his representatives for good. */
const documents = guarded(
  table(
    'my_document',
    { document_id: 'uuid' },
    { actor: 'text', space_id: 'uuid', visible_at: nullable('timestamptz'), hidden_from_representatives: 'boolean' },
    ['actor'],
    ['space_id'],
  ),
  { actor: 'actor' },
);

const actorOf = (id: Professional['id']): string => `professional:${id}`;
type Kind = 'ADMINISTRATOR' | 'CONSENT' | 'TEMPORARY_ACCESS';
const keyOf = (id: string, space_id: string, kind: Kind, source = 'access') => ({ actor: actorOf(id), space_id, kind, source });
/** A consent or a code for one professional; those for a place of care are nobody's own. */
const given = (kind: Kind, { id, kind: of }: Grantee, { stream, at }: Recorded, until: Instant | null, source?: string): Projected =>
  of === 'PROFESSIONAL' ? [patients.put(keyOf(id, idOf(stream), kind, source), { since: at, until })] : [];
/** One for an hour ends no earlier one of the care team: of one basis the last one is the longest. */
const consented = (fact: Recorded<Of<HistoryFact, 'AccessConsentRecorded'>>): Projected => {
  const { grantee, until, basis } = fact.event;
  return given('CONSENT', grantee, fact, until, `access ${basis}`);
};
const professional = (id: string): Grantee => ({ kind: 'PROFESSIONAL', id });

function deposited({ event, meta: { who } }: Recorded<Of<HistoryFact, 'DocumentDeposited'>>): Projected {
  if (who.role !== 'professional') return [];
  const { document: document_id, space: space_id, confidentiality, since } = event;
  const visible_at = visibleUnder(confidentiality, since);
  const hidden_from_representatives = confidentiality.includes('INVISIBLE_REPRESENTANTS_LEGAUX');
  return [documents.put({ document_id }, { actor: nameOf(who), space_id, visible_at, hidden_from_representatives })];
}
type AboutDocument = Recorded<HistoryFact & { readonly document: string }>;
const revealed = (fact: AboutDocument): Projected => [
  ...ownActs(fact),
  documents.patch({ document_id: fact.event.document }, { visible_at: null }),
];
const gone = (fact: AboutDocument): Projected => [...ownActs(fact), documents.drop({ document_id: fact.event.document })];

/** Null: a refusal of a question about no space. */
function spaceOf({ event, stream }: Recorded<HistoryFact>): string | null {
  if (event.type === 'AccessDenied') return event.target === '' ? null : event.target;
  return 'space' in event && event.space !== undefined ? event.space : idOf(stream);
}

function actOf({ event, at, position }: Recorded<HistoryFact>, space_id: string | null) {
  const action = 'action' in event ? event.action : null;
  const document = 'document' in event ? (event.document ?? null) : null;
  return { position, space_id, at, kind: event.type, action, document, outcome: event.type === 'AccessDenied' ? 'REFUSED' : 'DONE' };
}

/** That he saw something of a space; one stream writes each row. */
function lookOf({ event, stream, at }: Recorded<HistoryFact>, actor: string, space_id: string | null): Projected {
  if (event.type !== 'AccessGranted' || isLookUp(event) || space_id === null) return [];
  const source = categoryOf(stream) === 'veil' ? stream : categoryOf(stream);
  return [patients.put({ actor, space_id, kind: 'ACCESS', source }, { since: at, until: null })];
}

function ownActs(fact: Recorded<HistoryFact>): Projected {
  const { event, stream, rev, meta } = fact;
  if (meta.who.role !== 'professional' || sentences[event.type] === null) return [];
  const [actor, space_id] = [nameOf(meta.who), spaceOf(fact)];
  return [acts.put({ actor, stream, rev }, actOf(fact, space_id)), ...lookOf(fact, actor, space_id)];
}

/** What professionals read of themselves: what they did, and whom they care for. */
export const practice: Projection<HistoryFact> = {
  name: 'practice',
  version: 5,
  reads: ['access', 'record', 'passage', 'veil', 'actor'],
  tables: [acts, patients, doctors, documents],
  on: {
    ...alike<HistoryFact>(sentences, ownActs),
    // What is given to him; what is taken away is told by the gate, when he comes.
    AccessConsentRecorded: (fact) => [...ownActs(fact), ...consented(fact)],
    TemporaryAccessUsed: (fact) => [...ownActs(fact), ...given('TEMPORARY_ACCESS', fact.event.grantee, fact, fact.event.until)],
    AdministratorGranted: (fact) => given('ADMINISTRATOR', professional(fact.event.professional), fact, null),
    AdministratorRevoked: ({ event }, space_id) => [patients.drop(keyOf(event.professional, space_id, 'ADMINISTRATOR'))],
    AttendingDoctorDeclared: ({ event, at }, space_id) => [doctors.put({ space_id }, { actor: actorOf(event.professional), since: at })],
    AttendingDoctorEnded: (_, space_id) => [doctors.drop({ space_id })],
    DocumentDeposited: (fact) => [...ownActs(fact), ...deposited(fact)],
    AnnouncementConsultationHeld: revealed,
    DocumentRevealedAutomatically: revealed,
    DocumentUnpublished: gone,
    DocumentDeleted: gone,
  },
};
