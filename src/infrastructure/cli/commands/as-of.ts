import { Command, InvalidArgumentError, Option } from 'commander';
import { EVERY_LINE } from '../../../application/history/history.queries.js';
import type { StatePart } from '../../../application/replay/replay.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { instant, type Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { around, everyPage, inBraces, listed, MOST_LINES } from '../pages.js';
import type { System } from '../system.js';
import type { Part } from '../terminal.js';

const HELP = `
Answers from the events written until that instant, under today's authorisation. With --true from the events that speak of a time until then, whenever they
were written: what was true then, as it is known today. The look itself is written into the holder's history. Documents are listed without what they say.

Examples:
  $ mes as-of 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T12:00:00+01:00 --purpose "request of the holder"
  $ mes as-of 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 2027-01-01T12:00:00+01:00 --what rights --true --purpose "complaint 12"
`;

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

/** One question: a member of the answer, in parts. */
type Question = (asked: {
  readonly system: System;
  readonly space: string;
  readonly caller: () => Caller;
  readonly first: number;
}) => AsyncIterable<Part>;

const parts = (wanted: (part: StatePart) => boolean): Question =>
  async function* ({ system: { replay }, space, caller }) {
    const found = (await replay.state(space, caller())).filter(wanted);
    yield { json: `"parts":${JSON.stringify(found)}`, lines: found.map(partLine) };
  };
const linesOf = (lines: readonly { readonly on: string; readonly fr: string }[]): readonly string[] =>
  lines.map(({ on, fr }) => `${on}  ${fr}`);

const QUESTIONS: Readonly<Record<string, Question>> = {
  overview: async function* ({ system: { questions }, space, caller }) {
    const { view } = await questions.overview(space, caller());
    yield { json: `"overview":${JSON.stringify(view)}`, lines: [`${view.status} since ${view.statusSince}`] };
  },
  history: ({ system: { questions }, space, caller, first }) => {
    const pages = everyPage((cursor) => questions.history(space, { first, cursor, filter: EVERY_LINE }, caller()));
    return around(
      '"history":{',
      listed('lines', pages, ({ lines }) => lines, linesOf),
      ',"next":null}',
    );
  },
  documents: parts(({ part }) => part.startsWith('documents/')),
  dossier: parts(() => true),
  rights: parts(({ part }) => part !== 'overview' && !part.startsWith('documents/')),
  notices: ({ system, space, caller, first }) => {
    const pages = everyPage((cursor) => system.notices.list(space, { first, cursor, unread: false }, caller()));
    return listed('notices', pages, (page) => page.notices, linesOf);
  },
};
const WHAT = Object.keys(QUESTIONS);

interface Options {
  readonly purpose: string;
  readonly what?: string;
  readonly true?: true;
}
/** Each question, and each page of it, is a request of its own, with its own line in the history. */
async function* members(asked: Parameters<Question>[0], what: readonly string[]): AsyncGenerator<Part, void> {
  for (const [at, name] of what.entries()) {
    const question = QUESTIONS[name];
    if (question) yield* around(at === 0 ? '' : ',', question(asked), '');
  }
}

/** `mes as-of`: what was known of a space at a past instant, or what was true then. */
export const asOfCommand = (context: Context): Command =>
  new Command('as-of')
    .description('show a space as it was known at a past instant, or as it was')
    .argument('<space>', 'handle of the space', anId)
    .argument('<instant>', 'ISO 8601, with offset', moment)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .addOption(new Option('--what <what>', 'one question; overview and history without it').choices(WHAT))
    .option('--true', 'what was true then, later corrections included')
    .addHelpText('after', HELP)
    .action(async (space: string, asOf: Instant, options: Options, command: Command) => {
      const what = options.what === undefined ? ['overview', 'history'] : [options.what];
      await withSystem(context, command, ['projections'], async (system) => {
        const knowledge = options.true === undefined ? 'KNOWN' : 'TRUE';
        const caller = (): Caller => callerHere('compliance', system.clock, { asOf, knowledge, purpose: options.purpose });
        const first = context.linesOfPage ?? MOST_LINES;
        await terminalOf(context, command).answerInParts(inBraces(members({ system, space, caller, first }, what)));
      });
    });
