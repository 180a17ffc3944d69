import { Command, InvalidArgumentError, Option } from 'commander';
import { instantOf } from '../../../domain/shared/time.js';
import { aheadOf } from '../../clock/clock-note.js';
import { personaToken } from '../../identity/local-issuer.js';
import { personas, SOFTWARE, type PersonaName } from '../../identity/personas.js';
import { settingsOf, terminalOf, type Context } from '../context.js';

const HELP = `
Personas:
${Object.entries(personas)
  .map(([name, is]) => `  ${name.padEnd(20)} ${is}`)
  .join('\n')}

The token of a person is valid for twelve hours of the system's clock, that of the software for ten minutes. Production has no personas.

Examples:
  $ mes token --as operator
  $ mes token --facility
  $ curl -H "authorization: Bearer $(mes token --as alice)" http://127.0.0.1:3000/api/v1/me/spaces
`;

interface Wanted {
  readonly as?: PersonaName;
  readonly facility?: true;
}

/** `mes token`: an access token for an invented person, or for the software of an invented laboratory. */
export const tokenCommand = (context: Context): Command =>
  new Command('token')
    .description('issue an access token for an invented person')
    .addOption(new Option('--as <persona>', 'who, see below').argParser(personaNamed))
    .addOption(new Option('--facility', `the same as --as ${SOFTWARE}`).conflicts('as'))
    .addHelpText('after', HELP)
    .action(async ({ as: named, facility }: Wanted, command: Command) => {
      const as = facility ? SOFTWARE : named;
      if (as === undefined) return command.error("error: required option '--as <persona>' not specified");
      const settings = settingsOf(context, command);
      const ahead = await aheadOf(settings.stateDir);
      const token = await personaToken(as, settings, { now: () => instantOf(Date.now() + ahead) });
      terminalOf(context, command).answer({ as, token }, [token]);
    });

function personaNamed(name: string): PersonaName {
  if (Object.hasOwn(personas, name)) return name as PersonaName;
  throw new InvalidArgumentError('There is no such persona: mes token --help names them.');
}
