import { Command } from 'commander';
import type { Caller } from '../../../application/shared/caller.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';
import { moment } from './as-of.js';
import { accountsCommand, servicesCommand } from './audit-accounts.js';

const HELP = `
What a controller asks, one command for each question; docs/how-to/answer-a-control.md has the whole list. Every look is written down.

Examples:
  $ mes audit processing --purpose "CNIL control 2027-12"
  $ mes audit evidence 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --purpose "complaint 12"
  $ mes audit keys --purpose "CNIL control 2027-12"
  $ mes audit requests --late --purpose "monthly review"
  $ mes audit accounts --purpose "review of rights 2027" --unused-since 2027-06-01T00:00:00+02:00 --csv
  $ mes audit retention --purpose "CNIL control 2027-12" --as-of 2027-01-01T12:00:00+01:00
`;

interface Options {
  readonly purpose: string;
  readonly asOf?: Instant;
  readonly late?: boolean;
  readonly open?: boolean;
}
type Shown = readonly [value: object, lines: readonly string[]];
type Question = (system: System, caller: Caller, asked: { readonly space: string; readonly options: Options }) => Promise<Shown>;

const ALL = { first: 100, cursor: null };
const filterOf = ({ late = false, open = false }: Options) => ({ from: null, until: null, openOnly: open, lateOnly: late });
const dash = (text: string | null): string => text ?? '-';

const evidence: Question = async ({ controls }, caller, { space }) => {
  const lines = await controls.evidence(space, caller);
  const rows = lines.map(({ on, kind, by, channel, text, detail }) => [on, kind, by, dash(channel), dash(text), dash(detail)]);
  return [lines, tableOf(['on', 'what', 'by', 'how', 'text', 'detail'], rows)];
};
const versions: Question = async ({ controls }, caller) => {
  const found = await controls.matrixVersions(caller);
  const rows = found.map(({ version, appliesFrom, by, reason, publishedAt }) => [version, appliesFrom, by, reason, dash(publishedAt)]);
  return [found, tableOf(['version', 'from', 'by', 'reason', 'published'], rows)];
};
const retention: Question = async ({ controls }, caller) => {
  const { oldest, ...counts } = await controls.retention(caller);
  const rows = oldest.map(({ category, at }) => [category, dash(at)]);
  return [
    { ...counts, oldest },
    [...Object.entries(counts).map(([name, value]) => `${name}: ${value}`), ...tableOf(['category', 'oldest'], rows)],
  ];
};
const processing: Question = async ({ controls }, caller) => {
  const register = await controls.processing(caller);
  const lines = register.flatMap(({ name, purposes, legalBasis, people, data, recipients, retention: kept, security }) => [
    `# ${name}`,
    `Finalités : ${purposes.join(' ; ')}`,
    `Base légale : ${legalBasis}`,
    `Personnes : ${people.join(' ; ')}`,
    `Données : ${data.join(' ; ')}`,
    `Destinataires : ${recipients.join(' ; ')}`,
    `Conservation : ${kept}`,
    `Sécurité : ${security.join(' ; ')}`,
    '',
  ]);
  return [register, lines];
};
const references: Question = async ({ controls }, caller) => {
  const { processors, ...found } = await controls.references(caller);
  const rows = Object.entries(found).map(([name, one]) => [
    name,
    one?.reference ?? 'not recorded',
    one?.date ?? '-',
    one?.validUntil ?? '-',
  ]);
  const theirs = processors.map(({ name, purpose, contract, until }) => [name, purpose, contract, dash(until)]);
  const lines = [
    ...tableOf(['document', 'reference', 'of', 'until'], rows),
    ...tableOf(['processor', 'purpose', 'contract', 'until'], theirs),
  ];
  return [{ ...found, processors }, lines];
};
const requests: Question = async ({ registers }, caller, { options }) => {
  const page = await registers.requests(filterOf(options), ALL, caller);
  const rows = page.lines.map(({ receivedOn, right, reference, dueOn, answer, days, late }) => [
    ...[receivedOn, right, reference, dueOn, dash(answer)],
    days,
    late ? 'late' : '',
  ]);
  return [page, tableOf(['received', 'right', 'reference', 'due', 'answer', 'days', ''], rows)];
};
const breaches: Question = async ({ registers }, caller, { options }) => {
  const page = await registers.breaches(filterOf(options), ALL, caller);
  const rows = page.lines.map(({ awareSince, kinds, people, risk, notifiedOn, closedOn, late }) => [
    ...[awareSince, kinds.join(' '), people, dash(risk), dash(notifiedOn), dash(closedOn)],
    late ? 'late' : '',
  ]);
  return [page, tableOf(['aware since', 'kinds', 'people', 'risk', 'authority told', 'closed', ''], rows)];
};

const keys: Question = async ({ wrappingKeys }, caller) => {
  const acts = await wrappingKeys.acts(caller);
  return [
    acts,
    tableOf(
      ['at', 'by', 'act', 'epoch', 'keys'],
      acts.map(({ at, by, act, epoch, keys: many }) => [at, by, act, epoch, many ?? '-']),
    ),
  ];
};

/** `mes audit`: the questions of a control about the service, its registers, and proofs about one person. */
export const auditCommand = (context: Context): Command => {
  const audit = new Command('audit').description('answer what a controller asks').addHelpText('after', HELP);
  const add = (name: string, description: string, question: Question): Command => {
    const command = new Command(name)
      .description(description)
      .requiredOption('--purpose <text>', 'why you look; it is written down')
      .option('--as-of <instant>', 'as it was known at a past instant; ISO 8601, with offset', moment);
    audit.addCommand(command);
    return command.action(async (...given: readonly unknown[]) => {
      const options = command.opts<Options>();
      const space = typeof given[0] === 'string' ? given[0] : '';
      const [value, lines] = await withSystem(context, command, ['projections'], async (system) => {
        await system.waitUntilCaughtUp();
        return question(system, callerHere('compliance', system.clock, { asOf: options.asOf, purpose: options.purpose }), {
          space,
          options,
        });
      });
      terminalOf(context, command).answer(value, lines);
    });
  };
  add('processing', 'the register of processing activities (GDPR art. 30)', processing);
  add('references', 'impact assessment, security policy, certificate of the host, processors', references);
  add('matrix-versions', 'versions of the authorisation matrix, with author and reason', versions);
  add('evidence', 'what a person was told, opposed and agreed to', evidence).argument('<space>', 'handle of the space');
  add('requests', 'requests about rights, with their delays', requests)
    .option('--late', 'late ones only')
    .option('--open', 'open ones only');
  add('breaches', 'breaches, and who was told when', breaches).option('--late', 'late ones only').option('--open', 'open ones only');
  add('keys', 'what operators did with the keys that wrap keys: begun, wrapped anew, retired', keys);
  add('retention', 'whether what must be gone is gone', retention);
  return audit.addCommand(accountsCommand(context)).addCommand(servicesCommand(context));
};
