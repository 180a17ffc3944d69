import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AskedExport } from '../../../application/audit/export.orders.js';
import type { ExportMode, ExportScope } from '../../../domain/audit/export-vocabulary.js';
import { instant, type Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { tableOf } from '../terminal.js';

interface Asked {
  readonly mode: ExportMode;
  readonly space?: string;
  readonly professional?: string;
  readonly events?: string;
  readonly from?: Instant;
  readonly until?: Instant;
  readonly recipient: string;
  readonly legalBasis: string;
  readonly reason: string;
  readonly since?: string;
  readonly dryRun?: boolean;
}

/** An argument that must be a moment with its offset. */
export const momentOf = (text: string): Instant => {
  try {
    return instant(text);
  } catch {
    throw new InvalidArgumentError('a moment with its offset, 2026-01-05T09:00:00Z.');
  }
};

/** Places in the log, as a list or in a file that holds nothing else. Throws RangeError. */
async function placesIn(given: string): Promise<readonly number[]> {
  const text = LIST.test(given) ? given : await readFile(given, 'utf8');
  if (!LIST.test(text)) throw new RangeError('--events takes places in the log, or a file of them, separated by blanks or commas');
  return text.split(/[\s,]+/).flatMap((word) => (word === '' ? [] : [Number(word)]));
}
const LIST = /^[\d\s,]+$/;

async function scopeOf({ space, professional, events, from }: Asked): Promise<ExportScope> {
  if (events !== undefined) return { kind: 'events', indexes: await placesIn(events) };
  if (space !== undefined) return { kind: 'space', space };
  if (professional !== undefined) return { kind: 'professional', professional };
  return { kind: from === undefined ? 'all' : 'period' };
}

async function askedIn(asked: Asked): Promise<AskedExport> {
  const { mode, from, until, recipient, legalBasis, reason, since } = asked;
  return {
    mode,
    scope: await scopeOf(asked),
    ...(from === undefined || until === undefined ? {} : { period: { from, until } }),
    recipient,
    legalBasis,
    reason,
    ...(since === undefined ? {} : { since: await readFile(since, 'utf8') }),
  };
}

const REQUEST_HELP = `
Two different people approve it within 24 hours (mes export approve, or the doors); whoever asked may be one of them, but not in nominative mode. Then it is made by itself where the role timers runs, or by mes export run.
Without --space, --professional, --events or --from it is of everything. --dry-run counts what it would hold, and asks for nothing;
it leaves a line with its reason, in the space where one is named.

Examples:
  $ mes export request --recipient age1… --legal-basis "Loi 78-17, art. 19" --reason "contrôle 2026-12" --dry-run
  $ mes export request --mode nominative --space 0d9c2a1e-… --recipient age1… --legal-basis "ordonnance 12" --reason "…"
  $ mes export request --mode nominative --events "12 408 5120" --recipient age1… --legal-basis "Loi 78-17, art. 19" --reason "sondage"
`;
/** `mes export request`. */
export const requestCommand = (context: Context): Command =>
  new Command('request')
    .description('ask for an export to an authority')
    .addOption(new Option('--mode <mode>', 'what is opened').choices(['pseudonymised', 'authority', 'nominative']).default('pseudonymised'))
    .option('--space <handle>', 'of one space', anId)
    .option('--professional <id>', 'of what one professional did, by his national identifier')
    .addOption(
      new Option('--events <file or list>', 'exactly these events, by their index in the log, ascending; nominative only').conflicts([
        'space',
        'professional',
      ]),
    )
    .option('--from <moment>', 'written from this moment on', momentOf)
    .option('--until <moment>', 'written before this moment', momentOf)
    .requiredOption('--recipient <age1…>', 'for whom it is encrypted')
    .requiredOption('--legal-basis <text>', 'article of law, or reference of an order')
    .requiredOption('--reason <text>', 'why')
    .option('--since <file>', 'the recipient’s own earlier checkpoint')
    .option('--dry-run', 'count only')
    .addHelpText('after', REQUEST_HELP)
    .action(async (asked: Asked, command: Command) => {
      if ((asked.from === undefined) !== (asked.until === undefined)) return command.error('error: --from and --until go together');
      const terminal = terminalOf(context, command);
      const bar = terminal.progress('leaves');
      const wish = await askedIn(asked);
      await withSystem(context, command, [], async ({ exports, clock }) => {
        const caller = callerHere('compliance', clock);
        if (asked.dryRun === true) {
          const counts = await exports.rehearse(wish, caller, (done, total) => bar.to(done, total)).finally(() => bar.end());
          const { events, streams, opened, missing } = counts;
          return terminal.answer(
            { counts, dryRun: true },
            tableOf(['events', 'streams', 'opened', 'missing'], [[events, streams, opened, missing]]),
          );
        }
        const receipt = await exports.request(wish, caller);
        terminal.answer(receipt, [receipt.export]);
      });
    });
