import type { Lane } from '../../application/history/history.queries.js';
import type { Actor, Role } from '../../domain/shared/actor.js';
import { visibleAt, visibleUnder } from '../../domain/record/hiding.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { categoryOf, idOf, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import { alike, guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';
import { refusedUnder, secretWithin, within } from './secret-within.js';
import { aboutOf, sentences, type HistoryFact } from './sentences.js';
import { kindOf, statedBy } from './who.js';
import type { Sentence } from './words.js';

/** From whom the lines of a veil are hidden: from the holder until a moment (null: not at all), from his representatives for good. */
const veils = guarded(
  table(
    'activity_veil',
    { veil: 'text' },
    { space_id: 'uuid', visible_at: nullable('timestamptz'), hidden_from_representatives: 'boolean' },
    ['space_id'],
  ),
  { space: 'space_id', visibleAt: 'visible_at', hiddenFromRepresentatives: 'hidden_from_representatives' },
);

/**
 * The key is in the order of reading, so one index serves identity and pages: positions only grow, so a line that is added meanwhile never comes between
 * two pages. Of documents a line keeps ids, of people what they said of themselves.
 */
const lines = guarded(
  table(
    'activity_line',
    { space_id: 'uuid', position: 'bigint' },
    {
      veil: nullable('text'),
      /** Category, where the stream has the id of the space; its name otherwise. */
      stream: 'text',
      rev: 'integer',
      at: 'timestamptz',
      true_on: nullable('timestamptz'),
      lane: 'text',
      kind: 'text',
      by: 'text',
      stated: nullable('jsonb'),
      professional_id: nullable('text'),
      facility_id: nullable('text'),
      about_professional: nullable('text'),
      about_facility: nullable('text'),
      details: 'jsonb',
      ground: nullable('jsonb'),
      /** Of a refusal: the minute, which with stream, reason and veil names what is counted on it. */
      minute: nullable('text'),
    },
  ),
  { space: 'space_id', under: { column: 'veil', table: 'activity_veil', key: 'veil' } },
);

/** How often a refusal came again within its minute, on a line under the same veil: a row for each process that counted, so that no number takes the place of another. */
const again = guarded(
  table(
    'activity_refused_again',
    { space_id: 'uuid', stream: 'text', about: 'text', minute: 'text', rev: 'integer' },
    {
      count: 'integer',
      veil: nullable('text'),
      /** Of before numbers said their veil: the one line of that minute, whatever its own. */
      veil_unsaid: 'boolean',
    },
  ),
  { space: 'space_id', under: { column: 'veil', table: 'activity_veil', key: 'veil' } },
);

/** Professionals, and places of care (professional_id empty), as they last stated themselves in each stream of a space. */
const seen = guarded(
  table(
    'activity_seen',
    { space_id: 'uuid', professional_id: 'text', facility_id: 'text', source: 'text' },
    { stated: 'jsonb', last_at: 'timestamptz' },
  ),
  { space: 'space_id' },
);

const MACHINES: readonly Role[] = ['system', 'facility', 'insurer'];
function laneOf({ event, meta }: Recorded<HistoryFact>): Lane {
  if (event.type === 'AccessDenied') return 'REFUSED';
  if (event.type !== 'AccessGranted') return 'LIFE';
  return MACHINES.includes(meta.who.role) ? 'MACHINE' : 'ACCESS';
}

/** The space a fact is about; empty for a refusal of a question about no space. */
function spaceOf({ event, stream }: Recorded<HistoryFact>): string {
  if (event.type === 'AccessDenied' || event.type === 'AccessDeniedAgain') return event.target;
  const named = 'space' in event ? event.space : undefined;
  return categoryOf(stream) === 'veil' && named !== undefined ? named : idOf(stream);
}
/** What was done under the secret of a minor in an open stream lies under a veil that has the name of the stream. */
function veilOf({ event, stream, meta }: Recorded<HistoryFact>): string | null {
  if (event.type === 'AccessDenied') return refusedUnder(event, meta);
  if (categoryOf(stream) === 'veil') return within(stream, meta);
  return meta.secret ? stream : null;
}

const placesOf = (who: Actor): { readonly professional_id: string | null; readonly facility_id: string | null } => {
  if (who.role === 'professional') return { professional_id: who.professional.id, facility_id: who.professional.facility?.id ?? null };
  return { professional_id: null, facility_id: who.role === 'facility' ? who.facility.id : null };
};

/** Finding out that somebody has a space shows nothing of what is in it. */
export const isLookUp = (event: HistoryFact): boolean => event.type === 'AccessGranted' && event.action === 'FindPatient';

/** What happened under a veil makes nobody known outside of it. */
function seenIn(fact: Recorded<HistoryFact>, space_id: string): Projected {
  const { professional_id, facility_id } = placesOf(fact.meta.who);
  if ((professional_id === null && facility_id === null) || veilOf(fact) !== null) return [];
  const category = categoryOf(fact.stream);
  // Each row has one stream that writes it, so that the last word is the same however streams interleave.
  const source = isLookUp(fact.event) ? 'look-up' : category === 'actor' ? fact.stream : category;
  const key = { space_id, professional_id: professional_id ?? '', facility_id: facility_id ?? '', source };
  return [seen.put(key, { stated: JSON.stringify(statedBy(fact.meta.who)), last_at: fact.at })];
}

function lineOf(fact: Recorded<HistoryFact>, space_id: string, sentence: Sentence<HistoryFact>): Projected {
  const { event, stream, rev, at, position, meta } = fact;
  const about = aboutOf(event);
  const stated = statedBy(meta.who);
  return [
    lines.put(
      { space_id, position },
      {
        veil: veilOf(fact),
        stream: idOf(stream) === space_id ? categoryOf(stream) : stream,
        rev,
        at,
        true_on: meta.on ?? null,
        lane: laneOf(fact),
        kind: event.type,
        by: kindOf(meta.who, meta.ground),
        stated: stated && JSON.stringify(stated),
        ...placesOf(meta.who),
        about_professional: about?.kind === 'PROFESSIONAL' ? about.id : null,
        about_facility: about?.kind === 'FACILITY' ? about.id : null,
        details: JSON.stringify(sentence.keep(event)),
        ground: meta.ground ? JSON.stringify(meta.ground) : null,
        minute: event.type === 'AccessDenied' ? event.minute : null,
      },
    ),
  ];
}

/** What was done in secret within a veil is the holder's to read from the same day on. */
const shownFrom = (stream: string, visible_at: Instant | null): Projected =>
  [stream, secretWithin(stream)].map((veil) => veils.patch({ veil }, { visible_at }));

/** The month begins with the first deposit, which says when that was; a later version does not hide again what was told. */
function monthOf({ version, confidentiality, since }: Of<HistoryFact, 'DocumentDeposited'>, veil: StreamName): Projected {
  const visible_at = version === 1 ? visibleUnder(confidentiality, since) : null;
  return visible_at === null ? [] : shownFrom(veil, visible_at);
}

/** Whether a veil comes down or lifts, beside the line that says so. */
function veilAfter({ event, stream, at, meta }: Recorded<HistoryFact>, space_id: string): Projected {
  if (categoryOf(stream) !== 'veil')
    return meta.secret ? [veils.put({ veil: stream }, { space_id, visible_at: null, hidden_from_representatives: true })] : [];
  if (event.type === 'VeilOpened') {
    const { hiddenFrom } = event;
    const visible_at = hiddenFrom.includes('HOLDER') ? visibleAt(at) : null;
    return [
      veils.put({ veil: stream }, { space_id, visible_at, hidden_from_representatives: hiddenFrom.includes('REPRESENTATIVES') }),
      veils.put({ veil: secretWithin(stream) }, { space_id, visible_at, hidden_from_representatives: true }),
    ];
  }
  if (event.type === 'DocumentDeposited') return monthOf(event, stream);
  const lifted = event.type === 'AnnouncementConsultationHeld' || event.type === 'DocumentRevealedAutomatically';
  return lifted ? shownFrom(stream, null) : [];
}

/** On the line under the same veil: a number tells nothing of what is hidden from its reader. */
function againOf(
  { document, reason, minute, count, veil }: Of<HistoryFact, 'AccessDeniedAgain'>,
  fact: Recorded,
  space_id: string,
): Projected {
  const { stream, rev, meta } = fact;
  const under = { veil: refusedUnder({ veil }, meta), veil_unsaid: veil === undefined };
  return [again.put({ space_id, stream, about: document ?? reason, minute, rev }, { count, ...under })];
}

const take = (fact: Recorded<HistoryFact>): Projected => {
  const { event } = fact;
  const space = spaceOf(fact);
  if (space === '') return [];
  if (event.type === 'AccessDeniedAgain') return againOf(event, fact, space);
  const sentence = sentences[event.type] as Sentence<HistoryFact> | null;
  return [...veilAfter(fact, space), ...(sentence === null ? [] : [...lineOf(fact, space, sentence), ...seenIn(fact, space)])];
};

/** All that happened to a space, its rights and documents, who looked, and who was refused: one line per fact (CSP R.1111-43, L.1111-19). */
export const activityHistory: Projection<HistoryFact> = {
  name: 'activity-history',
  version: 8,
  reads: ['space', 'access', 'record', 'passage', 'veil', 'actor'],
  tables: [veils, lines, again, seen],
  on: alike(sentences, take),
};
