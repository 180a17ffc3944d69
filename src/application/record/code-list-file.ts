import { LIST_NAMES, type CodeList, type CodeRow, type ListName } from './code-tables.js';

/** What is wrong with a file: every fault at once, each with the row it is in. */
export class FaultyFile extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the file cannot be taken:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
}

type Check = (value: unknown) => string | null;
const matching =
  (form: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && form.test(value) ? null : `is not ${what}`;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined ? null : check(value);
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? null : `is not one of ${words.join(', ')}`;

const text = matching(/^\S(.{0,398}\S)?$/u, 'a text of one line, at most 400 characters');
const code = matching(/^[\x21-\x7e]{1,100}$/, 'a code: printable ASCII without spaces, at most 100 characters');
const oid = matching(/^[0-2](\.(0|[1-9]\d*))+$/, 'an OID');

const HEAD: Readonly<Record<Exclude<keyof CodeList, 'rows'>, Check>> = {
  list: oneOf(...LIST_NAMES),
  title: text,
  oid: orNull(oid),
  version: matching(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, 'a version: letters, digits, dots and dashes, at most 40'),
  date: matching(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, 'a date: 2025, 2025-02 or 2025-02-28'),
  source: text,
  complete: (value) => (typeof value === 'boolean' ? null : 'is not true or false'),
};

type RowRules = Readonly<Partial<Record<keyof CodeRow, Check>>>;
const status = orAbsent(oneOf('VALID', 'DEPRECATED', 'ANNOUNCED', 'OUTSIDE'));
const named: RowRules = { code, label: text };
const ROW: Readonly<Record<ListName, RowRules>> = {
  classCode: { system: oid, ...named, identifier: matching(/^[A-Z][A-Z_]*$/, 'an identifier in capitals') },
  category: { ...named, upload: oneOf('CHOSEN', 'CHOSEN_IN_RUBRIC', 'REPLACED_IN_RUBRIC', 'GENERATED', 'ELSEWHERE') },
  typeCode: { system: oid, ...named, classCode: orNull(code), category: orNull(code), status },
  formatCode: { system: orAbsent(oid), ...named, status },
  facilityType: { system: oid, ...named, status },
  practiceSetting: { system: oid, ...named, status },
  confidentiality: { system: oid, ...named, status },
  profession: { system: oid, ...named },
};

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(members: Members, rules: Readonly<Record<string, Check | undefined>>, where: string): readonly string[] {
  const unknown = Object.keys(members).filter((name) => !Object.hasOwn(rules, name));
  const wrong = Object.entries(rules).flatMap(([name, check]) => {
    const fault = check?.(members[name]) ?? null;
    return fault === null ? [] : [`${where}${name} ${fault}`];
  });
  return [...wrong, ...unknown.map((name) => `${where}${name} is no member of this list`)];
}

/** Rows are counted from 1; a code that reads well is named with it. */
const placeOf = (row: unknown, index: number): string => {
  const its = isObject(row) ? row['code'] : undefined;
  return `row ${index + 1}${code(its) === null ? ` (${String(its)})` : ''}: `;
};

function faultsOfRows(list: ListName, rows: readonly unknown[]): readonly string[] {
  const met = new Set<string>();
  return rows.flatMap((row, index) => {
    const where = placeOf(row, index);
    if (!isObject(row)) return [`${where}is not an object`];
    const faults = faultsOf(row, ROW[list], where);
    if (faults.length > 0) return faults;
    // Professions are told apart by system and code; everywhere else the code alone is looked up.
    const key = list === 'profession' ? `${String(row['system'])}|${String(row['code'])}` : String(row['code']);
    if (met.has(key)) return [`${where}the code stands twice`];
    met.add(key);
    return [];
  });
}

/** A list as a file brings it. Throws FaultyFile with every fault, row by row. */
export function codeListOf(value: unknown): CodeList {
  if (!isObject(value)) throw new FaultyFile(['the file holds no object']);
  const { rows, ...head } = value;
  const faults = faultsOf(head, HEAD, '');
  if (faults.length > 0) throw new FaultyFile(faults);
  if (!Array.isArray(rows) || rows.length === 0) throw new FaultyFile(['rows is empty, or no list']);
  const inRows = faultsOfRows(head['list'] as ListName, rows);
  if (inRows.length > 0) throw new FaultyFile(inRows);
  return value as unknown as CodeList;
}

/** Faults of a list of types beside the classes and categories that will count with it. */
export function faultsBeside(list: CodeList, others: (name: ListName) => CodeList | null): readonly string[] {
  if (list.list !== 'typeCode') return [];
  const codesOf = (name: ListName): ReadonlySet<string> => new Set(others(name)?.rows.map((row) => row.code));
  const known = { classCode: codesOf('classCode'), category: codesOf('category') };
  return list.rows.flatMap((row, index) =>
    (['classCode', 'category'] as const).flatMap((name) => {
      const named = row[name];
      return typeof named === 'string' && !known[name].has(named)
        ? [`${placeOf(row, index)}${name} ${named} is not in the list ${name}`]
        : [];
    }),
  );
}
