import { Command } from 'commander';
import type { Caller } from '../../../application/shared/caller.js';
import type { Context } from '../context.js';
import { anId } from '../ids.js';
import { onePart } from '../pages.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';
import { accountsCommand, servicesCommand } from './audit-accounts.js';
import { breachesCommand, destructionsCommand, requestsCommand } from './audit-registers.js';
import { questionCommand } from './question.js';

const HELP = `
What a controller asks, one command for each question; docs/how-to/answer-a-control.md has the whole list. Every look is written down.

Examples:
  $ mes audit processing --purpose "CNIL control 2027-12"
  $ mes audit evidence 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10 --purpose "complaint 12"
  $ mes audit keys --purpose "CNIL control 2027-12"
  $ mes audit requests --late --purpose "monthly review"
  $ mes audit destructions --open --purpose "CNIL control 2027-12"
  $ mes audit accounts --purpose "review of rights 2027" --unused-since 2027-06-01T00:00:00+02:00 --csv
  $ mes audit retention --purpose "CNIL control 2027-12" --as-of 2027-01-01T12:00:00+01:00
`;

type Shown = readonly [value: object, lines: readonly string[]];
type Question = (system: System, caller: Caller, space: string) => Promise<Shown>;

const dash = (text: string | null): string => text ?? '-';

const evidence: Question = async ({ controls }, caller, space) => {
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
    const command = questionCommand(context, name, description, async function* ({ system, caller, argument }) {
      yield onePart(...(await question(system, caller(), argument)));
    });
    audit.addCommand(command);
    return command;
  };
  add('processing', 'the register of processing activities (GDPR art. 30)', processing);
  add('references', 'impact assessment, security policy, certificate of the host, processors', references);
  add('matrix-versions', 'versions of the authorisation matrix, with author and reason', versions);
  add('evidence', 'what a person was told, opposed and agreed to', evidence).argument('<space>', 'handle of the space', anId);
  add('keys', 'what operators did with the keys that wrap keys: begun, wrapped anew, retired', keys);
  add('retention', 'whether what must be gone is gone', retention);
  audit.addCommand(requestsCommand(context)).addCommand(destructionsCommand(context)).addCommand(breachesCommand(context));
  return audit.addCommand(accountsCommand(context)).addCommand(servicesCommand(context));
};
