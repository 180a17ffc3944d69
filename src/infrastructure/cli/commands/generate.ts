import { Command } from 'commander';
import { terminalOf, type Context } from '../context.js';

/** `mes generate`: the references and schemas that are made from the code. */
export const generateCommand = (context: Context): Command =>
  new Command('generate')
    .description('write OpenAPI, schema.graphql and the generated references')
    .argument('[folder]', 'project folder', '.')
    .addHelpText('after', '\nExample:\n  $ mes generate\n')
    .action(async (folder: string, _: object, command: Command) => {
      const written = await context.runtime.generate(folder);
      terminalOf(context, command).answer(written, written);
    });
