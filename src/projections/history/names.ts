import type { Words } from '../../application/record/words.js';
import type { Sql } from '../../application/shared/subject-query.js';
import type { Grantee } from '../../domain/access/access-vocabulary.js';
import type { Facility } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { nameOfStated, type Stated } from './who.js';
import { words } from './words.js';

/** Professionals and places of care as they last stated themselves in this space. */
export interface Names {
  readonly professional: (id: string) => Stated | null;
  readonly facility: (id: string) => Facility | null;
}
/** A sentence about somebody whose name nobody knows says his number. */
export const whomIn =
  ({ professional, facility }: Names) =>
  ({ kind, id }: Grantee): Words => {
    const stated = kind === 'PROFESSIONAL' ? professional(id) : null;
    const name = stated && nameOfStated(stated);
    if (name) return name;
    if (kind === 'PROFESSIONAL') return words(`le professionnel n° ${id}`, `the professional no. ${id}`);
    const place = facility(id);
    return place ? words(place.name, place.name) : words(`l’établissement n° ${id}`, `the place of care no. ${id}`);
  };

/** Somebody who acted in a space, as he last stated himself there. */
export interface Seen {
  /** Empty: the software of a place of care. */
  readonly professional_id: string;
  readonly facility_id: string;
  readonly source: string;
  readonly stated: string;
  readonly last_at: Instant;
}

/** What was done under a veil counts for those who see through it. */
const SEEN = `
  SELECT * FROM (
    SELECT professional_id, facility_id, source, stated, last_at FROM activity_seen WHERE space_id = $1
    UNION ALL
    SELECT professional_id, coalesce(facility_id, ''), CASE lane WHEN 'ACCESS' THEN 'passage' ELSE 'veil' END, stated, at
      FROM activity_line WHERE space_id = $1 AND veil IS NOT NULL AND professional_id IS NOT NULL) AS seen
   WHERE $2::text[] IS NULL OR professional_id = ANY ($2) OR facility_id = ANY ($3::text[])
   ORDER BY last_at DESC, source`;

/** Everybody of these who ever acted in the space, the last time first; null: everybody at all. */
export const seenIn = (
  sql: Sql,
  space: string | null,
  professionals: readonly string[] | null,
  facilities: readonly string[] | null,
): Promise<readonly Seen[]> => sql<Seen>(SEEN, space, professionals, facilities);

/** Names from those who were seen, the last time first. */
export function namesFrom(seen: readonly Seen[]): Names {
  const professionals = new Map<string, Stated>();
  const facilities = new Map<string, Facility>();
  for (const { professional_id, facility_id, stated } of seen) {
    const said = JSON.parse(stated) as Stated;
    if (professional_id !== '' && !professionals.has(professional_id)) professionals.set(professional_id, said);
    if (said.facility && !facilities.has(facility_id)) facilities.set(facility_id, said.facility);
  }
  return { professional: (id) => professionals.get(id) ?? null, facility: (id) => facilities.get(id) ?? null };
}
