import { Command } from 'commander';
import type { Instant } from '../../../domain/shared/time.js';
import type { EndingPreview } from '../../../application/enrolment/ending.questions.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { Failed } from '../outcome.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';

const HELP = `
A space is destroyed when its ten years of archive are over, or from the day after the thirtieth that follows the express request of its holder, unless a
legal hold stands. By itself, where the roles processes and timers run. With a space and --confirm this command decides it at once, and the steps follow
there; without a space it does every step that is due. What is destroyed cannot be brought back: nothing is done without --confirm. Whoever asks about
one space leaves a line in its history.

Examples:
  $ mes erase --dry-run
  $ mes erase 0d9c2a1e-5b1f-4a6c-9f60-0f3f2f1f7a11 --dry-run
  $ mes erase 0d9c2a1e-5b1f-4a6c-9f60-0f3f2f1f7a11 --dry-run --as-of 2032-01-01T12:00:00+01:00
  $ mes erase 0d9c2a1e-5b1f-4a6c-9f60-0f3f2f1f7a11 --confirm
`;

interface Options {
  readonly dryRun?: boolean;
  readonly confirm?: boolean;
  readonly asOf?: Instant;
}

/** `mes erase [space]`: destroys a space whose day has come, as an archivist; without one, goes on with all that are under way. */
export const eraseCommand = (context: Context): Command =>
  new Command('erase')
    .description('destroy a space whose day has come, or go on with those under way')
    .argument('[space]', 'handle of the space', anId)
    .option('--dry-run', 'show only, destroy nothing')
    .option('--confirm', 'destroy; there is no way back')
    .option('--as-of <instant>', 'with a space and --dry-run: how it stood at a past instant; ISO 8601, with offset', moment)
    .addHelpText('after', HELP)
    .action(async (space: string | undefined, options: Options, command: Command) => {
      if (options.confirm === options.dryRun) command.error('error: say --dry-run or --confirm');
      if (options.asOf !== undefined && (space === undefined || options.confirm === true))
        command.error('error: --as-of is for the --dry-run of one space');
      const terminal = terminalOf(context, command);
      const [said, table] = await withSystem(context, command, [], (system) =>
        space === undefined
          ? all(system, options)
          : one(system, space, options, callerHere('archivist', system.clock, { asOf: options.asOf })),
      );
      terminal.answer(said, table);
    });

type Answer = readonly [said: object, table: readonly string[]];

async function all(system: System, { confirm = false }: Options): Promise<Answer> {
  const steps = confirm ? await system.destructions.drain(null) : 0;
  const underWay = await system.destructions.underWay();
  const rows = underWay.map(({ ground, scope, step, count }) => [ground, scope, step, count] as const);
  return [{ steps, underWay }, tableOf(['ground', 'scope', 'next step', 'spaces'], rows)];
}

async function one(system: System, space: string, { confirm = false }: Options, caller: ReturnType<typeof callerHere>): Promise<Answer> {
  const preview = await system.endingQuestions.ending(space, caller);
  if (confirm && preview.due === null && preview.requested === null)
    throw new Failed(preview.holds.length > 0 ? 'a legal hold stands' : 'its day has not come');
  if (confirm && preview.due !== null) await system.endings.destroy(space, preview.due, caller);
  return [{ ...preview, decided: confirm }, [...shown(preview), ...(confirm ? [DECIDED] : [])]];
}
const DECIDED = 'its destruction is decided; the steps follow where the roles processes and timers run (mes erase --dry-run shows them)';

const HEAD = ['archived until', 'erasure on', 'legal holds', 'due', 'streams', 'events'];

function shown({ archivedUntil, erasureOn, holds, due, requested, streams, events }: EndingPreview): readonly string[] {
  return tableOf(HEAD, [[archivedUntil ?? '-', erasureOn ?? '-', holds.length, requested ?? due ?? 'no', streams, events]]);
}
