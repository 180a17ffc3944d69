import type { Look, LookKind } from '../../domain/audit/look.js';
import { LONGEST_WINDOW } from '../../domain/audit/alert-rules.js';
import { minutesBefore } from '../../domain/audit/look.js';
import type { Role, Subject } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Sql } from '../shared/subject-query.js';

/** A row of the log of accesses, as the rules need it. */
interface Found {
  readonly stream: string;
  readonly rev: number;
  readonly position: bigint;
  readonly at: Instant;
  readonly kind: LookKind;
  readonly space_id: string | null;
  readonly actor: string;
  readonly account: string | null;
  readonly role: Role;
  readonly name_key: string | null;
  readonly profession: string | null;
  readonly sector: string | null;
  readonly facility_id: string | null;
  readonly action: string;
  readonly mode: string;
  readonly document: string | null;
  readonly reason: string | null;
  readonly purpose: string | null;
  readonly secret: boolean;
  readonly times: number;
}
/** An access with what its alert names. */
export interface Watched {
  readonly look: Look;
  readonly account: Subject | null;
}

/** How often the access of a row `l` was tried: itself, and what every process counted on it. */
export const TIMES = `1 + coalesce((SELECT sum(a.count)::integer FROM access_log_again AS a WHERE a.stream = l.stream AND a.minute = l.minute
  AND a.target = coalesce(l.space_id::text, '') AND a.about = coalesce(l.document, l.reason)
  AND (a.veil_unsaid OR a.veil IS NOT DISTINCT FROM l.veil)), 0)`;
const COLUMNS = `l.stream, l.rev, l.position, l.at, l.kind, l.space_id, l.actor, l.account, l.role, l.name_key, l.profession, l.sector, l.facility_id, l.action,
  l.mode, l.document, l.reason, l.purpose, l.secret, ${TIMES} AS times`;
const ONE = `SELECT ${COLUMNS} FROM access_log AS l WHERE l.stream = $1 AND l.rev = $2`;
/** The last look that the actor of this number of refusals had at the same person between their minute and the fact that tells it. */
const MEANWHILE = `SELECT ${COLUMNS} FROM access_log AS l JOIN access_log_again AS r ON r.space_id = l.space_id AND l.kind = 'LOOK'
  AND l.at >= (r.minute || ':00Z')::timestamptz AND l.actor = (SELECT d.actor FROM access_log AS d WHERE d.stream = r.stream LIMIT 1)
  WHERE r.stream = $1 AND r.rev = $2 AND l.position < $3 ORDER BY l.at DESC, l.position DESC LIMIT 1`;
const BEFORE = `SELECT ${COLUMNS} FROM access_log AS l
  WHERE l.actor = $1 AND l.at > $2 AND l.at <= $3 AND l.position < $4 ORDER BY l.at, l.position`;
const STAFF = 'SELECT 1 AS one FROM access_log WHERE facility_id = $1 AND name_key = $2 AND actor <> $3 LIMIT 1';

const lookOf = (found: Found): Look => ({
  id: `${found.stream}/${found.rev}`,
  at: found.at,
  kind: found.kind,
  actor: found.actor,
  role: found.role,
  profession: found.profession,
  sector: found.sector,
  facility: found.facility_id,
  name: found.name_key === null ? [] : found.name_key.split(' '),
  space: found.space_id,
  action: found.action,
  document: found.document,
  mode: found.mode,
  reason: found.reason,
  secret: found.secret,
  purpose: found.purpose !== null,
  times: found.times,
});
function accountOf({ account }: Found): Subject | null {
  if (account === null) return null;
  const bar = account.indexOf('|');
  return { issuer: account.slice(0, bar), sub: account.slice(bar + 1) };
}

/**
 * The access and what its actor did in the day before it, in order; of a number of refusals the look that came behind them. Null when there is none, or when it
 * died with its space.
 */
export async function windowOf(
  sql: Sql,
  { stream, rev, position }: { readonly stream: string; readonly rev: number; readonly position: string },
): Promise<{ readonly latest: Watched; readonly before: readonly Look[] } | null> {
  const one = (await sql<Found>(ONE, stream, rev))[0] ?? (await sql<Found>(MEANWHILE, stream, rev, position))[0];
  if (one === undefined) return null;
  const before = await sql<Found>(BEFORE, one.actor, minutesBefore(one.at, LONGEST_WINDOW), one.at, one.position);
  return { latest: { look: lookOf(one), account: accountOf(one) }, before: before.map(lookOf) };
}

/** Whether somebody else of this name was ever seen working in this place. */
export const worksThere = async (sql: Sql, facility: string, key: string, actor: string): Promise<boolean> =>
  (await sql(STAFF, facility, key, actor)).length > 0;
