import { ListDestructions, type DestructionLine, type RegisterPage } from '../../application/registers/registers.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { checkPageSize, cursorOf, pageOf, placeOf } from '../shared/pages.js';
import { HELD } from './retention.js';

/** What waits for its day, or is overdue: under the handle, for somebody may have to look after it. `$3`: the moment that is asked about. */
const OPEN = `SELECT s.handle::text AS id, coalesce(e.asked_at, e.archived_until) AS at,
    CASE WHEN e.decided IS NOT NULL THEN 'UNDER_WAY' WHEN ${HELD} THEN 'HELD'
      WHEN least(e.erased_from, e.archived_until) <= $3::timestamptz THEN 'DUE' ELSE 'WAITING' END AS state,
    coalesce(e.decided, CASE WHEN e.asked_at IS NULL THEN 'RETENTION' ELSE 'ERASURE' END) AS ground, 'SPACE' AS scope,
    (e.asked_at AT TIME ZONE 'Europe/Paris')::date AS "askedOn", e.late_from, NULL::timestamptz AS "doneAt", s.handle::text AS space,
    NULL AS stream, NULL::integer AS rev, NULL::integer AS streams, NULL::integer AS events
  FROM space_end e JOIN space_overview s USING (space_id)
  WHERE e.decided IS NOT NULL OR e.asked_at IS NOT NULL OR e.archived_until < $3::timestamptz`;
const DONE = `SELECT stream || '/' || rev AS id, done_at AS at, 'DONE' AS state, ground, scope, asked_on AS "askedOn", late_from, done_at AS "doneAt",
    NULL AS space, stream, rev, streams, events FROM destruction`;
const LATE = `coalesce(late_from <= coalesce("doneAt", $3::timestamptz), false)`;
/** Each of the two gives its part of the page: an index serves those that are done, however many there are. */
const page = (lines: string): string => `(SELECT *, ${LATE} AS late FROM (${lines}) AS line
  WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at <= $2) AND (NOT $4 OR "doneAt" IS NULL) AND (NOT $5 OR ${LATE})
    AND ($6::timestamptz IS NULL OR (at, id COLLATE "C") < ($6, $7::text))
  ORDER BY at DESC, id COLLATE "C" DESC LIMIT $8)`;
const LINES = `SELECT id, at, state, ground, scope, "askedOn", late_from AS "lateFrom", "doneAt", space, stream, rev, streams, events, late
  FROM (${page(OPEN)} UNION ALL ${page(DONE)}) AS line ORDER BY at DESC, id COLLATE "C" DESC LIMIT $8`;

interface Found extends Omit<DestructionLine, 'certificate'> {
  readonly id: string;
  readonly at: Instant;
  readonly stream: StreamName | null;
  readonly rev: number | null;
  readonly streams: number | null;
  readonly events: number | null;
}
const lineOf = ({ stream, rev, streams, events, ...found }: Found): DestructionLine => {
  const { state, ground, scope, askedOn, lateFrom, doneAt, late, space } = found;
  const certificate = stream === null ? null : { stream, rev: rev ?? -1, streams: streams ?? 0, events: events ?? 0 };
  return { state, ground, scope, askedOn, lateFrom, doneAt, late, space, certificate };
};
/** A handle, or the place of a certificate. */
const IDS = /^([0-9a-f-]{36}|audit-[0-9a-z-]+\/\d+)$/;

export const answerListDestructions = answerTo(
  'ListDestructions',
  ListDestructions,
  async (sql, { filter, page: { first, cursor } }, { moment }): Promise<RegisterPage<DestructionLine>> => {
    checkPageSize(first);
    const { from, until, openOnly, lateOnly } = filter;
    const place = placeOf(cursor, IDS);
    const found = await sql<Found>(LINES, from, until, moment, openOnly, lateOnly, place?.at ?? null, place?.id ?? null, first + 1);
    const { shown, last } = pageOf(found, first);
    return { lines: shown.map(lineOf), next: last ? cursorOf(last) : null };
  },
);
