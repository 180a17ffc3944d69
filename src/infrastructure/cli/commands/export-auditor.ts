import { Command } from 'commander';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import type { Instant } from '../../../domain/shared/time.js';
import { momentOf } from './export-request.js';

interface Account {
  readonly issuer: string;
  readonly sub: string;
}
interface Terms extends Account {
  readonly authority: string;
  readonly until: Instant;
}

const open = (context: Context): Command =>
  new Command('open')
    .description('open the account of an auditor, until a moment at which it ends by itself')
    .requiredOption('--issuer <url>', 'issuer of the account')
    .requiredOption('--sub <text>', 'the account there')
    .requiredOption('--authority <text>', 'whom the auditor works for')
    .requiredOption('--until <moment>', 'when it ends', momentOf)
    .action(async ({ issuer, sub, authority, until }: Terms, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) =>
        exports.registerAuditor({ issuer, sub }, { authority, until }, callerHere('compliance', clock)),
      );
      terminalOf(context, command).answer(receipt, [`open until ${until}`]);
    });

const end = (context: Context): Command =>
  new Command('end')
    .description('end the account of an auditor before its day')
    .requiredOption('--issuer <url>', 'issuer of the account')
    .requiredOption('--sub <text>', 'the account there')
    .action(async ({ issuer, sub }: Account, command: Command) => {
      const receipt = await withSystem(context, command, [], ({ exports, clock }) =>
        exports.endAuditor({ issuer, sub }, callerHere('compliance', clock)),
      );
      terminalOf(context, command).answer(receipt, ['ended']);
    });

/** `mes export auditor …`: accounts of auditors. */
export const auditorCommand = (context: Context): Command =>
  new Command('auditor').description('accounts of auditors of an authority').addCommand(open(context)).addCommand(end(context));
