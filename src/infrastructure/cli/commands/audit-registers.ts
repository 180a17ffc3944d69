import type { Command } from 'commander';
import type { BreachLine, DestructionLine, RightsRequestLine } from '../../../application/registers/registers.queries.js';
import type { Context } from '../context.js';
import { around, everyPage, listed, rowsOf } from '../pages.js';
import { questionCommand, type Questioning } from './question.js';

interface Options extends Questioning {
  readonly late?: boolean;
  readonly open?: boolean;
}
const filterOf = ({ late = false, open = false }: Options) => ({ from: null, until: null, openOnly: open, lateOnly: late });
const dash = (text: string | null): string => text ?? '-';

const REQUEST_HEAD = ['received', 'right', 'reference', 'due', 'answer', 'days', ''];
const requestCells = ({ receivedOn, right, reference, dueOn, answer, days, late }: RightsRequestLine) => [
  ...[receivedOn, right, reference, dueOn, dash(answer)],
  ...[days, late ? 'late' : ''],
];
const BREACH_HEAD = ['aware since', 'kinds', 'people', 'risk', 'authority told', 'closed', ''];
const breachCells = ({ awareSince, kinds, people, risk, notifiedOn, closedOn, late }: BreachLine) => [
  ...[awareSince, kinds.join(' '), people, dash(risk), dash(notifiedOn), dash(closedOn)],
  late ? 'late' : '',
];
const DESTRUCTION_HEAD = ['state', 'ground', 'of', 'asked', 'late from', 'done', 'certificate', 'events', ''];
const destructionCells = ({ state, ground, scope, askedOn, lateFrom, doneAt, late, certificate }: DestructionLine) => [
  ...[state, ground, dash(scope), dash(askedOn), dash(lateFrom), dash(doneAt)],
  ...(certificate === null ? ['-', '-'] : [`${certificate.stream} ${certificate.rev}`, certificate.events]),
  late ? 'late' : '',
];
const narrowed = (command: Command): Command => command.option('--late', 'late ones only').option('--open', 'open ones only');
/** The whole register, however many pages it has. */
const END = ',"next":null}';

/** `mes audit requests`: the register of requests about rights. */
export const requestsCommand = (context: Context): Command =>
  narrowed(
    questionCommand<Options>(context, 'requests', 'requests about rights, with their delays', ({ system, caller, options, first }) => {
      const pages = everyPage((cursor) => system.registers.requests(filterOf(options), { first, cursor }, caller()));
      return around(
        '{',
        listed('lines', pages, ({ lines }) => lines, rowsOf(REQUEST_HEAD, requestCells)),
        END,
      );
    }),
  );

/** `mes audit breaches`: the register of breaches. */
export const breachesCommand = (context: Context): Command =>
  narrowed(
    questionCommand<Options>(context, 'breaches', 'breaches, and who was told when', ({ system, caller, options, first }) => {
      const pages = everyPage((cursor) => system.registers.breaches(filterOf(options), { first, cursor }, caller()));
      return around(
        '{',
        listed('lines', pages, ({ lines }) => lines, rowsOf(BREACH_HEAD, breachCells)),
        END,
      );
    }),
  );

/** `mes audit destructions`: what was asked to be destroyed, and what was, with its certificate. */
export const destructionsCommand = (context: Context): Command =>
  narrowed(
    questionCommand<Options>(
      context,
      'destructions',
      'destructions: asked for, done, within three months or not; the certificate is what `mes prove` takes',
      ({ system, caller, options, first }) => {
        const pages = everyPage((cursor) => system.registers.destructions(filterOf(options), { first, cursor }, caller()));
        return around(
          '{',
          listed('lines', pages, ({ lines }) => lines, rowsOf(DESTRUCTION_HEAD, destructionCells)),
          END,
        );
      },
    ),
  );
