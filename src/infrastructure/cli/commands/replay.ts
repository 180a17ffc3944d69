import { Command } from 'commander';
import { replayStepCommand } from './replay-step.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';

const HELP = `
The tables are built beside the ones in use and put in their place when they are complete: nobody who reads is kept waiting.

Examples:
  $ mes replay
  $ mes replay space-overview
  $ mes replay step 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --purpose "complaint 12"
`;

/** `mes replay`: read models anew, from the first event on. */
export const replayCommand = (context: Context): Command =>
  new Command('replay')
    .description('rebuild one read model, or all of them, from the events')
    .argument('[name]', 'read model; all of them without it')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, _: object, command: Command) => {
      const rebuilt = await withSystem(context, command, [], (system) => system.readModels.rebuild(name));
      const rows = rebuilt.map((one) => [one.name, one.events] as const);
      terminalOf(context, command).answer(rebuilt, tableOf(['read model', 'events'], rows));
    })
    .addCommand(replayStepCommand(context));
