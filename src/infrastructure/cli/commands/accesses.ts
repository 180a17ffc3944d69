import { Command } from 'commander';
import type { AccessLine, AccessRequest, BreakGlassLine } from '../../../application/audit/compliance.queries.js';
import type { ComplianceQuestions } from '../../../application/audit/compliance.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { csvOf } from '../csv.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';

const HELP = `
All accesses to one person, by one professional, or in an emergency; latest first. The look itself is written down before anything is shown: in the
history of the person, or among the looks of compliance.

Examples:
  $ mes accesses --space 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --from 2027-03-01T00:00:00+01:00 --purpose "request 2027-17"
  $ mes accesses --professional 899700000012 --purpose "review 2027-4" --csv > accesses.csv
  $ mes accesses --break-glass --purpose "weekly review" --json
`;

interface Options {
  readonly space?: string;
  readonly professional?: string;
  readonly breakGlass?: boolean;
  readonly from?: Instant;
  readonly until?: Instant;
  readonly purpose: string;
  readonly csv?: boolean;
}
interface Found {
  readonly accesses: readonly (AccessLine | BreakGlassLine)[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** `mes accesses`: who looked at whom. */
export const accessesCommand = (context: Context): Command =>
  new Command('accesses')
    .description('list accesses to a person, by a professional, or in an emergency')
    .option('--space <handle>', 'to this space')
    .option('--professional <id>', 'by this professional: 8 and the RPPS number')
    .option('--break-glass', 'in an emergency, with the reason and what followed')
    .option('--from <instant>', 'written from (included)', moment)
    .option('--until <instant>', 'written until (excluded)', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--csv', 'as CSV, separated by semicolons')
    .addHelpText('after', HELP)
    .action(async (options: Options, command: Command) => {
      refuseMixtures(options, command);
      const { purpose, csv = false } = options;
      const { accesses, head, rows } = await withSystem(context, command, ['projections'], async ({ compliance, clock }) =>
        found(compliance, options, () => callerHere('compliance', clock, { purpose })),
      );
      const lines = csv
        ? csvOf(head, rows)
        : tableOf(
            head,
            rows.map((row) => row.map((cell) => String(cell ?? ''))),
          );
      terminalOf(context, command).answer({ accesses }, lines);
    });

function refuseMixtures({ space, professional, breakGlass }: Options, command: Command): void {
  if ([space !== undefined, professional !== undefined, breakGlass === true].filter(Boolean).length !== 1)
    command.error('error: one of --space, --professional and --break-glass is needed');
}

/** Each page is a look with a line of its own. */
async function everyPage<T>(ask: (cursor: string | null) => Promise<{ readonly accesses: readonly T[]; readonly next: string | null }>) {
  const all: T[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await ask(cursor);
    all.push(...page.accesses);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

async function found(questions: ComplianceQuestions, options: Options, caller: () => Caller): Promise<Found> {
  const { space, professional = '', from = null, until = null } = options;
  const page = (cursor: string | null): AccessRequest => ({ first: 100, cursor, from, until, mode: null, kind: null });
  if (options.breakGlass === true) {
    const emergencies = await everyPage((cursor) => questions.breakGlass(page(cursor), caller()));
    return { accesses: emergencies, head: EMERGENCY_HEAD, rows: emergencies.map(emergencyRow) };
  }
  const looks = await everyPage((cursor) =>
    space === undefined ? questions.by({ professional }, page(cursor), caller()) : questions.ofSpace(space, page(cursor), caller()),
  );
  return { accesses: looks, head: LOOK_HEAD, rows: looks.map(lookRow) };
}

const LOOK_HEAD = [
  ...['at', 'kind', 'space', 'role', 'professional', 'name', 'facility', 'action', 'mode', 'document'],
  ...['outcome', 'ground', 'rule', 'matrix', 'purpose', 'times'],
];
const receiptCells = (receipt: AccessLine['receipt']) =>
  receipt === null ? [null, null, null, null] : [receipt.outcome, receipt.reason, receipt.rule, receipt.matrix];
const lookRow = ({ at, kind, space, role, who, action, mode, document, receipt, purpose, times }: AccessLine) => [
  ...[at, kind, space, role, who.id, who.name, who.facility?.name ?? null, action, mode, document],
  ...[...receiptCells(receipt), purpose, times],
];
const EMERGENCY_HEAD = [
  'at',
  'space',
  'professional',
  'name',
  'mode',
  'reason',
  'looks',
  'holder told',
  'doctor told',
  'review',
  'due',
  'outcome',
];
const emergencyRow = ({ at, space, who, mode, said, looks, holderTold, attendingDoctorTold, review }: BreakGlassLine) => [
  ...[at, space, who.id, who.name, mode, said, looks, holderTold, attendingDoctorTold],
  ...[review === null ? null : review.overdue ? 'OVERDUE' : review.state, review?.due ?? null, review?.outcome ?? null],
];
