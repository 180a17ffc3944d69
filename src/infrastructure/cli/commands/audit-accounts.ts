import { Command, Option } from 'commander';
import { ACCOUNT_ROLES, type AccountGrant, type AccountLine, type AccountRole } from '../../../application/registers/accounts.queries.js';
import type { AccountAnswer, AccountQuestions } from '../../../application/registers/accounts.questions.js';
import type { ReleaseLine } from '../../../application/registers/services.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { csvOf } from '../csv.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';

interface Options {
  readonly purpose: string;
  readonly asOf?: Instant;
  readonly csv?: boolean;
  readonly role?: AccountRole;
  readonly unusedSince?: Instant;
  readonly findings?: boolean;
}
type Cells = readonly (string | number | boolean | null)[];
/** What is answered: as an object, what goes before the table, and the table. */
interface Shown {
  readonly value: object;
  readonly words: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly Cells[];
}
type Ask = (questions: AccountQuestions, caller: () => Caller, options: Options) => Promise<Shown>;

const PAGE = 100;
/** Each page is a look with a line of its own. */
async function everyAccount(questions: AccountQuestions, caller: () => Caller, options: Options): Promise<AccountAnswer> {
  const { role = null, unusedSince = null, findings = false } = options;
  const all: AccountLine[] = [];
  for (let cursor: string | null = null; ;) {
    const page: AccountAnswer = await questions.accounts({ role, unusedSince, findingsOnly: findings }, { first: PAGE, cursor }, caller());
    all.push(...page.accounts);
    if (page.next === null) return { ...page, accounts: all };
    cursor = page.next;
  }
}

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
const accounts: Ask = async (questions, caller, options) => {
  const answer = await everyAccount(questions, caller, options);
  return { value: answer, words: answer.fr, head: ACCOUNT_HEAD, rows: answer.accounts.map(accountCells) };
};

const RELEASE_HEAD = ['party', 'direction', 'what', 'purpose', 'count', 'first', 'last'];
const releaseCells = ({ party, direction, what, purpose, count, first, last }: ReleaseLine): Cells => [
  ...[party, direction, what, purpose, count, first, last],
];
const services: Ask = async (questions, caller) => {
  const answer = await questions.services(caller());
  return { value: answer, words: [answer.catalogue.fr], head: RELEASE_HEAD, rows: answer.releases.map(releaseCells) };
};

const written = (rows: readonly Cells[]): readonly (readonly string[])[] => rows.map((row) => row.map((cell) => String(cell ?? '')));

const questionOf = (context: Context, name: string, description: string, ask: Ask): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--as-of <instant>', 'as it was known at a past instant; ISO 8601, with offset', moment)
    .option('--csv', 'as CSV, separated by semicolons')
    .action(async (options: Options, command: Command) => {
      const { asOf, purpose } = options;
      const { value, words, head, rows } = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        return ask(system.accounts, () => callerHere('compliance', system.clock, { asOf, purpose }), options);
      });
      terminalOf(context, command).answer(
        value,
        options.csv === true ? csvOf(head, rows) : [...words, '', ...tableOf(head, written(rows))],
      );
    });

/** `mes audit accounts`: who may use the system, who used it, and what somebody must look into. */
export const accountsCommand = (context: Context): Command =>
  questionOf(context, 'accounts', 'accounts with role, last use, grant and removal', accounts)
    .addOption(new Option('--role <role>', 'only accounts in this role').choices(ACCOUNT_ROLES))
    .option('--unused-since <instant>', 'only accounts that left nothing since then', moment)
    .option('--findings', 'only what somebody must look into');

/** `mes audit services`: referenced services, and what passed to and from others. */
export const servicesCommand = (context: Context): Command =>
  questionOf(context, 'services', 'referenced services, and what passed to and from others', services);
