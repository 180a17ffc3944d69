import { Command } from 'commander';
import { pause } from '../../../application/shared/pause.js';
import { Failed } from '../outcome.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';

const PATIENCE_MS = 5_000;

/** `mes health`: exit code 0 when every part works, 1 otherwise. */
export const healthCommand = (context: Context): Command =>
  new Command('health')
    .description('ask every part of the system whether it works')
    .addHelpText('after', '\nA running system answers at /health/ready as well.\n\nExample:\n  $ mes health --json\n')
    .action(async (_: object, command: Command) => {
      const parts = await withSystem(context, command, ['projections', 'processes'], async (system) => {
        // A part that stands still never catches up: its health says so.
        await Promise.race([system.waitUntilCaughtUp(), pause(PATIENCE_MS)]);
        return system.health();
      });
      const rows = parts.map(({ part, healthy, detail }) => [part, healthy ? 'works' : 'does not work', detail] as const);
      terminalOf(context, command).answer(parts, tableOf(['part', 'state', 'detail'], rows));
      const broken = parts.filter(({ healthy }) => !healthy);
      if (broken.length > 0) throw new Failed(`${broken.map(({ part }) => part).join(', ')}: not working`);
    });
