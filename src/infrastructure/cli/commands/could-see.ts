import { Command, InvalidArgumentError } from 'commander';
import type {
  ForeseenDecision,
  ForeseenInterval,
  PossibleReader,
  WhatCouldSeeAnswer,
  WhoCouldSeeAnswer,
} from '../../../application/replay/could-see.queries.js';
import { startOfDay, type Instant, type LocalDate } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { moment } from './as-of.js';

const WHO_HELP = `
Runs the policy on the matrix and the facts of that day: whoever a fact names, every profession that none names, every role; then who did. The rules of the
decision are those of this software, whose version is said.

Examples:
  $ mes who-could-see 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 5d6f2f0e-9d5b-8c11-8a3e-6a2f6d1c9b70 2027-01-14 --purpose "complaint 12"
  $ mes who-could-see 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 5d6f2f0e-9d5b-8c11-8a3e-6a2f6d1c9b70 2027-01-14T10:00:00+01:00 --purpose "complaint 12"
`;
const WHAT_HELP = `
Examples:
  $ mes what-could-see 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 899990000012 2027-01-14 --purpose "complaint 12"
  $ mes what-could-see 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 899990000012 2027-01-14T10:00:00+01:00 --purpose "complaint 12"
`;

/** A whole day, or an instant of one. */
type When = { readonly day: LocalDate } | { readonly asOf: Instant };
const when = (text: string): When => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return { asOf: moment(text) };
  try {
    startOfDay(text as LocalDate);
  } catch {
    throw new InvalidArgumentError('this day is in no calendar.');
  }
  return { day: text as LocalDate };
};

const momentOf = (at: When) => ('day' in at ? { day: at.day, asOf: undefined } : { day: undefined, asOf: at.asOf });

const OUTCOMES: Readonly<Record<ForeseenDecision['outcome'], string>> = { ALLOW: 'oui', DENY: 'non', NOT_RECORDED: 'non consigné' };
function decisionWords({ outcome, receipt, missing, possible }: ForeseenDecision): string {
  if (receipt !== null) return `${OUTCOMES[outcome]} (${receipt.rule}, ${receipt.words.fr})`;
  const either = possible.map((one) => OUTCOMES[one]).join(' ou ');
  return `${OUTCOMES[outcome]} (il manque ${missing.join(', ')} ; possible : ${either})`;
}
/** Of the whole period without its moments. */
const stretchWords = (one: ForeseenInterval, { from, until }: Pick<ForeseenInterval, 'from' | 'until'>): string =>
  `${one.from === from && one.until === until ? '' : `${one.from} – ${one.until}  `}${decisionWords(one)}`;
const readerWords = ({ fr, kind, professions, mode }: PossibleReader): string => {
  const all = kind === 'PROFESSIONS' && professions.length > 0 ? ` : ${professions.map((one) => one.fr).join(', ')}` : '';
  return `${fr}${all}${mode === 'normal' || kind === 'PROFESSIONS' ? '' : ` (${mode})`}`;
};

const lawLine = ({ matrix, caveat }: WhoCouldSeeAnswer['law']): string =>
  `Matrice ${matrix.map(({ version, from }) => `${version} (en vigueur depuis ${from})`).join(', puis ')}. ${caveat.fr}`;
const whoLines = ({ from, until, law, readers, did }: WhoCouldSeeAnswer): readonly string[] => [
  lawLine(law),
  ...readers.flatMap(({ reader, intervals }) => [
    readerWords(reader),
    ...intervals.map((one) => `    ${stretchWords(one, { from, until })}`),
  ]),
  did.length === 0 ? 'Personne ne l’a consulté.' : 'Qui l’a consulté, ou a tenté de le faire :',
  ...did.map(({ at, fr, receipt }) => `    ${at}  ${fr}${receipt === null ? '' : ` (${receipt.rule}, ${receipt.words.fr})`}`),
];
const whatLines = ({ from, until, law, readers }: WhatCouldSeeAnswer): readonly string[] => [
  lawLine(law),
  ...readers.flatMap(({ reader, documents }) => [
    readerWords(reader),
    ...documents.flatMap(({ document, intervals }) =>
      intervals.map((one) => `    ${document.document} ${document.typeCode ?? '—'}  ${stretchWords(one, { from, until })}`),
    ),
  ]),
];

/** `mes who-could-see`: who could have seen a document on a day, or at an instant, and who did. */
export const whoCouldSeeCommand = (context: Context): Command =>
  new Command('who-could-see')
    .description('show who could have seen a document on a day, or at an instant, and who did')
    .argument('<space>', 'handle of the space', anId)
    .argument('<document>', 'id of the document', anId)
    .argument('<when>', 'a Paris day, or an instant with its offset', when)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .addHelpText('after', WHO_HELP)
    .action(async (space: string, document: string, at: When, { purpose }: { purpose: string }, command: Command) => {
      const answer = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        const { replay, clock } = system;
        const { day, asOf } = momentOf(at);
        return replay.whoCouldSee(space, document, { day }, callerHere('compliance', clock, { asOf, purpose }));
      });
      terminalOf(context, command).answer(answer, whoLines(answer));
    });

/** `mes what-could-see`: every document of a space, with the decision about one professional. */
export const whatCouldSeeCommand = (context: Context): Command =>
  new Command('what-could-see')
    .description('show what a professional could see of a space on a day, or at an instant')
    .argument('<space>', 'handle of the space', anId)
    .argument('<professional>', 'national identifier: 8 and the RPPS number')
    .argument('<when>', 'a Paris day, or an instant with its offset', when)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .addHelpText('after', WHAT_HELP)
    .action(async (space: string, professional: string, at: When, { purpose }: { purpose: string }, command: Command) => {
      const { day, asOf } = momentOf(at);
      const answer = await withSystem(context, command, ['projections'], ({ replay, clock }) =>
        replay.whatCouldSee(space, professional, { day }, callerHere('compliance', clock, { asOf, purpose })),
      );
      terminalOf(context, command).answer(answer, whatLines(answer));
    });
