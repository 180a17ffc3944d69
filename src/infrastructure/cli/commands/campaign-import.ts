import { stat } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { ImportProgress, ImportResult } from '../../../application/enrolment/campaign-import.js';
import { CAMPAIGN_ID } from '../../../domain/enrolment/campaign.js';
import { BeneficiariesCsv } from '../../campaign/beneficiaries-csv.js';
import { RejectionFile } from '../../campaign/rejection-file.js';
import { operatorHere, terminalOf, withSystem, type Context } from '../context.js';
import { Failed } from '../outcome.js';
import type { System } from '../system.js';
import { tableOf, type Terminal } from '../terminal.js';

const HELP = `
A rejected line never stops the others; the report lists line numbers and codes, nothing of what stands in the lines.
Nor does somebody whose space stands still or is being destroyed: he is passed over and counted, and the exit code is 1.
After a crash, run the same file again: nothing happens twice.

Examples:
  $ mes campaign import people.csv --campaign 2026-cpam-031 --label "CPAM 31, automne 2026" --dry-run
  $ mes campaign import people.csv --campaign 2026-cpam-031 --report rejected.csv
`;

/** An argument that must be the id of a campaign. */
export const campaignName = (text: string): string => {
  if (CAMPAIGN_ID.test(text)) return text;
  throw new InvalidArgumentError('lower-case letters, digits and dashes, at most 64.');
};

interface Options {
  readonly campaign: string;
  readonly label?: string;
  readonly report?: string;
  readonly dryRun?: boolean;
}

/** `mes campaign import`: a fund's file becomes declared and invited people. */
export const importCommand = (context: Context): Command =>
  new Command('import')
    .description('declare and invite the people of a beneficiaries file')
    .argument('<file>', 'CSV file, UTF-8, separated by ; or ,')
    .requiredOption('--campaign <name>', 'campaign the people belong to', campaignName)
    .option('--label <text>', 'opens the campaign under this label if it is not open yet')
    .option('--report <file>', 'where rejected lines are listed (default: beside the file)')
    .option('--dry-run', 'judge and count only, write nothing but the report')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options, command: Command) => {
      const terminal = terminalOf(context, command);
      const report = options.report ?? `${file}.rejected.csv`;
      if (await areOneFile(file, report)) command.error('error: --report names the file itself, which would be emptied');
      const result = await withSystem(context, command, [], (system) => importInto(system, file, { ...options, report }, terminal));
      terminal.answer({ ...result, report, dryRun: options.dryRun === true }, linesOf(result, report));
      if (result.outOfReach > 0)
        throw new Failed(`people out of reach: ${result.outOfReach} (see mes quarantine list); run the same file again once they are not`);
    });

/** By whatever names, links included; false where one is not there. */
async function areOneFile(...paths: readonly [string, string]): Promise<boolean> {
  const [one, other] = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return !!one && !!other && one.dev === other.dev && one.ino === other.ino;
}

async function importInto(system: System, path: string, options: Options & { report: string }, terminal: Terminal): Promise<ImportResult> {
  const { campaign, label, dryRun } = options;
  const rejections = await RejectionFile.create(options.report);
  const bars = { READING: terminal.progress('lines read'), PROCESSING: terminal.progress('people') };
  const onProgress = ({ phase, done, total }: ImportProgress): void => bars[phase].to(done, total);
  const request = { campaign, file: new BeneficiariesCsv(path), rejections, onProgress };
  try {
    if (dryRun === true) return await system.import.rehearse(request);
    if (label !== undefined) await system.campaigns.open(campaign, label, operatorHere(system.clock));
    return await system.import.run(request);
  } finally {
    bars.READING.end();
    bars.PROCESSING.end();
    await rejections.close();
  }
}

const linesOf = ({ counts, declaredEarlier, heldBack }: ImportResult, report: string): readonly string[] => [
  ...tableOf(
    ['lines', 'declared', 'known', 'suppressed', 'deferred', 'rejected'],
    [[counts.lines, counts.declared, counts.known, counts.suppressed, counts.deferred, counts.rejected]],
  ),
  ...(declaredEarlier > 0 ? [`${declaredEarlier} of the declared had been declared by an earlier run of this file`] : []),
  ...(heldBack ? ['the campaign is paused: nobody was invited; resume it and run the file again'] : []),
  ...(counts.rejected > 0 ? [`rejected lines: ${report}`] : []),
];
