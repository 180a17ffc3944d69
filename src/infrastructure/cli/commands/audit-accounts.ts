import { Option, type Command } from 'commander';
import { ACCOUNT_ROLES, type AccountGrant, type AccountLine, type AccountRole } from '../../../application/registers/accounts.queries.js';
import type { AccountAnswer } from '../../../application/registers/accounts.questions.js';
import type { ReleaseLine } from '../../../application/registers/services.queries.js';
import type { Instant } from '../../../domain/shared/time.js';
import type { Context } from '../context.js';
import { around, everyPage, listed, onePart, rowsOf } from '../pages.js';
import type { Part } from '../terminal.js';
import { moment } from './as-of.js';
import { questionCommand, type Ask, type Questioning } from './question.js';

interface Options extends Questioning {
  readonly csv?: boolean;
  readonly role?: AccountRole;
  readonly unusedSince?: Instant;
  readonly findings?: boolean;
}
type Cells = readonly (string | number | boolean | null)[];

const ACCOUNT_HEAD = [
  ...['role', 'account', 'first use', 'last use', 'looks', 'acts', 'refusals', 'state', 'granted', 'by', 'reason', 'until'],
  ...['removed', 'removed by', 'reviewed', 'outside its grant', 'review due'],
];
const GRANT_CELLS = [
  'since',
  'by',
  'reason',
  'until',
  'removedOn',
  'removedBy',
  'reviewedOn',
] as const satisfies readonly (keyof AccountGrant)[];
/** Professionals are named by their number, and a software by its facility, beside the account. */
const namedOf = ({ role, actor, account }: AccountLine): string =>
  role === 'professional' || role === 'facility' ? `${actor} ${account}` : account;
const accountCells = (line: AccountLine): Cells => [
  ...[line.role, namedOf(line), line.firstUse, line.lastUse, line.looks, line.acts, line.refusals, line.state],
  ...GRANT_CELLS.map((name) => (line.grant === null ? null : line.grant[name])),
  ...[line.outsideGrant, line.reviewDue ? 'due' : null],
];
const accounts: Ask<Options> = ({ system, caller, options, first }) => {
  const { role = null, unusedSince = null, findings = false, csv = false } = options;
  const filter = { role, unusedSince, findingsOnly: findings };
  const pages = everyPage((cursor) => system.accounts.accounts(filter, { first, cursor }, caller()));
  const about = ({ listOf, fr }: AccountAnswer): Part => ({
    json: `"listOf":${JSON.stringify(listOf)},"fr":${JSON.stringify(fr)},`,
    lines: csv ? [] : [...fr, ''],
  });
  const list = listed('accounts', pages, (page) => page.accounts, rowsOf(ACCOUNT_HEAD, accountCells, csv), about);
  return around('{', list, ',"next":null}');
};

const RELEASE_HEAD = ['party', 'direction', 'what', 'purpose', 'count', 'first', 'last'];
const releaseCells = ({ party, direction, what, purpose, count, first, last }: ReleaseLine): Cells => [
  ...[party, direction, what, purpose, count, first, last],
];
const services: Ask<Options> = async function* ({ system, caller, options: { csv = false } }) {
  const answer = await system.accounts.services(caller());
  const rows = rowsOf(RELEASE_HEAD, releaseCells, csv)(answer.releases, true);
  yield onePart(answer, csv ? rows : [answer.catalogue.fr, '', ...rows]);
};

const questionOf = (context: Context, name: string, description: string, ask: Ask<Options>): Command =>
  questionCommand(context, name, description, ask).option('--csv', 'as CSV, separated by semicolons');

/** `mes audit accounts`: who may use the system, who used it, and what somebody must look into. */
export const accountsCommand = (context: Context): Command =>
  questionOf(context, 'accounts', 'accounts with role, last use, grant and removal', accounts)
    .addOption(new Option('--role <role>', 'only accounts in this role').choices(ACCOUNT_ROLES))
    .option('--unused-since <instant>', 'only accounts that left nothing since then', moment)
    .option('--findings', 'only what somebody must look into');

/** `mes audit services`: referenced services, and what passed to and from others. */
export const servicesCommand = (context: Context): Command =>
  questionOf(context, 'services', 'referenced services, and what passed to and from others', services);
