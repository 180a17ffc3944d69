import { Command } from 'commander';
import { accessesCommand } from './commands/accesses.js';
import { alertsCommand } from './commands/alerts.js';
import { asOfCommand } from './commands/as-of.js';
import { auditCommand } from './commands/audit.js';
import { campaignCommand } from './commands/campaign.js';
import { casesCommand } from './commands/cases.js';
import { diffCommand } from './commands/diff.js';
import { whatCouldSeeCommand, whoCouldSeeCommand } from './commands/could-see.js';
import { whatIfCommand } from './commands/what-if.js';
import { demoCommand } from './commands/demo.js';
import { exportCommand } from './commands/export.js';
import { eraseCommand } from './commands/erase.js';
import { generateCommand } from './commands/generate.js';
import { healthCommand } from './commands/health.js';
import { keysCommand } from './commands/keys.js';
import { quarantineCommand } from './commands/quarantine.js';
import { realignCommand } from './commands/realign.js';
import { referenceCommand } from './commands/reference.js';
import { proveCommand } from './commands/prove.js';
import { replayCommand } from './commands/replay.js';
import { sealCommand } from './commands/seal.js';
import { serveCommand } from './commands/serve.js';
import { sweepCommand } from './commands/sweep.js';
import { tokenCommand } from './commands/token.js';
import { verifyCommand } from './commands/verify.js';
import type { Context } from './context.js';
import { outcomeOf, type ExitCode } from './outcome.js';

const HELP = `
Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

Examples:
  $ mes demo --once
  $ mes campaign generate people.csv --count 1000 --seed first
  $ mes campaign import people.csv --campaign 2026-cpam-031 --label "CPAM 31, automne 2026" --dry-run
  $ mes token --as operator
`;

/** The command line as commander knows it. */
export function programOf(context: Context): Command {
  const program = new Command('mes')
    .description('The back end of the national health space: every action is an immutable event.')
    .option('--json', 'answer in JSON, one line, for machines')
    .option('--state-dir <folder>', 'folder of everything kept on disk (over STATE_DIR)')
    .addHelpText('after', HELP)
    .showHelpAfterError('(mes <command> --help shows how)')
    .configureOutput({ writeOut: (text) => void context.out.write(text), writeErr: (text) => void context.err.write(text) });
  const commands = [
    serveCommand,
    demoCommand,
    tokenCommand,
    campaignCommand,
    referenceCommand,
    replayCommand,
    asOfCommand,
    auditCommand,
    accessesCommand,
    casesCommand,
    alertsCommand,
    diffCommand,
    whoCouldSeeCommand,
    whatCouldSeeCommand,
    whatIfCommand,
    sweepCommand,
    eraseCommand,
    exportCommand,
    quarantineCommand,
    realignCommand,
    sealCommand,
    proveCommand,
    keysCommand,
    verifyCommand,
    healthCommand,
    generateCommand,
  ];
  for (const make of commands) program.addCommand(make(context));
  return bounded(program);
}

/** Errors of usage are thrown, not ended with: the exit code is decided in one place. Settings are not inherited by added commands. */
function bounded(command: Command): Command {
  for (const child of command.commands) bounded(child.copyInheritedSettings(command));
  return command.exitOverride();
}

/** A digest in base64url that begins with a dash. */
const DASHED_ID = /^-[\w-]{42}$/;

/** Of ids that are digests, such as those of reviews, one in 64 begins with a dash: behind a word that is no option it is none either, and goes where that is plain. */
function idsLast(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word, n) => DASHED_ID.test(word) && argv[n - 1]?.startsWith('-') === false);
  return at < 0 || argv.includes('--') ? argv : [...argv.slice(0, at), ...argv.slice(at + 1), '--', ...argv.slice(at, at + 1)];
}

/** Runs one line and gives its exit code. An error is one sentence; DEBUG shows where it comes from. */
export async function run(argv: readonly string[], context: Context): Promise<ExitCode> {
  try {
    await programOf(context).parseAsync([...idsLast(argv)], { from: 'user' });
    return 0;
  } catch (error) {
    const { code, sentence } = outcomeOf(error);
    if (sentence !== null) context.err.write(`mes: ${sentence}\n`);
    if (context.runtime.environment['DEBUG'] && error instanceof Error && code === 1) context.err.write(`${error.stack ?? ''}\n`);
    return code;
  }
}
