import { Command, InvalidArgumentError } from 'commander';
import type { ReplayStep, StateChange } from '../../../application/replay/replay.queries.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { moment } from './as-of.js';

const HELP = `
Prints every event about the space, oldest first, and what it changed in the dossier; what ran out by itself in between is marked with ~. Documents are
shown without what they say. Each page of a hundred events is a look, written into the holder's history.

Examples:
  $ mes replay step 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --purpose "complaint 12"
  $ mes replay step 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --from 2027-01-01T00:00:00+01:00 --purpose "complaint 12" --json
`;
interface Options {
  readonly purpose: string;
  readonly from?: Instant;
  readonly until?: Instant;
  readonly most?: number;
}
const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 on is needed.');
  return number;
};

const changeLine =
  (mark: string) =>
  ({ fr }: StateChange): string =>
    `    ${mark} ${fr}`;
const linesOf = ({ number, at, on, category, revision, kind, fr, elapsed, changes }: ReplayStep): readonly string[] => [
  ...elapsed.map(changeLine('~')),
  `${number}. ${at ?? '—'}${on === at ? '' : ` (vrai le ${on ?? '—'})`}  ${category}#${revision} ${kind}  ${fr}`,
  ...changes.map(changeLine('•')),
];

/** `mes replay step`: the past of one space, event by event. */
export const replayStepCommand = (context: Context): Command =>
  new Command('step')
    .description('show what happened to a space, event by event, and what each event changed')
    .argument('<space>', 'handle of the space', anId)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--from <instant>', 'written from (included)', moment)
    .option('--until <instant>', 'written until (excluded)', moment)
    .option('--most <count>', 'at most so many events', count)
    .addHelpText('after', HELP)
    .action(async (space: string, { purpose, from, until, most }: Options, command: Command) => {
      const terminal = terminalOf(context, command);
      await withSystem(context, command, ['projections'], async ({ replay, clock }) => {
        // What is written from now on, such as these looks, is not shown.
        const asOf = clock.now();
        let [cursor, left] = [null as string | null, most ?? Infinity];
        do {
          const request = { first: Math.min(100, left), cursor, from: cursor === null ? (from ?? null) : null, until: until ?? null };
          const { steps, next } = await replay.steps(space, request, callerHere('compliance', clock, { asOf, purpose }));
          for (const step of steps) terminal.answer(step, linesOf(step));
          [cursor, left] = [next, left - steps.length];
        } while (cursor !== null && left > 0);
      });
    });
