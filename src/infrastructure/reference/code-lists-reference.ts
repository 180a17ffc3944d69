import { rowsOf, knownCodes } from '../../application/access/matrix-file.js';
import { CurrentCodeLists } from '../../application/record/current-code-lists.js';
import type { CodeList, CodeRow, CodeTables, ListName } from '../../application/record/code-tables.js';
import { MATRIX_RUBRICS, type MatrixRow } from '../../domain/access/matrix-version.js';
import { readMatrixCsv } from '../codes/matrix-csv.js';
import { SHIPPED_MATRIX, shippedCodeLists } from '../codes/shipped.js';

/** Members that some lists have beyond code and label, in the order of the columns. */
const MEMBERS = ['system', 'classCode', 'category', 'identifier', 'upload', 'status'] as const;
const HEADS: Readonly<Record<(typeof MEMBERS)[number], string>> = {
  system: 'Code system',
  classCode: 'Class',
  category: 'Category',
  identifier: 'Identifier',
  upload: 'Who puts documents there',
  status: 'Status',
};
const VALUES: Readonly<Record<string, string>> = {
  CHOSEN: 'the holder, at upload',
  CHOSEN_IN_RUBRIC: 'the holder, in a rubric of its own',
  REPLACED_IN_RUBRIC: 'the holder, in a rubric of its own: the new one takes the place of the old one',
  GENERATED: 'the service',
  ELSEWHERE: 'nobody: shown in another rubric',
  DEPRECATED: 'deprecated: read, no longer deposited',
  ANNOUNCED: 'announced, not yet valid',
  OUTSIDE: 'in the code system, outside this value set',
};

const cell = (value: unknown): string => (typeof value === 'string' ? (VALUES[value] ?? value) : '');
const line = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function sectionOf({ title, oid, version, date, source, complete, rows }: CodeList): readonly string[] {
  const members = MEMBERS.filter((member) => rows.some((row) => row[member] !== undefined));
  return [
    `## ${title}`,
    '',
    `Version ${version} (${date})${oid === null ? '' : `, OID ${oid}`}, ${rows.length} codes${complete ? '' : ': a part only'}. Source: ${source}.`,
    '',
    line('Code', 'Label', ...members.map((member) => HEADS[member])),
    `|${'---|'.repeat(members.length + 2)}`,
    ...rows.map((row: CodeRow) => line(`\`${row.code}\``, row.label, ...members.map((member) => cell(row[member])))),
    '',
  ];
}

/** How many types of a class a profession may read, of how many. */
function matrixSection(tables: CodeTables, rows: readonly MatrixRow[]): readonly string[] {
  const codes = new CurrentCodeLists(tables);
  const classes = tables.current('classCode').rows.map(({ code }) => code);
  const types = tables.current('typeCode').rows.filter(({ classCode }) => typeof classCode === 'string');
  const sizeOf = (name: string): number => types.filter(({ classCode }) => classCode === name).length;
  const names = new Map(tables.current('profession').rows.map(({ system = '', code, label }) => [`${system}|${code}`, label]));
  const counts = ({ allowed }: MatrixRow): readonly string[] =>
    classes.map((name) => String(allowed.filter((type) => codes.type(type)?.classCode === name).length));
  return [
    '## The first authorisation matrix',
    '',
    'How many types of each class a profession may read; which ones says `matrice-habilitations-v1.csv`, cell by cell. A row of zeros still means that',
    'people of this profession take part in care: they may deposit. The official table was not at hand: this version follows what is known of it.',
    '',
    line('Profession', 'Code', ...classes, ...MATRIX_RUBRICS),
    `|${'---|'.repeat(classes.length + MATRIX_RUBRICS.length + 2)}`,
    line('_types of the class_', '', ...classes.map((name) => String(sizeOf(name))), ...MATRIX_RUBRICS.map(() => '')),
    ...rows.map((row) =>
      line(
        names.get(row.profession) ?? '',
        row.profession.replace('|', ' '),
        ...counts(row),
        ...MATRIX_RUBRICS.map((rubric) => (row.allowed.includes(rubric) ? 'yes' : '')),
      ),
    ),
    '',
  ];
}

/** The shipped lists, as tables that look codes up. */
const tablesOf = (lists: readonly CodeList[]): CodeTables => {
  const byName = new Map<ListName, CodeList>(lists.map((list) => [list.list, list]));
  const current = (name: ListName): CodeList => {
    const found = byName.get(name);
    if (!found) throw new Error(`the list ${name} is not shipped`);
    return found;
  };
  const nothing = () => Promise.reject(new Error('a reference brings nothing'));
  return { current, standing: nothing, add: nothing };
};

/** `docs/reference/code-lists.md`: the lists and the matrix that come with the software. */
export async function codeListsReference(): Promise<string> {
  const lists = await shippedCodeLists();
  const tables = tablesOf(lists);
  const rows = rowsOf(await readMatrixCsv(SHIPPED_MATRIX), knownCodes(tables));
  return [
    '# Code lists',
    '',
    'Generated from the files in `reference/`; do not edit. They are what an installation starts with; an operator brings newer versions',
    '([how](../how-to/publish-a-matrix-version.md#new-versions-of-code-lists)), and the version that was added last counts.',
    '',
    ...lists.flatMap(sectionOf),
    ...matrixSection(tables, rows),
  ].join('\n');
}
