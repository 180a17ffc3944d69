import { Command } from 'commander';
import type { QuarantineSheet } from '../../../application/audit/quarantine.orders.js';
import type { QuarantinedPlace } from '../../../application/shared/quarantine.js';
import { operatorHere, terminalOf, withSystem, type Context } from '../context.js';
import { tableOf } from '../terminal.js';

const HELP = `
An event that cannot be read, or on which a read model fails (NOT_PROJECTED), stands in quarantine, and its space with it; every other space goes on. Retry
after a version that knows the event was deployed to every process, or after its bytes were restored. Release only when it will never be read: it then counts
as sealed for ever, whatever later software could make of it (NOT_PROJECTED: it has no rows, and counts in decisions). Who did it and why is a fact of the
audit log.

Examples:
  $ mes quarantine list
  $ mes quarantine show 0f3c…
  $ mes quarantine retry 0f3c…
  $ mes quarantine release 0f3c… --reason "bytes lost with disk 12, incident 2027-031" --dry-run
`;

/** `mes quarantine`: events that cannot be read, and what is done about them. */
export const quarantineCommand = (context: Context): Command => {
  const quarantine = new Command('quarantine')
    .description('show, retry or release events that cannot be read or shown')
    .addHelpText('after', HELP);
  for (const make of [listCommand, showCommand, retryCommand, releaseCommand]) quarantine.addCommand(make(context));
  return quarantine;
};

const listCommand = (context: Context): Command =>
  new Command('list')
    .description('every event that ever stood in quarantine, the latest first')
    .option('--all', 'also those that were settled')
    .action(async ({ all = false }: { all?: boolean }, command: Command) => {
      const places = await withSystem(context, command, [], ({ quarantine, clock }) => quarantine.list(operatorHere(clock)));
      const shown = places.filter(({ state }) => all || state === 'HELD').map(plain);
      const rows = shown.map(({ id, state, fault, stream, rev, since }) => [id, state, fault, `${stream}/${rev}`, since]);
      terminalOf(context, command).answer(shown, rows.length === 0 ? ['the quarantine is empty'] : tableOf(HEAD, rows));
    });
const HEAD = ['id', 'state', 'reason', 'event', 'since'];

const showCommand = (context: Context): Command =>
  new Command('show')
    .description('where it lies, why it cannot be read, and what waits for it')
    .argument('<id>', 'of the quarantine')
    .action(async (id: string, _: object, command: Command) => {
      const sheet = await withSystem(context, command, [], ({ quarantine, clock }) => quarantine.show(id, operatorHere(clock)));
      answer(context, command, sheet);
    });

const retryCommand = (context: Context): Command =>
  new Command('retry')
    .description('read it again; when that succeeds, its space goes on')
    .argument('<id>', 'of the quarantine')
    .action(async (id: string, _: object, command: Command) => {
      const sheet = await withSystem(context, command, [], async (system) => {
        const lifted = await system.quarantine.retry(id, operatorHere(system.clock));
        await system.settleRows();
        return lifted;
      });
      answer(context, command, sheet);
    });

interface Release {
  readonly reason: string;
  readonly dryRun?: boolean;
}
const releaseCommand = (context: Context): Command =>
  new Command('release')
    .description('decide that it stays unread for ever; its space goes on without it')
    .argument('<id>', 'of the quarantine')
    .requiredOption('--reason <text>', 'why; kept encrypted with your name; without anything about a person')
    .option('--dry-run', 'show what would be released, decide nothing')
    .action(async (id: string, { reason, dryRun = false }: Release, command: Command) => {
      const sheet = await withSystem(context, command, [], async (system) => {
        if (dryRun) return system.quarantine.standing(id, operatorHere(system.clock));
        const released = await system.quarantine.release(id, reason, operatorHere(system.clock));
        await system.settleRows();
        return released;
      });
      answer(context, command, sheet, { dryRun });
    });

/** Positions are numbers for machines: a log never gets longer than they can count. */
const plain = <P extends QuarantinedPlace>(place: P) => ({ ...place, position: Number(place.position) });

function answer(context: Context, command: Command, sheet: QuarantineSheet, more: object = {}): void {
  const { id, state, fault, stream, rev, position, since, settledAt, header, events, readers } = sheet;
  const rows = [
    ['quarantine', id],
    ['state', settledAt === null ? state : `${state} ${settledAt}`],
    ['reason', fault],
    ['event', `${stream}/${rev}, position ${position}`],
    ['since', since],
    ['header', header ?? 'the event is missing'],
    ['waiting', `${events} events of it and behind it`],
    ['held back by', readers.length === 0 ? 'nobody' : readers.join(', ')],
  ];
  terminalOf(context, command).answer({ ...plain(sheet), ...more }, tableOf(['', ''], rows));
}
