import { Command, InvalidArgumentError } from 'commander';
import { EVERY_LINE } from '../../../application/history/history.queries.js';
import { instant, type Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';

const HELP = `
Answers from the events written until that instant, under today's authorisation. The look itself is written into the holder's history.

Example:
  $ mes as-of 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T12:00:00+01:00 --purpose "request of the holder"
`;
const PAGE = { first: 100, cursor: null, filter: EVERY_LINE };

/** An instant on the command line. */
export const moment = (text: string): Instant => {
  try {
    return instant(text);
  } catch {
    throw new InvalidArgumentError('an instant with its offset is needed, such as 2027-01-01T12:00:00+01:00.');
  }
};

/** `mes as-of`: what was known of a space at a past instant. */
export const asOfCommand = (context: Context): Command =>
  new Command('as-of')
    .description('show a space as it was known at a past instant')
    .argument('<space>', 'handle of the space')
    .argument('<instant>', 'ISO 8601, with offset', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .addHelpText('after', HELP)
    .action(async (space: string, asOf: Instant, { purpose }: { purpose: string }, command: Command) => {
      const { overview, history } = await withSystem(context, command, ['projections'], async ({ questions, clock }) => {
        const caller = callerHere('compliance', clock, { asOf, purpose });
        const { view } = await questions.overview(space, caller);
        return { overview: view, history: await questions.history(space, PAGE, { ...caller, messageId: `${caller.messageId}-history` }) };
      });
      const lines = [`${overview.status} since ${overview.statusSince}`, ...history.lines.map(({ on, fr }) => `${on}  ${fr}`)];
      terminalOf(context, command).answer({ overview, history }, lines);
    });
