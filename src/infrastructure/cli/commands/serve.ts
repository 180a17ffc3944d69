import { Command } from 'commander';
import { settingsHere, terminalOf, type Context } from '../context.js';
import { personas, type PersonaName } from '../../identity/personas.js';

const HELP = `
Without DATABASE_URL a PostgreSQL is started from the npm packages. Every setting is an environment variable: docs/reference/settings.md.

Examples:
  $ mes serve
  $ mes serve --port 8080 --roles api
  $ mes serve --roles projections,processes,timers,outbox,sealer
`;

/** `mes serve`: runs until it is told to end. */
export const serveCommand = (context: Context): Command =>
  new Command('serve')
    .description('run the system: doors, read models, deadlines, messages')
    .option('--roles <list>', 'what this process does (over ROLES)')
    .option('--port <number>', 'port of the doors; 0 takes a free one (over PORT)')
    .addHelpText('after', HELP)
    .action(async ({ roles, port }: { roles?: string; port?: string }, command: Command) => {
      const terminal = terminalOf(context, command);
      const over = { ...(roles === undefined ? {} : { ROLES: roles }), ...(port === undefined ? {} : { PORT: port }) };
      const settings = await settingsHere(context, command, over);
      const system = await context.runtime.start(settings, { roles: settings.roles });
      try {
        terminal.answer({ url: system.url, roles: settings.roles }, [`${settings.roles.join(', ')}${addressOf(system.url)}`]);
        if (settings.localIssuer) terminal.say(`tokens: mes token --as <${(Object.keys(personas) as PersonaName[]).join('|')}>`);
        await context.interrupted;
      } finally {
        await system.stop();
      }
    });

const addressOf = (url: string | null): string => (url === null ? ' run here' : ` at ${url}`);
