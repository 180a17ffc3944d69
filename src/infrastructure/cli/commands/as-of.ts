import { Command, InvalidArgumentError, Option } from 'commander';
import { EVERY_LINE } from '../../../application/history/history.queries.js';
import type { StatePart } from '../../../application/replay/replay.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { instant, type Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import type { System } from '../system.js';

const HELP = `
Answers from the events written until that instant, under today's authorisation. With --true from the events that speak of a time until then, whenever they
were written: what was true then, as it is known today. The look itself is written into the holder's history. Documents are listed without what they say.

Examples:
  $ mes as-of 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T12:00:00+01:00 --purpose "request of the holder"
  $ mes as-of 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T12:00:00+01:00 --what rights --true --purpose "complaint 12"
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

/** What a part of a dossier looks like on a line. */
export const partLine = ({ part, fields }: StatePart): string =>
  `${part}  ${fields
    .filter(({ value }) => value !== 'null')
    .map(({ field, value }) => `${field}=${value}`)
    .join(' ')}`;

/** An answer for machines, and the lines of it for people. */
interface Shown {
  readonly answer: object;
  readonly lines: readonly string[];
}
type Question = (system: System, space: string, caller: Caller) => Promise<Shown>;

const parts =
  (wanted: (part: StatePart) => boolean): Question =>
  async ({ replay }, space, caller) => {
    const found = (await replay.state(space, caller)).filter(wanted);
    return { answer: { parts: found }, lines: found.map(partLine) };
  };

const QUESTIONS: Readonly<Record<string, Question>> = {
  overview: async ({ questions }, space, caller) => {
    const { view } = await questions.overview(space, caller);
    return { answer: { overview: view }, lines: [`${view.status} since ${view.statusSince}`] };
  },
  history: async ({ questions }, space, caller) => {
    const history = await questions.history(space, PAGE, caller);
    return { answer: { history }, lines: history.lines.map(({ on, fr }) => `${on}  ${fr}`) };
  },
  documents: parts(({ part }) => part.startsWith('documents/')),
  dossier: parts(() => true),
  rights: parts(({ part }) => part !== 'overview' && !part.startsWith('documents/')),
  notices: async ({ notices }, space, caller) => {
    const page = await notices.list(space, { first: 100, cursor: null, unread: false }, caller);
    return { answer: { notices: page.notices }, lines: page.notices.map(({ on, fr }) => `${on}  ${fr}`) };
  },
};
const WHAT = Object.keys(QUESTIONS);

interface Options {
  readonly purpose: string;
  readonly what?: string;
  readonly true?: true;
}
/** Each question is a request of its own, with its own line in the history. */
async function ask(system: System, space: string, caller: Caller, what: readonly string[]): Promise<Shown> {
  const shown: Shown[] = [];
  for (const name of what) {
    const question = QUESTIONS[name];
    if (question) shown.push(await question(system, space, { ...caller, messageId: `${caller.messageId}-${name}` }));
  }
  return { answer: Object.assign({}, ...shown.map(({ answer }) => answer)) as object, lines: shown.flatMap(({ lines }) => lines) };
}

/** `mes as-of`: what was known of a space at a past instant, or what was true then. */
export const asOfCommand = (context: Context): Command =>
  new Command('as-of')
    .description('show a space as it was known at a past instant, or as it was')
    .argument('<space>', 'handle of the space')
    .argument('<instant>', 'ISO 8601, with offset', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .addOption(new Option('--what <what>', 'one question; overview and history without it').choices(WHAT))
    .option('--true', 'what was true then, later corrections included')
    .addHelpText('after', HELP)
    .action(async (space: string, asOf: Instant, options: Options, command: Command) => {
      const what = options.what === undefined ? ['overview', 'history'] : [options.what];
      const { answer, lines } = await withSystem(context, command, ['projections'], async (system) => {
        const knowledge = options.true === undefined ? 'KNOWN' : 'TRUE';
        return ask(system, space, callerHere('compliance', system.clock, { asOf, knowledge, purpose: options.purpose }), what);
      });
      terminalOf(context, command).answer(answer, lines);
    });
