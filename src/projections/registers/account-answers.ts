import {
  ListAccounts,
  type AccountLine,
  type AccountPage,
  type AccountRole,
  type AccountState,
  type ListedGrant,
} from '../../application/registers/accounts.queries.js';
import { Refused } from '../../application/shared/refused.js';
import { answerTo } from '../../application/shared/subject-query.js';
import { registersPolicy } from '../../domain/registers/registers-policy.js';
import { STAFF_ROLES } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import { dayAfter, parisDay, startOfDay, type Instant } from '../../domain/shared/time.js';
import { checkPageSize, pageOf } from '../shared/pages.js';

/** All the times at which an account of an auditor held: prolonged, it held before too; shortened or ended, no longer. */
const SPANS = `(SELECT range_agg(tstzrange(at, greatest(at, least(span.until, next)))) FROM (
    SELECT s.at, s.until, lead(s.at) OVER (ORDER BY s.stream, s.rev) AS next FROM account_grant_span s WHERE s.actor = account_grant.actor) AS span)`;
/** The list of the identity provider as rows, with what this log knows itself before it. `times`: when the account held. */
const GRANTED = `listed AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(actor text, account text, role text, source text, since timestamptz, "by" text, reason text,
      "until" timestamptz, "removedOn" timestamptz, "removedBy" text, "reviewedOn" timestamptz, ends timestamptz)),
  granted AS (
    SELECT actor, account, 'auditor' AS role, 'LOG' AS source, granted_at AS since, granted_by AS "by", authority AS reason, until, ended_at AS "removedOn",
      ended_by AS "removedBy", NULL::timestamptz AS "reviewedOn", least(until, ended_at) AS ends, ${SPANS} AS times
    FROM account_grant
    UNION ALL SELECT listed.*, tstzmultirange(tstzrange(since, CASE WHEN ends IS NOT NULL THEN greatest(since, ends) END)) FROM listed WHERE NOT EXISTS (SELECT FROM account_grant known WHERE known.actor = listed.actor))`;
/** What each account did: what it left itself, and its looks and refusals in the log of accesses, where software stands under its name alone. */
const USES = `uses AS NOT MATERIALIZED (
    SELECT actor, account, role, kind, at FROM account_act
    UNION ALL SELECT actor, coalesce(account, split_part(actor, '|', 2)), role, kind, at FROM access_log
      WHERE kind IN ('LOOK', 'REFUSED') AND role NOT IN ('person', 'bearer', 'system'))`;
const BEHIND = `($2::text IS NULL OR role = $2) AND ($3::text IS NULL OR (actor, account) > ($3, $4::text))`;
/** Where nothing but their names chooses accounts, only those of the page are counted: of a whole country there are many. */
const ENOUGH = `ORDER BY actor, account LIMIT CASE WHEN $5::timestamptz IS NULL AND NOT $6 THEN $10::integer END`;
const NAMED = `named AS (
    SELECT actor, account, role FROM (
      (SELECT DISTINCT actor, account, role FROM uses WHERE ${BEHIND} ${ENOUGH})
      UNION (SELECT actor, account, role FROM granted WHERE ${BEHIND} ${ENOUGH})) AS either ${ENOUGH})`;
const USED = `used AS (
    SELECT actor, account, min(a.at) AS "firstUse", max(a.at) AS "lastUse", count(*) FILTER (WHERE kind = 'LOOK')::integer AS looks,
      count(*) FILTER (WHERE kind = 'ACT')::integer AS acts, count(*) FILTER (WHERE kind = 'REFUSED')::integer AS refusals,
      count(*) FILTER (WHERE g.times IS NULL OR NOT g.times @> a.at)::integer AS outside
    FROM named JOIN uses AS a USING (actor, account) LEFT JOIN granted AS g USING (actor, account)
    GROUP BY actor, account)`;
/** `$7`: the roles of whose grants we were told; `$8`: the moment that is asked about; `$9`: who was not looked at since then is due. */
const LINES = `WITH ${GRANTED}, ${USES}, ${NAMED}, ${USED}
  SELECT * FROM (
    SELECT named.role, actor, account, "firstUse", "lastUse", coalesce(looks, 0) AS looks, coalesce(acts, 0) AS acts,
      coalesce(refusals, 0) AS refusals, source, since, "by", reason, "until", "removedOn", "removedBy", "reviewedOn", ends,
      CASE WHEN named.role = ANY($7::text[]) THEN coalesce(outside, 0) END AS "outsideGrant",
      coalesce((ends IS NULL OR ends > $8::timestamptz) AND coalesce("reviewedOn", since) < $9::timestamptz, false) AS "reviewDue"
    FROM named LEFT JOIN used USING (actor, account) LEFT JOIN granted USING (actor, account)) AS line
  WHERE ($5::timestamptz IS NULL OR "lastUse" IS NULL OR "lastUse" < $5) AND (NOT $6 OR "outsideGrant" > 0 OR "reviewDue")
  ORDER BY actor, account LIMIT $10`;

interface Found extends Omit<AccountLine, 'grant' | 'state'>, Omit<ListedGrant, 'source' | 'since' | 'role'> {
  readonly source: ListedGrant['source'] | null;
  readonly since: Instant | null;
}

const stateOf = ({ source, removedOn, ends, outsideGrant }: Found, moment: Instant): AccountState => {
  if (source === null) return outsideGrant === null ? 'NOT_TOLD' : 'WITHOUT_GRANT';
  if (removedOn !== null) return 'REMOVED';
  return ends !== null && ends <= moment ? 'ENDED' : 'IN_FORCE';
};

function lineOf(found: Found, moment: Instant): AccountLine {
  const { role, actor, account, firstUse, lastUse, looks, acts, refusals, outsideGrant, reviewDue } = found;
  const { source, since, by, reason, until, removedOn, removedBy, reviewedOn } = found;
  const grant = source === null || since === null ? null : { source, since, by, reason, until, removedOn, removedBy, reviewedOn };
  const used = { role, actor, account, firstUse, lastUse, looks, acts, refusals };
  return { ...used, state: stateOf(found, moment), grant, outsideGrant, reviewDue };
}

/** An account has no control characters, so a line break parts the two. */
const CURSOR = /^(\P{Cc}+)\n(\P{Cc}+)$/u;
const cursorOf = ({ actor, account }: AccountLine): string => Buffer.from(`${actor}\n${account}`).toString('base64url');
/** Refuses (`query/cursor-unknown`) what is not one of ours. */
function placeOf(cursor: string | null): readonly [actor: string | null, account: string | null] {
  if (cursor === null) return [null, null];
  const [, actor, account] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (actor === undefined || account === undefined) throw new Refused(reject('invalid', 'query/cursor-unknown'));
  return [actor, account];
}

/** An account that was given a role longer ago than this, and not looked at since, is due. */
const dueBefore = (moment: Instant): Instant => startOfDay(dayAfter(parisDay(moment), { years: -registersPolicy.accountReview.years }));
const TOLD_BY_US: readonly AccountRole[] = ['auditor'];

export const answerListAccounts = answerTo('ListAccounts', ListAccounts, async (sql, query, { moment }): Promise<AccountPage> => {
  const { filter, listed } = query;
  const { first, cursor } = query.page;
  checkPageSize(first);
  const [actor, account] = placeOf(cursor);
  const found = await sql<Found>(
    LINES,
    ...[JSON.stringify(listed ?? []), filter.role, actor, account, filter.unusedSince, filter.findingsOnly],
    ...[listed === null ? TOLD_BY_US : STAFF_ROLES, moment, dueBefore(moment), first + 1],
  );
  const { shown, last } = pageOf(
    found.map((one) => lineOf(one, moment)),
    first,
  );
  return { accounts: shown, next: last === undefined ? null : cursorOf(last) };
});
