import { Command } from 'commander';
import { terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';

const HELP = `
Objects that no event names are left by deposits that failed, or by a process that was killed. Only those older than a day are looked at:
younger ones may belong to a deposit that is under way. Doing it again, or twice at the same time, does no harm.
Out of reach are those of which nobody can say now whether they are named. They stay.

Examples:
  $ mes sweep --dry-run
  $ mes sweep --json
`;

const OUT_OF_REACH =
  'Out of reach, and kept: what belongs to spaces that are closed or to events that cannot be read (mes quarantine list), and objects whose names are of before they said where they belong.';

/** `mes sweep`: deletes what lies in the blob store and no event names. */
export const sweepCommand = (context: Context): Command =>
  new Command('sweep')
    .description('delete stored objects that no event names')
    .option('--dry-run', 'count only, delete nothing')
    .addHelpText('after', HELP)
    .action(async ({ dryRun = false }: { dryRun?: boolean }, command: Command) => {
      const terminal = terminalOf(context, command);
      const progress = terminal.progress('objects');
      const counts = await withSystem(context, command, [], (system) =>
        system.sweepOrphans({ dryRun, progress: ({ seen }) => progress.to(seen, null) }),
      ).finally(() => progress.end());
      const { seen, kept, deleted, tooYoung, outOfReach } = counts;
      const head = ['objects', 'kept', dryRun ? 'would be deleted' : 'deleted', 'too young', 'out of reach'];
      const table = tableOf(head, [[seen, kept, deleted, tooYoung, outOfReach]]);
      terminal.answer({ ...counts, dryRun }, outOfReach === 0 ? table : [...table, '', OUT_OF_REACH]);
    });
