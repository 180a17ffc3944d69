import type { Command } from 'commander';
import type { AccessLine, AccessRequest, BreakGlassLine } from '../../../application/audit/compliance.queries.js';
import type { Instant } from '../../../domain/shared/time.js';
import type { Context } from '../context.js';
import { anId } from '../ids.js';
import { everyPage, inBraces, listed, rowsOf } from '../pages.js';
import { moment } from './as-of.js';
import { questionCommand, type Ask, type Questioning } from './question.js';

const HELP = `
All accesses to one person, by one professional, or in an emergency; latest first. The look itself is written down before anything is shown: in the
history of the person, or among the looks of compliance.

Examples:
  $ mes accesses --space 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --from 2027-03-01T00:00:00+01:00 --purpose "request 2027-17"
  $ mes accesses --professional 899700000012 --purpose "review 2027-4" --csv > accesses.csv
  $ mes accesses --break-glass --purpose "weekly review" --json
`;

interface Options extends Questioning {
  readonly space?: string;
  readonly professional?: string;
  readonly breakGlass?: boolean;
  readonly from?: Instant;
  readonly until?: Instant;
  readonly csv?: boolean;
}

/** `mes accesses`: who looked at whom. */
export const accessesCommand = (context: Context): Command =>
  questionCommand(context, 'accesses', 'list accesses to a person, by a professional, or in an emergency', accesses)
    .option('--space <handle>', 'to this space', anId)
    .option('--professional <id>', 'by this professional: 8 and the RPPS number')
    .option('--break-glass', 'in an emergency, with the reason and what followed')
    .option('--from <instant>', 'written from (included)', moment)
    .option('--until <instant>', 'written until (excluded)', moment)
    .option('--csv', 'as CSV, separated by semicolons')
    .addHelpText('after', HELP)
    .hook('preAction', (command) => refuseMixtures(command.opts<Options>(), command));

function refuseMixtures({ space, professional, breakGlass }: Options, command: Command): void {
  if ([space !== undefined, professional !== undefined, breakGlass === true].filter(Boolean).length !== 1)
    command.error('error: one of --space, --professional and --break-glass is needed');
}

const accesses: Ask<Options> = ({ system: { compliance }, caller, options, first }) => {
  const { space, professional = '', from = null, until = null, csv } = options;
  const page = (cursor: string | null): AccessRequest => ({ first, cursor, from, until, mode: null, kind: null });
  if (options.breakGlass === true) {
    const emergencies = everyPage((cursor) => compliance.breakGlass(page(cursor), caller()));
    return inBraces(listed('accesses', emergencies, (found) => found.accesses, rowsOf(EMERGENCY_HEAD, emergencyRow, csv)));
  }
  const looks = everyPage((cursor) =>
    space === undefined ? compliance.by({ professional }, page(cursor), caller()) : compliance.ofSpace(space, page(cursor), caller()),
  );
  return inBraces(listed('accesses', looks, (found) => found.accesses, rowsOf(LOOK_HEAD, lookRow, csv)));
};

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
