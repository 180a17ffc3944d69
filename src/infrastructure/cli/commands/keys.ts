import { Command } from 'commander';
import { Failed } from '../outcome.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';
import { wholeNumber } from './campaign-generate.js';

const epochNumber = wholeNumber(1, 32_767);

const ROTATE_HELP = `
Begins a new epoch of the key that wraps keys, and wraps every key of older epochs anew, 1,000 per transaction, while everything goes on. Stopped or killed
on the way, run it again: it goes on where it was and begins nothing new. The bytes of events are not touched.

Where machines do not share the file of secrets: --begin-only, bring the file to all of them, then run it again.

Examples:
  $ mes keys rotate
  $ mes keys rotate --begin-only
`;
const rotate = (context: Context): Command =>
  new Command('rotate')
    .description('begin a new epoch of the key that wraps keys, and wrap all keys anew')
    .option('--begin-only', 'begin the epoch, wrap nothing anew yet')
    .addHelpText('after', ROTATE_HELP)
    .action(async ({ beginOnly = false }: { beginOnly?: boolean }, command: Command) => {
      const terminal = terminalOf(context, command);
      const bar = terminal.progress('keys');
      const done = await withSystem(context, command, [], ({ keks }) =>
        keks.rotate({ beginOnly }, (wrapped, total) => bar.to(wrapped, total)),
      ).finally(() => bar.end());
      const how = done.begun ? 'was begun' : 'had been begun';
      terminal.answer(done, [`epoch ${done.epoch} ${how}, ${done.wrapped} keys were wrapped anew`]);
    });

const epochs = (context: Context): Command =>
  new Command('epochs')
    .description('show the epochs of the key that wraps keys, and how many keys each wraps')
    .addHelpText('after', '\nExample:\n  $ mes keys epochs --json\n')
    .action(async (_: object, command: Command) => {
      const all = await withSystem(context, command, [], ({ keks }) => keks.epochs());
      const rows = all.map(({ epoch, since, keys, here }) => [epoch, since ?? '-', keys, here ? 'yes' : 'no'] as const);
      terminalOf(context, command).answer({ epochs: all }, tableOf(['epoch', 'since', 'keys', 'in the file'], rows));
    });

const RETIRE_HELP = `
Destroys the bytes of an epoch, for ever: no backup in which keys are wrapped by it opens again, those of destroyed spaces included. Refused while it wraps
a single key, and for the newest. Make a backup of the database first, from after the rotation.

Examples:
  $ mes keys retire 1 --dry-run
  $ mes keys retire 1
`;
const retire = (context: Context): Command =>
  new Command('retire')
    .description('destroy an epoch of the key that wraps keys, when it wraps nothing any more')
    .argument('<epoch>', 'its number', epochNumber)
    .option('--dry-run', 'say whether it could be done, destroy nothing')
    .addHelpText('after', RETIRE_HELP)
    .action(async (epoch: number, { dryRun = false }: { dryRun?: boolean }, command: Command) => {
      await withSystem(context, command, [], async ({ keks }) => {
        const hindrance = await keks.hindrance(epoch);
        if (hindrance !== null) throw new Failed(hindrance);
        if (!dryRun) await keks.retire(epoch);
      });
      terminalOf(context, command).answer({ epoch, dryRun }, [`epoch ${epoch} ${dryRun ? 'would be' : 'was'} destroyed`]);
    });

/** `mes keys …`: the key that wraps keys. */
export const keysCommand = (context: Context): Command =>
  new Command('keys')
    .description('the key that wraps keys: begin a new epoch, show all, destroy an old one')
    .addCommand(rotate(context))
    .addCommand(epochs(context))
    .addCommand(retire(context));
