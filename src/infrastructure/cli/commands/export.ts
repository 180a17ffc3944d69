import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { ExportStanding } from '../../../application/audit/export.orders.js';
import type { ExportFile } from '../../../application/audit/export-ports.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { anId } from '../ids.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';
import { auditorCommand } from './export-auditor.js';
import { requestCommand } from './export-request.js';

const ID = '0193b1c2-…';
const WISHES = {
  approve: [
    'approve an export; two people must, each at an account of his own',
    'Whoever sits here approves; who approved it before is refused, and another person has to. At the doors: POST /api/v1/exports/<id>/approvals.',
  ],
  cancel: [
    'call an export off',
    'Before it is ready nothing comes of it any more. Once it is, its package is removed where the role timers runs; otherwise that happens after thirty days.',
  ],
  resume: [
    'go on with an export that was given up',
    'After too many attempts that died, once what they died of is mended. Its approvals stand, for thirty days; it is made from the beginning.',
  ],
} as const;

/** A wish about one export, by whoever sits here. */
const wishOf = (context: Context, name: keyof typeof WISHES): Command =>
  new Command(name)
    .description(WISHES[name][0])
    .argument('<export>', 'id of the export', anId)
    .addHelpText('after', `\n${WISHES[name][1]}\n\nExample:\n  $ mes export ${name} ${ID}\n`)
    .action(async (id: string, _: object, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) => exports[name](id, callerHere('compliance', clock)));
      terminalOf(context, command).answer(receipt, [`${name}: done`]);
    });

const refuse = (context: Context): Command =>
  new Command('refuse')
    .description('refuse an export')
    .argument('<export>', 'id of the export', anId)
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', `\nExample:\n  $ mes export refuse ${ID} --reason "périmètre trop large"\n`)
    .action(async (id: string, { reason }: { readonly reason: string }, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) =>
        exports.refuse(id, reason, callerHere('compliance', clock)),
      );
      terminalOf(context, command).answer(receipt, ['refuse: done']);
    });

const rowOf = ({ export: id, status, mode, scope, requestedAt, progress, result, keptUntil }: ExportStanding) => {
  const made = progress === null ? '-' : `${progress.done} of ${progress.total ?? '?'}`;
  return [id, status, mode, scope, requestedAt, result === null ? made : result.name, keptUntil ?? '-'] as const;
};

interface Looking {
  readonly purpose: string;
  readonly asOf?: Instant;
}
const STATUS_HELP = `
While it is made: how many leaves of the log were read, of how many; of a past moment nobody knows that.

Examples:
  $ mes export status --purpose "weekly review"
  $ mes export status ${ID} --purpose "control 2026-12"
  $ mes export status --purpose "control 2026-12" --as-of 2026-12-01T12:00:00+01:00
`;
const status = (context: Context): Command =>
  new Command('status')
    .description('show how exports stand, or one of them')
    .argument('[export]', 'id of the export', anId)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--as-of <instant>', 'as it was known at a past instant; ISO 8601, with offset', moment)
    .addHelpText('after', STATUS_HELP)
    .action(async (id: string | undefined, { purpose, asOf }: Looking, command: Command) => {
      const found = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        const caller = callerHere('compliance', system.clock, { asOf, purpose });
        return id === undefined ? system.exports.list(caller) : [await system.exports.status(id, caller)];
      });
      terminalOf(context, command).answer(
        found,
        tableOf(['export', 'status', 'mode', 'scope', 'asked at', 'made', 'kept until'], found.map(rowOf)),
      );
    });

const NEVER = new Promise<void>(() => undefined);
const RUN_HELP = `
One process makes exports at a time: where another is at it, this one waits until it is done, or takes over what a dead one left.
Proofs follow once the next head of the log is signed: run it again, or leave that to the role timers.

Example:
  $ mes export run
`;
const run = (context: Context): Command =>
  new Command('run')
    .description('make approved exports now, where no process has the role timers; Ctrl-C ends it, and it is begun anew later')
    .addHelpText('after', RUN_HELP)
    .action(async (_: object, command: Command) => {
      const off = new AbortController();
      void context.interrupted.then(() => off.abort());
      // It ends by itself where it is told to, with a whole step behind it.
      const steps = await withSystem({ ...context, interrupted: NEVER }, command, ['processes'], async (system) => {
        await system.waitUntilCaughtUp();
        return system.makeExports(off.signal);
      });
      const interrupted = off.signal.aborted;
      const rest = interrupted ? '; what was under way is begun anew by the next run' : '';
      terminalOf(context, command).answer({ steps, interrupted }, [`${steps} steps done${rest}`]);
    });

const DOWNLOAD_HELP = `
A file of that name is never overwritten. The package opens with age -d -i key.txt, and is checked with mes verify, or by whoever got it with mes-verify.mjs.

Examples:
  $ mes export download ${ID} package.tar.age
  $ mes export download ${ID} package.tlog-proof --what proof
`;
/** A new file, whole or not at all: half of one would stand in the way of the next attempt. */
async function written(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), file.createWriteStream());
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
const download = (context: Context): Command =>
  new Command('download')
    .description('write a file of a finished export; that it was fetched is a fact')
    .argument('<export>', 'id of the export', anId)
    .argument('<file>', 'where to')
    .addOption(new Option('--what <file>', 'which').choices(['package', 'sha256', 'proof', 'event']).default('package'))
    .addHelpText('after', DOWNLOAD_HELP)
    .action(async (id: string, path: string, { what }: { readonly what: ExportFile }, command: Command) => {
      const fetched = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        const { name, size, bytes } = await system.exports.download(id, what, () => null, callerHere('compliance', system.clock));
        await written(path, bytes);
        return { name, size };
      });
      terminalOf(context, command).answer(fetched, [`${fetched.name}: ${fetched.size} bytes`]);
    });

const HELP = `
Examples:
  $ mes export request --recipient age1… --legal-basis "Loi 78-17, art. 19" --reason "contrôle 2026-12"
  $ mes export approve ${ID}
  $ mes export run
  $ mes export download ${ID} package.tar.age
`;

/** `mes export …`: exports of the log to authorities. */
export const exportCommand = (context: Context): Command =>
  new Command('export')
    .description('exports of the log to an authority: asked for, approved by two, made, fetched')
    .addCommand(requestCommand(context))
    .addCommand(wishOf(context, 'approve'))
    .addCommand(refuse(context))
    .addCommand(wishOf(context, 'cancel'))
    .addCommand(wishOf(context, 'resume'))
    .addCommand(status(context))
    .addCommand(run(context))
    .addCommand(download(context))
    .addCommand(auditorCommand(context))
    .addHelpText('after', HELP);
