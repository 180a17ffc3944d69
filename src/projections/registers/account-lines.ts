import type { AccountLine, AccountRole, ListedGrant } from '../../application/registers/accounts.queries.js';
import type { Instant } from '../../domain/shared/time.js';

/** An account of the answer, as the database gives it; `actor` null: none. With how far it looked for some, where that was not the end. */
export interface FoundAccount
  extends
    Omit<AccountLine, 'grant' | 'state' | 'role' | 'actor' | 'account'>,
    Omit<ListedGrant, 'source' | 'since' | 'role' | 'actor' | 'account'> {
  readonly actor: string | null;
  readonly account: string;
  readonly source: ListedGrant['source'] | null;
  readonly since: Instant | null;
  readonly cutActor: string | null;
  readonly cutAccount: string;
}

/** All the times at which an account of an auditor held: prolonged, it held before too; shortened or ended, no longer. */
const SPANS = `(SELECT range_agg(tstzrange(at, greatest(at, least(span.until, next)))) FROM (
    SELECT s.at, s.until, lead(s.at) OVER (ORDER BY s.stream, s.rev) AS next FROM account_grant_span s WHERE s.actor = account_grant.actor) AS span)`;
/** The list of the identity provider as rows, with what this log knows itself before it. `times`: when the account held. */
const GRANTED = `listed AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(actor text, account text, role text, source text, since timestamptz, "by" text, reason text,
      "until" timestamptz, "removedOn" timestamptz, "removedBy" text, "reviewedOn" timestamptz, ends timestamptz) WHERE role = $2),
  granted AS (
    SELECT actor, account, 'LOG' AS source, granted_at AS since, granted_by AS "by", authority AS reason, until, ended_at AS "removedOn",
      ended_by AS "removedBy", NULL::timestamptz AS "reviewedOn", least(until, ended_at) AS ends, ${SPANS} AS times
    FROM account_grant WHERE $2 = 'auditor'
    UNION ALL SELECT actor, account, source, since, "by", reason, "until", "removedOn", "removedBy", "reviewedOn", ends,
      tstzmultirange(tstzrange(since, CASE WHEN ends IS NOT NULL THEN greatest(since, ends) END))
    FROM listed WHERE NOT EXISTS (SELECT FROM account_grant known WHERE known.actor = listed.actor))`;

/** The account of software stands in its name alone. */
const CLIENT = `coalesce(l.account, split_part(l.actor, '|', 2))`;
/**
 * From one account to the next by the indexes, `$11` steps at most: there are a million accounts and a thousand times as many facts, and none of these is read.
 */
const WALK = `walk (n, actor, account) AS (
    SELECT 0, $3::text, $4::text
    UNION ALL
    SELECT n + 1, next.actor, next.account FROM walk CROSS JOIN LATERAL (
      SELECT * FROM (
        (SELECT l.actor, l.account FROM access_log AS l WHERE l.actor = walk.actor AND l.account > walk.account ORDER BY l.account LIMIT 1)
        UNION ALL
        (SELECT l.actor, ${CLIENT} FROM access_log AS l WHERE l.actor > walk.actor AND l.actor < $12 ORDER BY l.actor, l.account LIMIT 1)
        UNION ALL
        (SELECT a.actor, a.account FROM account_act AS a WHERE (a.actor, a.account) > (walk.actor, walk.account) AND a.actor < $12
          ORDER BY a.actor, a.account LIMIT 1)) AS met
      ORDER BY met.actor, met.account LIMIT 1) AS next
    WHERE n < $11),
  cut AS (SELECT actor, account FROM walk WHERE n = $11),
  named AS (
    SELECT actor, account FROM walk WHERE n > 0
    UNION SELECT actor, account FROM granted WHERE (actor, account) > ($3, $4)
      AND NOT EXISTS (SELECT FROM cut WHERE (granted.actor, granted.account) > (cut.actor, cut.account)))`;

/** What an account left itself, and its looks and refusals in the log of accesses. */
const ACTS = (one: string): string => `account_act AS a WHERE a.actor = ${one}.actor AND a.account = ${one}.account`;
const LOOKS = (one: string, role: AccountRole): string =>
  `access_log AS l WHERE l.actor = ${one}.actor AND l.kind IN ('LOOK', 'REFUSED')${role === 'facility' ? '' : ` AND l.account = ${one}.account`}`;
const BETWEEN = (at: string): string => `${at} >= coalesce(lower(gap), '-infinity') AND ${at} < coalesce(upper(gap), 'infinity')`;
const OUTSIDE = (role: AccountRole): string => `EXISTS (
    SELECT FROM unnest('{(,)}'::tstzmultirange - coalesce(times, '{}')) AS gap
    WHERE EXISTS (SELECT FROM ${LOOKS('judged', role)} AND ${BETWEEN('l.at')}) OR EXISTS (SELECT FROM ${ACTS('judged')} AND ${BETWEEN('a.at')}))`;

/**
 * Accounts of one role behind an account, in the order of their names. `$1`: the list of the identity provider; `$2`: the role; `$3`, `$4`: the account;
 * `$5`: not used since; `$6`: only findings; `$7`: whether we were told who has this role; `$8`: the moment that is asked about; `$9`: who was not looked at
 * since then is due; `$10`: how many; `$11`: among how many; `$12`: behind every name of the role. Facts of the accounts of the answer alone are counted.
 */
export const linesOf = (role: AccountRole): string => `WITH RECURSIVE ${GRANTED}, ${WALK},
  judged AS (
    SELECT actor, account, source, since, "by", reason, "until", "removedOn", "removedBy", "reviewedOn", ends, times, used.last AS "lastUse",
      coalesce((ends IS NULL OR ends > $8::timestamptz) AND coalesce("reviewedOn", since) < $9::timestamptz, false) AS "reviewDue"
    FROM named LEFT JOIN granted USING (actor, account) CROSS JOIN LATERAL (SELECT greatest(
      (SELECT l.at FROM ${LOOKS('named', role)} ORDER BY l.at DESC LIMIT 1), (SELECT max(a.at) FROM ${ACTS('named')})) AS last) AS used
    WHERE used.last IS NOT NULL OR source IS NOT NULL),
  page AS (
    SELECT * FROM judged WHERE ($5::timestamptz IS NULL OR "lastUse" IS NULL OR "lastUse" < $5) AND (NOT $6 OR "reviewDue" OR ($7 AND ${OUTSIDE(role)}))
    ORDER BY actor, account LIMIT $10)
  SELECT page.*, used."firstUse", used.looks, used.acts, used.refusals, CASE WHEN $7 THEN used.outside END AS "outsideGrant",
    walked."cutActor", walked."cutAccount"
  FROM (SELECT (SELECT actor FROM cut) AS "cutActor", (SELECT account FROM cut) AS "cutAccount") AS walked LEFT JOIN page ON true
    LEFT JOIN LATERAL (
      SELECT min(at) AS "firstUse", count(*) FILTER (WHERE kind = 'LOOK')::integer AS looks, count(*) FILTER (WHERE kind = 'ACT')::integer AS acts,
        count(*) FILTER (WHERE kind = 'REFUSED')::integer AS refusals, count(*) FILTER (WHERE times IS NULL OR NOT times @> at)::integer AS outside
      FROM (SELECT l.kind, l.at FROM ${LOOKS('page', role)} UNION ALL SELECT a.kind, a.at FROM ${ACTS('page')}) AS use) AS used ON true
  ORDER BY page.actor, page.account`;
