import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { inProject } from '../../project-folder.js';
import { Failed } from '../outcome.js';
import { globalsOf, type Context } from '../context.js';

/** The program that an auditor gets: it shares no code with this one, and is run as he runs it. */
const VERIFIER = inProject('verifier/mes-verify.mjs');

const HELP = `
Runs verifier/mes-verify.mjs, which whoever got an export runs without this software: node mes-verify.mjs <folder> --policy <file>.
Exit code: 0 everything holds, 1 something does not (each finding with code, file, line, index, stream and revision), 2 nothing could be checked.

Examples:
  $ mes verify export-2026-11-21T221304Z-1 --policy policy.txt
  $ mes verify export-2026-11-21T221304Z-1 --policy policy.txt --since checkpoint-2025 --sample 300 --seed "30 6 des de"
  $ mes verify --proof line.tlog-proof --event line.json --policy policy.txt
`;

const OPTIONS = [
  ['policy', 'file', 'logs, witnesses and quorum that you trust, received by another way than the export'],
  ['since', 'file', 'checkpoint that you kept: nothing that it covered was altered'],
  ['sample', 'count', 'draw so many lines that you ask to see opened'],
  ['seed', 'text', 'seed of the draw, chosen after you got the export'],
  ['proof', 'file', 'check the receipt of one event instead'],
  ['event', 'file', 'the event of the receipt'],
  ['archive', 'file', 'compare the archive with the digest that the event of the receipt names'],
] as const;

type Asked = { readonly [O in (typeof OPTIONS)[number][0]]?: string };

/** `mes verify`: checks an export or a receipt offline, with the program that is handed to auditors. */
export const verifyCommand = (context: Context): Command => {
  const command = new Command('verify').description('check an export or a receipt offline').argument('[folder]', 'the export, unpacked');
  for (const [name, value, words] of OPTIONS) command.option(`--${name} <${value}>`, words);
  return command.addHelpText('after', HELP).action(async (folder: string | undefined, asked: Asked, line: Command) => {
    const given = OPTIONS.flatMap(([name]) => (asked[name] === undefined ? [] : [`--${name}`, asked[name]]));
    const json = globalsOf(line).json === true ? ['--json'] : [];
    const code = await runVerifier(context, [...(folder === undefined ? [] : [folder]), ...given, ...json]);
    if (code === 2) return line.error('error: nothing was checked');
    if (code !== 0) throw new Failed('something does not hold');
  });
};

/** Its exit code; what it says goes where we speak. */
const runVerifier = ({ out, err }: Context, line: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [VERIFIER, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => void out.write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void err.write(text));
    child.on('error', reject).on('close', (code) => resolve(code ?? 2));
  });
