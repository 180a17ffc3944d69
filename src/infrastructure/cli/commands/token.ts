import { Command, Option } from 'commander';
import { instantOf } from '../../../domain/shared/time.js';
import { aheadOf } from '../../clock/clock-note.js';
import { personaToken } from '../../identity/local-issuer.js';
import { personas, type PersonaName } from '../../identity/personas.js';
import { settingsOf, terminalOf, type Context } from '../context.js';

const HELP = `
The token is valid for twelve hours of the system's clock. Production has no local issuer.

Examples:
  $ mes token --as operator
  $ curl -H "authorization: Bearer $(mes token --as alice)" http://127.0.0.1:3000/api/v1/me/spaces
`;

/** `mes token`: an access token for an invented person. */
export const tokenCommand = (context: Context): Command =>
  new Command('token')
    .description('issue an access token for an invented person')
    .addOption(new Option('--as <persona>', 'who').choices(Object.keys(personas)).makeOptionMandatory())
    .addHelpText('after', HELP)
    .action(async ({ as }: { as: PersonaName }, command: Command) => {
      const settings = settingsOf(context, command);
      const ahead = await aheadOf(settings.stateDir);
      const token = await personaToken(as, settings, { now: () => instantOf(Date.now() + ahead) });
      terminalOf(context, command).answer({ as, token }, [token]);
    });
