import { Command, Option } from 'commander';
import type { ReviewCaseView } from '../../../application/audit/compliance.queries.js';
import { OUTCOMES, type Outcome } from '../../../domain/audit/case-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { everyPage, inBraces, listed, onePart, rowsOf } from '../pages.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';
import { questionCommand, type Questioning } from './question.js';

const HELP = `
A review is opened by an alert, for each break-glass access (due within 72 hours), or by hand. Nobody judges his own accesses, with whatever account;
only whom a case was assigned to closes it. Write nothing on health into texts.

Examples:
  $ mes cases list --overdue --purpose "weekly review"
  $ mes cases show CASE --purpose "weekly review"
  $ mes cases open --professional 899700000012 --reason "complaint 2027-9" --due 2027-04-01T00:00:00+02:00
  $ mes cases assign CASE --issuer https://idp.example --sub officer-2
  $ mes cases close CASE --outcome JUSTIFIED --reason "on call that night"
`;
const REASON = ['--reason <text>', 'why; without anything on health'] as const;
const DUE = ['--due <instant>', 'until when it must be reviewed'] as const;

/** `mes cases …`: reviews of accesses. */
export const casesCommand = (context: Context): Command => {
  const cases = new Command('cases').description('reviews of accesses and alerts').addHelpText('after', HELP);
  for (const make of [list, show, open, assign, due, comment, close, reopen]) cases.addCommand(make(context));
  return cases;
};

interface Listing extends Questioning {
  readonly overdue?: boolean;
  readonly mine?: boolean;
  readonly all?: boolean;
  readonly rule?: string;
}
const HEAD = ['case', 'opened', 'cause', 'rule', 'actor', 'state', 'due', 'assignee', 'outcome'];
const rowOf = ({ case: id, openedAt, cause, alert, actor, state, overdue, due: until, assignee, outcome }: ReviewCaseView) => [
  ...[id, openedAt, cause, alert?.rule ?? '', actor, overdue ? 'OVERDUE' : state, until, assignee ?? '', outcome ?? ''],
];

const list = (context: Context): Command =>
  questionCommand<Listing>(context, 'list', 'open reviews, the latest first', ({ system: { compliance }, caller, options, first }) => {
    const { overdue = false, mine = false, all = false, rule = null } = options;
    const asked = { first, state: all ? null : 'OPEN', cause: null, rule, overdue, mine } as const;
    const pages = everyPage((cursor) => compliance.cases({ ...asked, cursor }, caller()));
    return inBraces(listed('cases', pages, (page) => page.cases, linesOfCases));
  })
    .option('--overdue', 'only those whose day has come')
    .option('--mine', 'only those assigned to you')
    .option('--all', 'closed ones too')
    .option('--rule <rule>', 'only alerts of this rule');

const caseRows = rowsOf(HEAD, rowOf);
const linesOfCases: typeof caseRows = (cases, first) => (first && cases.length === 0 ? ['there is none'] : caseRows(cases, first));

const show = (context: Context): Command =>
  questionCommand(
    context,
    'show',
    'one review and all that happened to it',
    async function* ({ system: { compliance }, caller, argument }) {
      const file = await compliance.case(argument, caller());
      const steps = file.steps.map(({ at, kind, by, text, outcome }) => [at, kind, by, outcome ?? '', text ?? '']);
      yield onePart(file, [...tableOf(HEAD, [rowOf(file)]), ...tableOf(['at', 'what', 'by', 'outcome', 'text'], steps)]);
    },
  ).argument('<case>', 'its id');

type Work = (system: System, caller: ReturnType<typeof callerHere>) => Promise<object>;
async function done(context: Context, command: Command, work: Work): Promise<void> {
  const receipt = await withSystem(context, command, ['projections'], (system) => work(system, callerHere('compliance', system.clock)));
  terminalOf(context, command).answer(receipt, ['case' in receipt ? String(receipt.case) : 'done']);
}
const ofCase = (name: string, what: string): Command => new Command(name).description(what).argument('<case>', 'its id');

interface Opening {
  readonly professional: string;
  readonly space?: string;
  readonly reason: string;
  readonly due: Instant;
}
const open = (context: Context): Command =>
  new Command('open')
    .description('open a review of what a professional looked at')
    .requiredOption('--professional <id>', '8 and the RPPS number')
    .option('--space <handle>', 'of whom', anId)
    .requiredOption(...REASON)
    .requiredOption(...DUE, moment)
    .action((opening: Opening, command: Command) => {
      const { professional, ...draft } = opening;
      return done(context, command, ({ cases }, caller) => cases.open({ looker: { professional }, ...draft }, caller));
    });

const assign = (context: Context): Command =>
  ofCase('assign', 'say who reviews it')
    .requiredOption('--issuer <url>', 'identity provider of the account')
    .requiredOption('--sub <subject>', 'subject of the account')
    .action((id: string, { issuer, sub }: { issuer: string; sub: string }, command: Command) =>
      done(context, command, ({ cases }, caller) => cases.assign(id, { issuer, sub }, caller)),
    );

const due = (context: Context): Command =>
  ofCase('due', 'say until when it must be reviewed')
    .requiredOption(...DUE, moment)
    .action((id: string, said: { due: Instant }, command: Command) =>
      done(context, command, ({ cases }, caller) => cases.setDue(id, said.due, caller)),
    );

const comment = (context: Context): Command =>
  ofCase('comment', 'write down what was found')
    .requiredOption('--text <text>', 'without anything on health')
    .action((id: string, { text }: { text: string }, command: Command) =>
      done(context, command, ({ cases }, caller) => cases.comment(id, text, caller)),
    );

const close = (context: Context): Command =>
  ofCase('close', 'close it, with its outcome')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices([...OUTCOMES]).makeOptionMandatory())
    .requiredOption(...REASON)
    .action((id: string, closing: { outcome: Outcome; reason: string }, command: Command) =>
      done(context, command, ({ cases }, caller) => cases.close(id, closing, caller)),
    );

const reopen = (context: Context): Command =>
  ofCase('reopen', 'open it again')
    .requiredOption(...REASON)
    .requiredOption(...DUE, moment)
    .action((id: string, reopening: { reason: string; due: Instant }, command: Command) =>
      done(context, command, ({ cases }, caller) => cases.reopen(id, reopening, caller)),
    );
