import { GetHistoryReceipt, type LinePlace } from '../../application/history/receipts.js';
import type { Admission } from '../../application/shared/gate.js';
import type { Secrets } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { isMinor } from '../../domain/record/confidentiality.js';
import { categoryOf, type StreamName } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { lineId } from './history-lines.js';

const noSuchLine = reject('not-found', 'history/no-such-line');
const underVeil = reject('conflict', 'history/line-under-veil');
const notHere = reject('conflict', 'history/no-receipt-here');

interface Seen {
  readonly position: bigint;
  /** Category where the stream has the id of the space; its name otherwise. */
  readonly stream: string;
  readonly rev: number;
  readonly veiled: boolean;
  readonly visible_at: Instant | null;
  readonly secret: boolean;
}

/** What this reader sees, newest first: the database hides the rest of the lines, as it does from the history itself. */
const LINES = `
  SELECT line.position, line.stream, line.rev, shade.veil IS NOT NULL AS veiled, shade.visible_at,
         coalesce(shade.hidden_from_representatives, false) AS secret
    FROM activity_line AS line LEFT JOIN activity_veil AS shade ON shade.veil = line.veil
   WHERE line.space_id = $1 AND line.position < $2::bigint AND (line.veil IS NULL OR shade.veil IS NOT NULL)
   ORDER BY line.position DESC LIMIT $3`;
const AT_ONCE = 1_000;
const END = 2n ** 63n - 1n;

/** The id of a line is a keyed digest of its place: it is found by making those of all lines that he sees. */
async function lineWith(sql: Sql, space: string, line: string, secrets: Secrets): Promise<Seen | null> {
  for (let before = END; ;) {
    const seen = await sql<Seen>(LINES, space, before.toString(), AT_ONCE);
    const found = seen.find(({ stream, rev }) => lineId({ secrets, space }, stream, rev) === line);
    const last = seen.at(-1);
    if (found !== undefined || seen.length < AT_ONCE || last === undefined) return found ?? null;
    before = last.position;
  }
}

const mayHaveRepresentatives = ({ facts: { birthDate, representatives }, moment }: Admission): boolean =>
  isMinor(birthDate, moment) || representatives.some(({ until }) => until > moment);
/** Hidden from the holder until some day, or from representatives while there are, or can be, any. */
const isUnderVeil = ({ veiled, visible_at, secret }: Seen, admission: Admission): boolean =>
  veiled && ((visible_at !== null && visible_at > admission.moment) || (secret && mayHaveRepresentatives(admission)));

/**
 * Streams in which nothing is written that a representative is not shown: who passed, and who was refused. In the others a revision that he never sees
 * would tell him that something is kept from him.
 */
const WITHOUT_SECRETS = ['passage', 'actor'];

const placeOf = ({ stream, rev }: Seen, space: string): LinePlace => ({
  stream: (stream.includes('-') ? stream : `${stream}-${space}`) as StreamName,
  rev,
});

async function placeOfLine(sql: Sql, { space, line }: GetHistoryReceipt, admission: Admission, secrets: Secrets): Promise<LinePlace> {
  const found = space === null ? null : await lineWith(sql, space, line, secrets);
  if (found === null || space === null) throw new Refused(noSuchLine);
  if (isUnderVeil(found, admission)) throw new Refused(underVeil);
  const place = placeOf(found, space);
  const represented = admission.viewer?.kind === 'REPRESENTATIVE';
  if (represented && !WITHOUT_SECRETS.includes(categoryOf(place.stream))) throw new Refused(notHere);
  return place;
}

export const answerHistoryReceipt = answerTo('GetHistoryReceipt', GetHistoryReceipt, placeOfLine);
