import { Command } from 'commander';
import { Failed } from '../outcome.js';
import { operatorHere, terminalOf, withSystem, type Context } from '../context.js';
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
      const done = await withSystem(context, command, [], ({ wrappingKeys, clock }) =>
        wrappingKeys.rotate({ beginOnly }, (wrapped, about) => bar.to(wrapped, about), operatorHere(clock)),
      ).finally(() => bar.end());
      const how = done.begun ? 'was begun' : 'had been begun';
      const left = done.left === 0 ? [] : [`${done.left} keys do not open and stay under their epoch, which stays closed`];
      terminal.answer(done, [`epoch ${done.epoch} ${how}, ${done.wrapped} keys were wrapped anew`, ...left]);
    });

const EPOCHS_HELP = `
"open": wraps keys and may wrap new ones. "closed": takes no new key, a rotation is wrapping its keys anew. "empty": wraps nothing, and may be retired.

Examples:
  $ mes keys epochs
  $ mes keys epochs --count --json
`;
const epochs = (context: Context): Command =>
  new Command('epochs')
    .description('show the epochs of the key that wraps keys')
    .option('--count', 'count the keys that each wraps; reads all of them')
    .addHelpText('after', EPOCHS_HELP)
    .action(async ({ count = false }: { count?: boolean }, command: Command) => {
      const [all, counts] = await withSystem(context, command, [], async ({ keks }) => [
        await keks.epochs(),
        count ? await keks.count() : null,
      ]);
      const shown = all.map((state) => ({ ...state, keys: counts && (counts.get(state.epoch) ?? 0) }));
      const rows = shown.map(({ epoch, since, use, rewrapped, keys, here }) => {
        return [epoch, since ?? '-', use, rewrapped, keys ?? '-', here ? 'yes' : 'no'] as const;
      });
      const head = ['epoch', 'since', 'use', 'wrapped anew', 'keys', 'in the file'];
      terminalOf(context, command).answer({ epochs: shown }, tableOf(head, rows));
    });

const RETIRE_HELP = `
Destroys the bytes of an epoch, for ever: no backup in which keys are wrapped by it opens again, those of destroyed spaces included. Refused until a rotation
has found that it wraps no key any more, and for the newest. Make a backup of the database first, from after the rotation.
Who did it is a fact of the audit log, as with a rotation: mes audit keys.

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
      await withSystem(context, command, [], async ({ wrappingKeys, clock }) => {
        const operator = operatorHere(clock);
        const hindrance = await wrappingKeys.hindrance(epoch, operator);
        if (hindrance !== null) throw new Failed(hindrance);
        if (!dryRun) await wrappingKeys.retire(epoch, operator);
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
