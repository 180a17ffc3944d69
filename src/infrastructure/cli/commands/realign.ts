import { Command } from 'commander';
import type { Lead } from '../../../application/audit/realignment.js';
import { operatorHere, terminalOf, withSystemAhead, type Context } from '../context.js';
import { tableOf } from '../terminal.js';

const HELP = `
For a PostgreSQL that was restored to a later moment than the log, or a log that was cut off: registry and processes have then read events that are not
there any more, and do not go on. Stop every process first. Refused when nothing is ahead, and when the log is another one.

Removed: addresses and codes of spaces of which the log holds no event (the next file gives such a person another space, and the code of the old letter
opens nothing), codes that no event issued, lines of the calendar and quarantines of events that are not there. Kept: everybody of whom the log holds
anything, who was destroyed and must not come back, every key. Keys that a lost closing put away are in use again, and the other way round. Registry,
messengers, notices and alerts then read on from where the log is known to be the one they followed; the other processes read the whole log again, and
lines of the calendar that are done with are due again: what they brought about may be lost. What stands stays as it is, and nobody is written to twice.
The seal stays as it is. Killed on the way: run it again. Who did it and how much went is a fact of the audit log, written first.

Afterwards: mes replay, which makes the read models anew, then mes seal check, which names what the log has lost.

Examples:
  $ mes realign --dry-run
  $ mes realign --confirm
`;

interface Options {
  readonly dryRun?: boolean;
  readonly confirm?: boolean;
}

/** `mes realign`: registry, calendar and processes agree with the log again after a restore. */
export const realignCommand = (context: Context): Command =>
  new Command('realign')
    .description('after a restore: make what is ahead of the log agree with it again')
    .option('--dry-run', 'show what would be removed, change nothing')
    .option('--confirm', 'remove it, and read on from where the log agrees')
    .addHelpText('after', HELP)
    .action(async ({ dryRun = false, confirm = false }: Options, command: Command) => {
      if (confirm === dryRun) command.error('error: say --dry-run or --confirm');
      const terminal = terminalOf(context, command);
      const bar = terminal.progress('addresses');
      const lead = await withSystemAhead(context, command, ({ realignment, clock }) => {
        const look = (done: number): void => bar.to(done, null);
        return confirm ? realignment.realign(look, operatorHere(clock)) : realignment.preview(look, operatorHere(clock));
      }).finally(() => bar.end());
      terminal.answer({ ...lead, from: Number(lead.from), dryRun }, shown(lead, confirm ? 'removed' : 'would be removed'));
    });

function shown({ registry, readers, from, again, people, rings, removed }: Lead, verb: string): readonly string[] {
  const ahead = [...(registry ? ['registry'] : []), ...readers];
  return [
    `ahead of the log: ${ahead.join(', ')}`,
    `log and what was followed agree up to position ${from}`,
    ...tableOf(
      ['what', verb],
      [
        [`addresses, of ${people}`, removed.addresses],
        ['codes', removed.codes],
        ['lines of the calendar', removed.deadlines],
        ['quarantines', removed.quarantines],
      ],
    ),
    `done again, where it is lost: ${again.deadlines} lines of the calendar, and what follows from the whole log (${again.readers.join(', ')})`,
    `keys of ${rings} spaces ${rings === 0 || verb === 'removed' ? 'were' : 'would be'} put away or taken back as the log says`,
  ];
}
