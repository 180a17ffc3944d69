import type { Profession } from '../shared/actor.js';

/** One cell of the authorisation matrix as the official file has it (domain reference 3.7). Absent means not allowed. */
export interface MatrixCell {
  /** `<OID of the code system>|<code>`. */
  readonly profession: string;
  /** typeCode of a document, or a rubric of the health profile: `VACCINATIONS`, `CARE_HISTORY`, `WISHES`. */
  readonly type: string;
}

/** A version of the matrix (*matrice d'habilitations*, order of 26 October 2023), as it is decided with: pure data. */
export interface HabilitationMatrix {
  readonly version: number;
  /** Professions that take part in care; one without a single right has a row too. */
  readonly professions: ReadonlySet<string>;
  /** `<profession> <type>`. */
  readonly allowed: ReadonlySet<string>;
}

/** The key of a row. */
export const professionKey = ({ system, code }: Profession): string => `${system}|${code}`;
/** True when people of this profession take part in care at all. */
export const hasRow = (matrix: HabilitationMatrix, profession: Profession): boolean => rowOf(matrix, profession) !== undefined;
/** True when this profession may read documents of this type, or this rubric. */
export const mayRead = (matrix: HabilitationMatrix, profession: Profession, type: string): boolean =>
  rowOf(matrix, profession)?.has(type) === true;

/** By code system, then by code: what a profession may read. Undefined: it takes no part in care. */
type Rows = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
const rowsOfMatrix = new WeakMap<HabilitationMatrix, Rows>();

/** Derived once for each version: a list of documents asks for the same row again and again. */
function rowOf(matrix: HabilitationMatrix, { system, code }: Profession): ReadonlySet<string> | undefined {
  const known = rowsOfMatrix.get(matrix);
  const rows = known ?? rowsOf(matrix);
  if (known === undefined) rowsOfMatrix.set(matrix, rows);
  return rows.get(system)?.get(code);
}

function rowsOf({ professions, allowed }: HabilitationMatrix): Rows {
  const rows = new Map<string, Map<string, Set<string>>>();
  const byKey = new Map([...professions].map((key) => [key, new Set<string>()]));
  for (const [key, types] of byKey) {
    const [system, code] = halves(key, '|');
    rows.set(system, (rows.get(system) ?? new Map<string, Set<string>>()).set(code, types));
  }
  for (const cell of allowed) {
    const [key, type] = halves(cell, ' ');
    byKey.get(key)?.add(type);
  }
  return rows;
}

const halves = (text: string, separator: string): readonly [string, string] => {
  const middle = text.indexOf(separator);
  return [text.slice(0, middle), text.slice(middle + 1)];
};
