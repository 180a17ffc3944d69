import { Command, InvalidArgumentError } from 'commander';
import { writeBeneficiaries } from '../../campaign/beneficiaries-writer.js';
import { inventPeople } from '../../campaign/invented-people.js';
import { terminalOf, type Context } from '../context.js';

const HELP = `
Nobody in the file exists: INS of the test range, addresses of no place, mailboxes under .test. The same seed gives the same file.
A file of that name is never overwritten: it may hold real people.

Example:
  $ mes campaign generate people.csv --count 1000 --seed first
`;

/** An option that must be a whole number in these limits. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed.`);
  };

/** `mes campaign generate`: a file of invented beneficiaries. */
export const generateBeneficiariesCommand = (context: Context): Command =>
  new Command('generate')
    .description('write a file of invented beneficiaries')
    .argument('<file>', 'file to write')
    .option('--count <number>', 'how many people', wholeNumber(1, 10_000_000), 1_000)
    .option('--seed <text>', 'what the invention starts from', 'mon-espace-sante')
    .option('--year <number>', 'year the ages are counted in', wholeNumber(1985, 2090), 2026)
    .addHelpText('after', HELP)
    .action(async (file: string, options: { count: number; seed: string; year: number }, command: Command) => {
      const terminal = terminalOf(context, command);
      const progress = terminal.progress('people');
      await writeBeneficiaries(file, inventPeople(options), (done) => progress.to(done, options.count));
      progress.end();
      terminal.answer({ file, count: options.count, seed: options.seed }, [`${options.count} invented people in ${file}`]);
    });
