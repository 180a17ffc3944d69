import { Command } from 'commander';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, operatorHere, terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';
import { campaignName } from './campaign-import.js';

const named = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<campaign>', 'name of the campaign', campaignName);

/** `mes campaign pause`: no further invitation; deadlines that run go on running. */
export const pauseCommand = (context: Context): Command =>
  named('pause', 'hold the invitations back; deadlines that run go on running')
    .requiredOption('--reason <text>', 'why; without anything about a person')
    .addHelpText('after', '\nExample:\n  $ mes campaign pause 2026-cpam-031 --reason "wrong leaflet"\n')
    .action(async (campaign: string, { reason }: { reason: string }, command: Command) => {
      await withSystem(context, command, [], (system) => system.campaigns.pause(campaign, reason, operatorHere(system.clock)));
      terminalOf(context, command).answer({ campaign, status: 'PAUSED' }, [`${campaign} is paused`]);
    });

/** `mes campaign resume`: invitations go out again. */
export const resumeCommand = (context: Context): Command =>
  named('resume', 'let the invitations go out again; then run the file again for those who were held back')
    .addHelpText('after', '\nExample:\n  $ mes campaign resume 2026-cpam-031\n')
    .action(async (campaign: string, _: object, command: Command) => {
      await withSystem(context, command, [], (system) => system.campaigns.resume(campaign, operatorHere(system.clock)));
      terminalOf(context, command).answer({ campaign, status: 'RUNNING' }, [`${campaign} is running; import its file again`]);
    });

const REPORT_HELP = `
As of a past instant it is read from the events written until then, all of them: that takes as long as the log was long.

Examples:
  $ mes campaign report 2026-cpam-031 --json
  $ mes campaign report 2026-cpam-031 --as-of 2027-01-01T12:00:00+01:00
`;

/** `mes campaign report`: counts of one campaign, people where they stand now or stood then. */
export const reportCommand = (context: Context): Command =>
  named('report', 'counts of a campaign, and where its people stand now')
    .option('--as-of <instant>', 'as it was known at a past instant; ISO 8601, with offset', moment)
    .addHelpText('after', REPORT_HELP)
    .action(async (campaign: string, { asOf }: { asOf?: Instant }, command: Command) => {
      const report = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        return system.campaigns.report(campaign, callerHere('operator', system.clock, { asOf }));
      });
      const { byStatus, ...counts } = report;
      terminalOf(context, command).answer(report, [
        ...Object.entries(counts).map(([name, value]) => `${name}: ${value}`),
        ...tableOf(['status', 'people'], Object.entries(byStatus)),
      ]);
    });

/** `mes campaign open-due`: opens what is due now; the running system does so by itself. */
export const openDueCommand = (context: Context): Command =>
  new Command('open-due')
    .description('open the spaces whose six weeks have passed; a running system does so by itself')
    .addHelpText('after', '\nExample:\n  $ mes campaign open-due\n')
    .action(async (_: object, command: Command) => {
      const fired = await withSystem(context, command, ['projections', 'processes'], async (system) => {
        await system.waitUntilCaughtUp();
        return system.fireDue();
      });
      terminalOf(context, command).answer({ fired }, [`${fired} deadlines that were due have been carried out`]);
    });
