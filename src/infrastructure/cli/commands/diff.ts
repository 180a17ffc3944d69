import { Command } from 'commander';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { moment } from './as-of.js';

const HELP = `
Of what was known at both instants; with --true of what was true, as it is known today. Documents are compared without what they say.

Example:
  $ mes diff 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T00:00:00+01:00 2027-02-01T00:00:00+01:00 --purpose "complaint 12"
`;
interface Options {
  readonly purpose: string;
  readonly true?: true;
}

/** `mes diff`: what became of a dossier between two instants. */
export const diffCommand = (context: Context): Command =>
  new Command('diff')
    .description('show what was added, changed and removed in a dossier between two instants')
    .argument('<space>', 'handle of the space', anId)
    .argument('<earlier>', 'ISO 8601, with offset', moment)
    .argument('<later>', 'ISO 8601, with offset', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--true', 'what was true then, later corrections included')
    .addHelpText('after', HELP)
    .action(async (space: string, earlier: Instant, later: Instant, options: Options, command: Command) => {
      const difference = await withSystem(context, command, ['projections'], ({ replay, clock }) => {
        const knowledge = options.true === undefined ? 'KNOWN' : 'TRUE';
        return replay.difference(space, earlier, later, callerHere('compliance', clock, { knowledge, purpose: options.purpose }));
      });
      const { changes } = difference;
      terminalOf(context, command).answer(difference, changes.length === 0 ? ['aucun changement'] : changes.map(({ fr }) => fr));
    });
