import { Command, Option } from 'commander';
import type { CaseRequest, ReviewCaseView } from '../../../application/audit/compliance.queries.js';
import { OUTCOMES, type Outcome } from '../../../domain/audit/case-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';

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
const PURPOSE = ['--purpose <text>', 'why you look; it is written down'] as const;
const REASON = ['--reason <text>', 'why; without anything on health'] as const;
const DUE = ['--due <instant>', 'until when it must be reviewed'] as const;

/** `mes cases …`: reviews of accesses. */
export const casesCommand = (context: Context): Command => {
  const cases = new Command('cases').description('reviews of accesses and alerts').addHelpText('after', HELP);
  for (const make of [list, show, open, assign, due, comment, close, reopen]) cases.addCommand(make(context));
  return cases;
};

interface Listing {
  readonly purpose: string;
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
  new Command('list')
    .description('open reviews, the latest first')
    .requiredOption(...PURPOSE)
    .option('--overdue', 'only those whose day has come')
    .option('--mine', 'only those assigned to you')
    .option('--all', 'closed ones too')
    .option('--rule <rule>', 'only alerts of this rule')
    .action(async ({ purpose, overdue = false, mine = false, all = false, rule }: Listing, command: Command) => {
      const asked = { first: 100, state: all ? null : 'OPEN', cause: null, rule: rule ?? null, overdue, mine } as const;
      const cases = await withSystem(context, command, ['projections'], (system) => everyCase(system, asked, purpose));
      terminalOf(context, command).answer({ cases }, cases.length === 0 ? ['there is none'] : tableOf(HEAD, cases.map(rowOf)));
    });

async function everyCase({ compliance, clock }: System, asked: Omit<CaseRequest, 'cursor'>, purpose: string) {
  const all: ReviewCaseView[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await compliance.cases({ ...asked, cursor }, callerHere('compliance', clock, { purpose }));
    all.push(...page.cases);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

const show = (context: Context): Command =>
  new Command('show')
    .description('one review and all that happened to it')
    .argument('<case>', 'its id')
    .requiredOption(...PURPOSE)
    .action(async (id: string, { purpose }: { purpose: string }, command: Command) => {
      const file = await withSystem(context, command, ['projections'], ({ compliance, clock }) =>
        compliance.case(id, callerHere('compliance', clock, { purpose })),
      );
      const steps = file.steps.map(({ at, kind, by, text, outcome }) => [at, kind, by, outcome ?? '', text ?? '']);
      const lines = [...tableOf(HEAD, [rowOf(file)]), ...tableOf(['at', 'what', 'by', 'outcome', 'text'], steps)];
      terminalOf(context, command).answer(file, lines);
    });

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
    .option('--space <handle>', 'of whom')
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
