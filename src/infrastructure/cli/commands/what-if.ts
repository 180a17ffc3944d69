import { Command } from 'commander';
import type { ChangedDecision, WhatIfCounts } from '../../../application/replay/could-see.queries.js';
import type { Period } from '../../../application/replay/foresights.js';
import type { OtherMatrix } from '../../../application/replay/what-if.questions.js';
import type { Instant } from '../../../domain/shared/time.js';
import { readMatrixCsv } from '../../codes/matrix-csv.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import type { System } from '../system.js';
import type { Terminal } from '../terminal.js';
import { moment } from './as-of.js';

const HELP = `
Decides every recorded look and refusal of the period once more, on the facts of its moment, under another version of the authorisation matrix: a published
one by its number, or a file. Each decision that changes is told as it is found, the counts come last. Each space that is named gets its line.

Examples:
  $ mes what-if --matrix 2 --from 2027-01-01T00:00:00+01:00 --until 2027-02-01T00:00:00+01:00 --purpose "order of 3 March 2027"
  $ mes what-if --matrix matrix.csv --from 2027-01-01T00:00:00+01:00 --until 2027-02-01T00:00:00+01:00 --professional 899990000012 --purpose "complaint 12"
`;
interface Options {
  readonly matrix: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly purpose: string;
  readonly space?: string;
  readonly professional?: string;
}
const matrixOf = async (text: string): Promise<OtherMatrix> =>
  /^\d{1,6}$/.test(text) ? { version: Number(text) } : { file: await readMatrixCsv(text) };

const changeLine = ({ at, space, action, professional, recorded, otherwise }: ChangedDecision): string => {
  const then = otherwise.receipt === null ? otherwise.outcome : `${otherwise.outcome} ${otherwise.receipt.reason}`;
  return `${at}  ${space}  ${professional ?? '—'}  ${action}: ${recorded.outcome} ${recorded.reason} → ${then}`;
};
const NAMES: Readonly<Record<keyof WhatIfCounts, string>> = {
  decisions: 'decisions',
  same: 'the same',
  allowedNow: 'refused then, allowed by the other matrix',
  deniedNow: 'allowed then, refused by the other matrix',
  otherReason: 'the same outcome for another reason',
  notRecorded: 'depends on a fact that is missing',
  notReproduced: 'not what the rules of today give for then',
};

/** Tells each change as soon as it is known, and gives the counts. */
async function run({ whatIf, clock }: System, options: Options, terminal: Terminal): Promise<WhatIfCounts> {
  const { from, until, purpose, space, professional } = options;
  const [period, matrix]: [Period, OtherMatrix] = [{ from, until }, await matrixOf(options.matrix)];
  const caller = callerHere('compliance', clock, { purpose });
  const tell = (change: ChangedDecision): void => terminal.answer(change, [changeLine(change)]);
  if (space === undefined && professional === undefined) {
    const bar = terminal.progress('the log');
    const progress = ({ done, of }: { done: bigint; of: bigint }): void => bar.to(Number(done), Number(of));
    const { leftOut, ...counts } = await whatIf.ofAll(matrix, period, caller, { tell, progress });
    bar.end();
    if (leftOut > 0) terminal.say(`${leftOut} spaces stand still and were left out`);
    return counts;
  }
  const { changes, ...counts } =
    space === undefined
      ? await whatIf.ofProfessional(professional ?? '', matrix, period, caller)
      : await whatIf.ofSpace(space, matrix, period, caller);
  changes.forEach(tell);
  return counts;
}

/** `mes what-if`: the accesses of a period under another version of the authorisation matrix. */
export const whatIfCommand = (context: Context): Command =>
  new Command('what-if')
    .description('decide the accesses of a period again under another version of the authorisation matrix')
    .requiredOption('--matrix <version>', 'number of a published version, or a CSV file')
    .requiredOption('--from <instant>', 'decided from (included)', moment)
    .requiredOption('--until <instant>', 'decided until (excluded)', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--space <handle>', 'one space', anId)
    .option('--professional <id>', 'one professional: 8 and the RPPS number')
    .addHelpText('after', HELP)
    .action(async (options: Options, command: Command) => {
      const { space, professional } = options;
      if (space !== undefined && professional !== undefined) command.error('error: --space and --professional are two questions');
      const terminal = terminalOf(context, command);
      const counts = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        return run(system, options, terminal);
      });
      const named = Object.entries(NAMES) as readonly (readonly [keyof WhatIfCounts, string])[];
      terminal.answer(
        counts,
        named.map(([name, words]) => `${counts[name]}  ${words}`),
      );
    });
