import { Command, InvalidArgumentError } from 'commander';
import { Failed } from '../outcome.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';
import type { SealStatus } from '../../seal/seal-desk.js';
import type { WitnessState } from '../../seal/witness/published-heads.js';
import { wholeNumber } from './campaign-generate.js';

const leafIndex = wholeNumber(0, Number.MAX_SAFE_INTEGER);

interface Asked {
  readonly from?: number;
  readonly to?: number;
  readonly key: readonly string[];
}

const publishedAs = ({ published, witnesses }: SealStatus): string => {
  if (published === null) return 'nothing yet';
  return witnesses.length === 0
    ? `${published.size}, no witnesses`
    : `${published.size}, ${published.quorum ? 'cosigned by its quorum' : 'WITHOUT its quorum'}`;
};
const witnessLine = ({ label, known, trouble, detail }: WitnessState): string =>
  `witness   ${label}: ${known} cosigned${trouble === null ? '' : `, ${trouble}: ${detail ?? ''}`}`;

const linesOf = (status: SealStatus): readonly string[] => {
  const { origin, size, root, signedAt, behind, holder, trouble, checked, found, keys, witnesses } = status;
  return [
    `log       ${origin}`,
    `size      ${size}, ${behind} positions behind the log`,
    `root      ${root ?? 'none yet'}`,
    `signed    ${signedAt ?? 'nothing yet'}`,
    `published ${publishedAs(status)}`,
    `sealer    ${holder === null ? 'nobody' : `${holder.id}, until ${holder.until} if not renewed`}`,
    `trouble   ${trouble ?? 'none'}`,
    `checked   ${checked === null ? 'never' : `${checked.at}: ${checked.from} to ${checked.to}, ${checked.findings} findings`}`,
    `found     ${found === null ? 'nothing' : `${found.findings} findings between leaves ${found.from} and ${found.to}, ${found.at}`}`,
    ...witnesses.map(witnessLine),
    ...keys.map((key) => `key       ${key}`),
  ];
};

const status = (context: Context): Command =>
  new Command('status')
    .description('show how far the log is sealed, by whom, and under which keys')
    .addHelpText('after', '\nExample:\n  $ mes seal status --json\n')
    .action(async (_: object, command: Command) => {
      const found = await withSystem(context, command, [], ({ seal }) => seal.status());
      terminalOf(context, command).answer(found, linesOf(found));
      if (found.trouble !== null) throw new Failed(`the sealer stopped: ${found.trouble}`);
    });

const CHECK_HELP = `
Reads the log anew, without opening an event, and compares it with what was sealed, leaf by leaf. Exit code 1 when anything is found:
altered, deleted, truncated (the log ends before it), moved, inserted, or seal (the seal itself was altered).
Without --from and --to every row of the map of stream heads is hashed anew too, a page at a time, and the first one named that is not what the row
above it says; with them its topmost row alone.

A stream that was removed under a sealed certificate of destruction is no finding where the deletion ledger (DELETION_LEDGER) names it. Where that file
is not on this machine the certificate is believed, and a line says that the two were not compared.

The newest head that a sealer of this machine signed lies beside SEAL_KEY_FILE, outside of the database: the seal must begin with it. Where there is
none, a line says that the two were not compared.

The signature must be by a key of the file SEAL_KEY_FILE, or by one of --key: keep your copy of the verifier key elsewhere.

Examples:
  $ mes seal check
  $ mes seal check --from 1000000 --to 2000000 --json
  $ mes seal check --key "$(cat verifier-key.txt)"
`;
const check = (context: Context): Command =>
  new Command('check')
    .description('compare the log with what was sealed')
    .option('--from <index>', 'first leaf, from 0', leafIndex)
    .option('--to <index>', 'leaf to stop before', leafIndex)
    .option('--key <verifier key...>', 'whose signature counts', [])
    .addHelpText('after', CHECK_HELP)
    .action(async ({ key, ...range }: Asked, command: Command) => {
      const terminal = terminalOf(context, command);
      const bar = terminal.progress('leaves');
      const progress = (done: number, total: number): void => bar.to(done, total);
      const asked = { keys: key, progress };
      const result = await withSystem(context, command, [], ({ seal }) => seal.check(range, asked)).finally(() => bar.end());
      const rows = result.findings.map(
        ({ index, kind, stream, rev, detail }) => [index ?? '-', kind, stream ?? '-', rev ?? '-', detail] as const,
      );
      const head = `${result.to - result.from} leaves compared, of ${result.size}: ${result.purged} destroyed under a certificate, ${result.count} findings`;
      const left = result.left.map((what) => `not compared: ${what}`);
      terminal.answer(result, [
        head,
        ...left,
        ...(rows.length === 0 ? [] : tableOf(['leaf', 'what', 'stream', 'revision', 'detail'], rows)),
      ]);
      if (result.count > 0) throw new Failed(`${result.count} findings: the log is not what was sealed`);
    });

const RELEASES_HELP = `
Of each space whose content, trace or document keys were handed out to a door on that day, something was written on it: a look at least. Exit code 1 when
there is one of which nothing was: somebody may have read past the gate, or an order of a door was turned down after it was read. Only processes with the
role api count as doors; where one process plays all roles, a rebuild shows here too. Counts are kept for five weeks, those of a destroyed space until then.

Examples:
  $ mes seal releases
  $ mes seal releases --day 2026-11-21 --json
`;
const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const aDay = (text: string): string => {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date takes the thirty-first of February for a day of March.
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('a day of the calendar is needed, such as 2026-11-21.');
};

const releases = (context: Context): Command =>
  new Command('releases')
    .description('compare the keys handed out to doors with what was written')
    .option('--day <day>', 'in UTC; yesterday if absent', aDay)
    .addHelpText('after', RELEASES_HELP)
    .action(async ({ day = yesterday() }: { readonly day?: string }, command: Command) => {
      const result = await withSystem(context, command, [], ({ seal }) => seal.releases(day));
      const { rings, behind, unexplained } = result;
      const head = `${day}: keys of ${rings} spaces handed out to doors, ${unexplained.length} without a line; ${behind} keys behind the doors`;
      const rows = unexplained.map(({ owner, count }) => [owner, count] as const);
      terminalOf(context, command).answer({ day, ...result }, [head, ...(rows.length === 0 ? [] : tableOf(['space', 'keys'], rows))]);
      if (unexplained.length > 0) throw new Failed(`keys of ${unexplained.length} spaces were handed out, and nothing was written`);
    });

const ROTATE_HELP = `
The new key signs beside the newest from the next start of the sealer on, so that a verifier who has either believes the log. Older ones are
taken out of the file, but for the verifier keys that check what they signed. Hand the new verifier key to everybody who verifies before you rotate again.

With --lost the file SEAL_KEY_FILE may be gone: it is made anew, and heads under these verifier keys count as ours. Take your own copy of them, not
what the database says.

Examples:
  $ mes seal rotate
  $ mes seal rotate --lost "$(cat verifier-key.txt)"
`;
const rotate = (context: Context): Command =>
  new Command('rotate')
    .description('make a new key that signs the heads of the log')
    .option('--lost <verifier key...>', 'whose secret key nobody has any more', [])
    .addHelpText('after', ROTATE_HELP)
    .action(async ({ lost }: { readonly lost: readonly string[] }, command: Command) => {
      const keys = await withSystem(context, command, [], ({ seal }) => seal.rotate(lost));
      terminalOf(context, command).answer({ keys }, keys);
    });

/** `mes seal …`: the sealed log. */
export const sealCommand = (context: Context): Command =>
  new Command('seal')
    .description('the sealed log: how it stands, whether the log is still what was sealed')
    .addCommand(status(context))
    .addCommand(check(context))
    .addCommand(releases(context))
    .addCommand(rotate(context));
