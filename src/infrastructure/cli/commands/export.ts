import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { ExportStanding } from '../../../application/audit/export.orders.js';
import type { ExportFile } from '../../../application/audit/export-ports.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';
import { auditorCommand } from './export-auditor.js';
import { requestCommand } from './export-request.js';

/** A wish about one export, by whoever sits here. */
const wishOf = (context: Context, name: 'approve' | 'cancel', description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<export>', 'id of the export')
    .action(async (id: string, _: object, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) => exports[name](id, callerHere('compliance', clock)));
      terminalOf(context, command).answer(receipt, [`${name}: done`]);
    });

const refuse = (context: Context): Command =>
  new Command('refuse')
    .description('refuse an export')
    .argument('<export>', 'id of the export')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, { reason }: { readonly reason: string }, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) =>
        exports.refuse(id, reason, callerHere('compliance', clock)),
      );
      terminalOf(context, command).answer(receipt, ['refuse: done']);
    });

const rowOf = ({ export: id, status, mode, scope, requestedAt, progress, result }: ExportStanding) => {
  const made = progress === null ? '-' : `${progress.done} of ${progress.total ?? '?'}`;
  return [id, status, mode, scope, requestedAt, result === null ? made : result.name] as const;
};
const status = (context: Context): Command =>
  new Command('status')
    .description('show how exports stand, or one of them')
    .argument('[export]', 'id of the export')
    .action(async (id: string | undefined, _: object, command: Command) => {
      const found = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        const caller = callerHere('compliance', system.clock);
        return id === undefined ? system.exports.list(caller) : [await system.exports.status(id, caller)];
      });
      terminalOf(context, command).answer(found, tableOf(['export', 'status', 'mode', 'scope', 'asked at', 'made'], found.map(rowOf)));
    });

const run = (context: Context): Command =>
  new Command('run')
    .description('make approved exports now, where no process has the role timers; Ctrl-C ends it, and it is begun anew later')
    .action(async (_: object, command: Command) => {
      const off = new AbortController();
      void context.interrupted.then(() => off.abort());
      const steps = await withSystem(context, command, ['processes'], async (system) => {
        await system.waitUntilCaughtUp();
        return system.makeExports(off.signal);
      });
      terminalOf(context, command).answer({ steps }, [`${steps} steps done`]);
    });

const download = (context: Context): Command =>
  new Command('download')
    .description('write a file of a finished export; that it was fetched is a fact')
    .argument('<export>', 'id of the export')
    .argument('<file>', 'where to')
    .addOption(new Option('--what <file>', 'which').choices(['package', 'sha256', 'proof', 'event']).default('package'))
    .action(async (id: string, path: string, { what }: { readonly what: ExportFile }, command: Command) => {
      const written = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        const { name, size, bytes } = await system.exports.download(id, what, () => null, callerHere('compliance', system.clock));
        await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
        return { name, size };
      });
      terminalOf(context, command).answer(written, [`${written.name}: ${written.size} bytes`]);
    });

/** `mes export …`: exports of the log to authorities. */
export const exportCommand = (context: Context): Command =>
  new Command('export')
    .description('exports of the log to an authority: asked for, approved by two, made, fetched')
    .addCommand(requestCommand(context))
    .addCommand(wishOf(context, 'approve', 'approve an export; two people must'))
    .addCommand(refuse(context))
    .addCommand(wishOf(context, 'cancel', 'call an export off'))
    .addCommand(status(context))
    .addCommand(run(context))
    .addCommand(download(context))
    .addCommand(auditorCommand(context));
