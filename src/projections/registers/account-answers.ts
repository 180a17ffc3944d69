import {
  ACCOUNT_ROLES,
  ListAccounts,
  type AccountLine,
  type AccountPage,
  type AccountRole,
  type AccountState,
} from '../../application/registers/accounts.queries.js';
import { Refused } from '../../application/shared/refused.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { registersPolicy } from '../../domain/registers/registers-policy.js';
import { STAFF_ROLES } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import { dayAfter, parisDay, startOfDay, type Instant } from '../../domain/shared/time.js';
import { checkPageSize, pageOf } from '../shared/pages.js';
import { linesOf, type FoundAccount } from './account-lines.js';

const stateOf = ({ source, removedOn, ends, outsideGrant }: FoundAccount, moment: Instant): AccountState => {
  if (source === null) return outsideGrant === null ? 'NOT_TOLD' : 'WITHOUT_GRANT';
  if (removedOn !== null) return 'REMOVED';
  return ends !== null && ends <= moment ? 'ENDED' : 'IN_FORCE';
};

type Named = FoundAccount & { readonly actor: string };
const isNamed = (found: FoundAccount): found is Named => found.actor !== null;
function lineOf(role: AccountRole, found: Named, moment: Instant): AccountLine {
  const { actor, account, firstUse, lastUse, looks, acts, refusals, outsideGrant, reviewDue } = found;
  const { source, since, by, reason, until, removedOn, removedBy, reviewedOn } = found;
  const grant = source === null || since === null ? null : { source, since, by, reason, until, removedOn, removedBy, reviewedOn };
  const used = { role, actor, account, firstUse, lastUse, looks, acts, refusals };
  return { ...used, state: stateOf(found, moment), grant, outsideGrant, reviewDue };
}

/** A place in the list: an account, or where the next one is looked for. */
type Place = Pick<AccountLine, 'actor' | 'account'>;
/** An account has no control characters, so a line break parts the two. */
const CURSOR = /^(\P{Cc}+)\n(\P{Cc}+)$/u;
const cursorOf = ({ actor, account }: Place): string => Buffer.from(`${actor}\n${account}`).toString('base64url');
/** Refuses (`query/cursor-unknown`) what is not one of ours. */
function placeOf(cursor: string | null): Place | null {
  if (cursor === null) return null;
  const [, actor, account] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (actor === undefined || account === undefined) throw new Refused(reject('invalid', 'query/cursor-unknown'));
  return { actor, account };
}

/** An account that was given a role longer ago than this, and not looked at since, is due. */
const dueBefore = (moment: Instant): Instant => startOfDay(dayAfter(parisDay(moment), { years: -registersPolicy.accountReview.years }));
const TOLD_BY_US: readonly AccountRole[] = ['auditor'];

/** Names of actors begin with their role (`nameOf`), so the list goes from role to role. */
const BEGINS = (role: AccountRole): string => `${role}:`;
const ENDS = (role: AccountRole): string => `${role};`;
const IN_ORDER = [...ACCOUNT_ROLES].sort((one, other) => (BEGINS(one) < BEGINS(other) ? -1 : 1));
/** So many accounts are looked at for those of one page that not only their names choose; the next page goes on behind them, however few it found. */
const MOST_LOOKED_AT = 10_000;

/** The accounts of one role that come next, and behind which account to go on; null: there is none behind them. */
interface Part {
  readonly lines: readonly AccountLine[];
  readonly cut: Place | null;
}
async function partOf(sql: Sql, role: AccountRole, query: ListAccounts, behind: Place | null, moment: Instant): Promise<Part> {
  const { filter, listed, page } = query;
  const { actor, account } = behind?.actor.startsWith(BEGINS(role)) === true ? behind : { actor: BEGINS(role), account: '' };
  const found = await sql<FoundAccount>(
    linesOf(role),
    ...[JSON.stringify(listed ?? []), role, actor, account, filter.unusedSince, filter.findingsOnly],
    ...[isTold(role, listed), moment, dueBefore(moment), page.first + 1, lookedAt(query), ENDS(role)],
  );
  const cut = found.flatMap(({ cutActor, cutAccount }) => (cutActor === null ? [] : [{ actor: cutActor, account: cutAccount }]));
  return { lines: found.filter(isNamed).map((one) => lineOf(role, one, moment)), cut: cut[0] ?? null };
}
/** Whether somebody told us who has this role. */
const isTold = (role: AccountRole, listed: ListAccounts['listed']): boolean =>
  (listed === null ? TOLD_BY_US : STAFF_ROLES).some((one) => one === role);
const lookedAt = ({ filter: { unusedSince, findingsOnly }, page }: ListAccounts): number =>
  unusedSince !== null || findingsOnly ? MOST_LOOKED_AT : page.first + 1;

export const answerListAccounts = answerTo('ListAccounts', ListAccounts, async (sql, query, { moment }): Promise<AccountPage> => {
  const { first, cursor } = query.page;
  checkPageSize(first);
  const behind = placeOf(cursor);
  const roles = IN_ORDER.filter((role) => (query.filter.role ?? role) === role && (behind === null || behind.actor < ENDS(role)));
  const found: AccountLine[] = [];
  for (const role of roles) {
    const { lines, cut } = await partOf(sql, role, query, behind, moment);
    found.push(...lines);
    const { shown, last = cut } = pageOf(found, first);
    if (last !== null) return { accounts: shown, next: cursorOf(last) };
  }
  return { accounts: found, next: null };
});
