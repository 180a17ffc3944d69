import { Command, InvalidArgumentError } from 'commander';
import type { MatrixChange } from '../../../application/access/matrix.orders.js';
import type { ListChange } from '../../../application/record/code-list-import.js';
import { instant, type Instant } from '../../../domain/shared/time.js';
import { readMatrixCsv } from '../../codes/matrix-csv.js';
import { readCodeList, shippedCodeLists } from '../../codes/shipped.js';
import { operatorHere, terminalOf, withSystem, type Context } from '../context.js';
import type { System } from '../system.js';
import { tableOf } from '../terminal.js';

const HELP = `
Without an option: the code lists that come with the software. A new version stands beside the old ones; none is ever changed, and the same file twice
is one version. --matrix proposes the next version of the authorisation matrix; it is published by the running system, and decisions before its moment
stay what they were. The reason is kept encrypted; say nothing in it about a person.

Examples:
  $ mes reference import --dry-run
  $ mes reference import --file type-codes.json
  $ mes reference import --matrix matrix.csv --dry-run
  $ mes reference import --matrix matrix.csv --reason "order of 3 March 2027" --from 2027-04-01T00:00:00+02:00
`;

interface Options {
  readonly file?: string;
  readonly matrix?: string;
  readonly reason?: string;
  readonly from?: Instant;
  readonly dryRun?: boolean;
}

const moment = (text: string): Instant => {
  try {
    return instant(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof RangeError ? 'an instant with its offset, 2027-04-01T00:00:00+02:00.' : 'no instant.');
  }
};

/** `mes reference import`: code lists, or a version of the authorisation matrix. */
export const referenceImportCommand = (context: Context): Command =>
  new Command('import')
    .description('bring a new version of a code list, or propose one of the authorisation matrix')
    .option('--file <file>', 'code list, JSON')
    .option('--matrix <file>', 'authorisation matrix, CSV')
    .option('--reason <text>', 'why the matrix changes; without anything about a person')
    .option('--from <instant>', 'when the matrix begins to apply (default: as soon as it may)', moment)
    .option('--dry-run', 'say what would change, write nothing')
    .addHelpText('after', HELP)
    .action(async (options: Options, command: Command) => {
      refuseMixtures(options, command);
      const { matrix } = options;
      const answer = await withSystem(context, command, publishes(options) ? ['projections', 'processes'] : [], (system) =>
        matrix === undefined ? importLists(system, options) : importMatrix(system, matrix, options),
      );
      terminalOf(context, command).answer({ ...answer.value, dryRun: options.dryRun === true }, answer.lines);
    });

function refuseMixtures({ file, matrix, reason, from, dryRun }: Options, command: Command): void {
  if (matrix !== undefined && file !== undefined) command.error('error: --file and --matrix are two imports');
  if (matrix === undefined && (reason !== undefined || from !== undefined)) command.error('error: --reason and --from belong to --matrix');
  if (matrix !== undefined && dryRun !== true && reason === undefined) command.error('error: --matrix needs a --reason');
}

/** What is proposed is published by the reaction to it, here when no other process is up. */
const publishes = ({ matrix, dryRun }: Options): boolean => matrix !== undefined && dryRun !== true;

interface Answer {
  readonly value: object;
  readonly lines: readonly string[];
}

async function importLists({ codeLists }: System, { file, dryRun }: Options): Promise<Answer> {
  const lists = file === undefined ? await shippedCodeLists() : [await readCodeList(file)];
  const changes = dryRun === true ? await codeLists.rehearse(lists) : await codeLists.run(lists);
  return { value: { lists: changes }, lines: linesOf(changes) };
}

const linesOf = (changes: readonly ListChange[]): readonly string[] => [
  ...tableOf(
    ['list', 'version', 'standing', 'added', 'removed', 'changed'],
    changes.map(({ list, version, standing, added, removed, changed }) => [
      list,
      version,
      standing === 'NEW' ? 'new' : 'known',
      added.length,
      removed.length,
      changed.length,
    ]),
  ),
  ...changes.flatMap(({ list, added, removed, changed }) => [
    ...added.map((code) => `${list} + ${code}`),
    ...removed.map((code) => `${list} - ${code}`),
    ...changed.map((code) => `${list} ~ ${code}`),
  ]),
];

async function importMatrix(system: System, path: string, { reason, from, dryRun }: Options): Promise<Answer> {
  const file = await readMatrixCsv(path);
  const changes = await system.matrices.rehearse(file);
  if (dryRun !== true && reason !== undefined) {
    await system.matrices.propose(file, { reason, ...(from === undefined ? {} : { from }) }, operatorHere(system.clock));
    await system.waitUntilCaughtUp();
  }
  return { value: { source: file.source, changes }, lines: matrixLines(changes) };
}

const matrixLines = (changes: readonly MatrixChange[]): readonly string[] => {
  if (changes.length === 0) return ['nothing changes'];
  return changes.flatMap(({ profession, row, gained, lost }) => [
    `${profession}: ${gained.length} gained, ${lost.length} lost${row === 'KEPT' ? '' : ROWS[row]}`,
    ...gained.map((type) => `  + ${type}`),
    ...lost.map((type) => `  - ${type}`),
  ]);
};
const ROWS = { GAINED: ' (takes part in care from now on)', LOST: ' (takes no part in care any more)' } as const;
