import { Command } from 'commander';
import type { Instant } from '../../../domain/shared/time.js';
import { readAlertRules } from '../../codes/alert-rules-file.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';

const HELP = `
Rules are data, in versions: each counts for accesses from its publication on. Who published it and why is a fact. The list of watched people holds handles
of spaces. The shipped version is reference/alert-rules-v1.json.

Examples:
  $ mes alerts rules --purpose "yearly review"
  $ mes alerts publish alert-rules.json --dry-run
  $ mes alerts publish alert-rules.json --reason "night shifts in Lille, note 2027-12"
`;

/** `mes alerts …`: the rules by which accesses raise alerts. What they raised: `mes cases`. */
export const alertsCommand = (context: Context): Command =>
  new Command('alerts')
    .description('show or publish the rules by which accesses raise alerts')
    .addHelpText('after', HELP)
    .addCommand(rules(context))
    .addCommand(publish(context));

const rules = (context: Context): Command =>
  new Command('rules')
    .description('the version in force')
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--as-of <instant>', 'the version that was in force at a past instant; ISO 8601, with offset', moment)
    .action(async ({ purpose, asOf }: { purpose: string; asOf?: Instant }, command: Command) => {
      const found = await withSystem(context, command, [], ({ alertRules, clock }) =>
        alertRules.inForce(callerHere('compliance', clock, { asOf, purpose })),
      );
      const { version, from, author, reason, thresholds } = found;
      const rows = Object.entries(thresholds).map(([rule, threshold]) => [rule, JSON.stringify(threshold)]);
      terminalOf(context, command).answer(found, [
        `version ${version} since ${from}, by ${author}: ${reason}`,
        ...tableOf(['rule', 'threshold'], rows),
      ]);
    });

const publish = (context: Context): Command =>
  new Command('publish')
    .description('publish a file as the next version')
    .argument('<file>', 'JSON')
    .option('--reason <text>', 'why; without anything about a person')
    .option('--dry-run', 'only read the file')
    .action(async (path: string, { reason, dryRun = false }: { reason?: string; dryRun?: boolean }, command: Command) => {
      if (!dryRun && reason === undefined) command.error('error: a --reason is needed');
      const file = await readAlertRules(path);
      if (!dryRun)
        await withSystem(context, command, [], ({ alertRules, clock }) =>
          alertRules.publish(file, reason ?? '', callerHere('compliance', clock)),
        );
      terminalOf(context, command).answer({ source: file.source, dryRun }, [dryRun ? 'the file is sound' : `published ${file.source}`]);
    });
