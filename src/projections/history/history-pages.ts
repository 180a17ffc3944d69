import {
  GetActivityHistory,
  LANES,
  type HistoryFilter,
  type HistoryLine,
  type HistoryPage,
  type HistoryRequest,
  type Lane,
} from '../../application/history/history.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import type { Secrets } from '../../application/shared/ports.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { documentsIn, lineOf, type Found } from './history-lines.js';
import { namesFrom, seenIn } from './names.js';
import { checkPageSize, pageOf, positionOf } from '../shared/pages.js';
import { titlesOf } from './titles.js';

/** Who reads for care sees what happened and who looked: not who was refused, nor the reasons. */
function lanesFor({ viewer }: Admission, { lanes }: HistoryFilter): readonly Lane[] {
  const his: readonly Lane[] = viewer?.kind === 'PROFESSIONAL' ? ['LIFE', 'ACCESS'] : LANES;
  return lanes.length === 0 ? his : his.filter((lane) => lanes.includes(lane));
}

/** The lines of a veil are there for whom the veil is; the database sees to that too. */
const PAGE = `
  SELECT line.*, coalesce(shade.hidden_from_representatives, false) AS secret,
         coalesce((SELECT sum(again.count)::integer FROM activity_refused_again AS again WHERE again.space_id = line.space_id
           AND again.stream = line.stream AND again.minute = line.minute AND (again.veil_unsaid OR again.veil IS NOT DISTINCT FROM line.veil)
           AND again.about = coalesce(nullif(line.details ->> 'document', ''), line.details ->> 'reason')), 0) AS again
    FROM activity_line AS line LEFT JOIN activity_veil AS shade ON shade.veil = line.veil
   WHERE line.space_id = $1 AND line.position < $2::bigint AND (line.veil IS NULL OR shade.veil IS NOT NULL)
     AND line.lane = ANY ($3::text[]) AND (cardinality($4::text[]) = 0 OR line.kind = ANY ($4))
     AND ($5::text IS NULL OR line.professional_id = $5 OR line.about_professional = $5)
     AND ($6::text IS NULL OR line.facility_id = $6 OR line.about_facility = $6)
     AND ($7::timestamptz IS NULL OR line.at >= $7) AND ($8::timestamptz IS NULL OR line.at < $8)
     AND ($10::text IS NULL OR line.details ->> 'document' = $10)
   ORDER BY line.position DESC LIMIT $9`;

const idsIn = (found: readonly Found[], column: 'about_professional' | 'about_facility'): readonly string[] => [
  ...new Set(found.flatMap((line) => line[column] ?? [])),
];

const AT = `
  SELECT line.*, coalesce(shade.hidden_from_representatives, false) AS secret, 0 AS again
    FROM activity_line AS line LEFT JOIN activity_veil AS shade ON shade.veil = line.veil
   WHERE line.space_id = $1 AND line.position = $2::bigint`;

/** The line of one event, without the titles of what it speaks of; null where it has none of its own. For who reads veils too. */
export async function lineAt(sql: Sql, space: string, position: bigint, secrets: Secrets): Promise<HistoryLine | null> {
  const [found] = await sql<Found>(AT, space, position);
  if (found === undefined) return null;
  const seen = await seenIn(sql, space, idsIn([found], 'about_professional'), idsIn([found], 'about_facility'));
  return lineOf(found, { space, secrets, titled: [], names: namesFrom(seen), receipts: true });
}

/** The lines of a page, latest first, and one more when another page follows. */
export function linesFound(
  sql: Sql,
  space: string | null,
  { first, cursor, filter }: HistoryRequest,
  admission: Admission,
  secrets: Secrets,
): Promise<Found[]> {
  checkPageSize(first);
  const { professional, facility, from, until, kinds, document } = filter;
  const place = positionOf(cursor, secrets);
  const which = [lanesFor(admission, filter), kinds, professional, facility, from, until, first + 1, document ?? null];
  return sql<Found>(PAGE, space, place, ...which);
}

/** One page of the history as this reader may see it. The same statements run whatever is hidden from him. */
export async function historyPage(
  sql: Sql,
  space: string | null,
  request: HistoryRequest,
  admission: Admission,
  secrets: Secrets,
): Promise<HistoryPage> {
  const { shown, last } = pageOf(await linesFound(sql, space, request, admission, secrets), request.first);
  const titled = await titlesOf(sql, space, [...new Set(shown.flatMap(documentsIn))], admission);
  const seen = await seenIn(sql, space, idsIn(shown, 'about_professional'), idsIn(shown, 'about_facility'));
  const receipts = admission.viewer?.kind !== 'PROFESSIONAL';
  const reading = { space: space ?? '', secrets, titled, names: namesFrom(seen), receipts };
  return { lines: shown.map((line) => lineOf(line, reading)), next: last ? secrets.positionToken(last.position) : null };
}

export const answerActivityHistory = answerTo('GetActivityHistory', GetActivityHistory, (sql, { space, page }, admission, secrets) =>
  historyPage(sql, space, page, admission, secrets),
);
