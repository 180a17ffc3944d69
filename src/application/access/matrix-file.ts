import { professionKey } from '../../domain/access/habilitation.js';
import { MATRIX_RUBRICS, type MatrixCommand, type MatrixRow } from '../../domain/access/matrix-version.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { FaultyFile } from '../record/code-list-file.js';
import type { CodeTables } from '../record/code-tables.js';

/** One cell as it is published: who, which type (or rubric), yes or no. Every member is the text that stood there. */
export interface MatrixCell {
  readonly system: string;
  readonly profession: string;
  /** Empty for a rubric. */
  readonly classCode: string;
  readonly typeCode: string;
  /** `1` or `0`. */
  readonly allowed: string;
}
/** A file of the matrix: its cells in order, and `sha256:` and the digest of its bytes. */
export interface MatrixFile {
  readonly source: string;
  readonly cells: readonly MatrixCell[];
}

/** What a version may name now. Professions by `professionKey`. */
export interface KnownCodes {
  readonly professions: readonly string[];
  /** Types that are deposited in records, with their class; rubrics with none. */
  readonly classOfType: ReadonlyMap<string, string>;
}

/** As the code lists stand now. */
export const knownCodes = (tables: CodeTables): KnownCodes => ({
  professions: tables.current('profession').rows.map(({ system = '', code }) => professionKey({ system, code })),
  classOfType: new Map([
    ...tables
      .current('typeCode')
      .rows.flatMap(({ code, classCode }) => (typeof classCode === 'string' ? [[code, classCode] as const] : [])),
    ...MATRIX_RUBRICS.map((rubric) => [rubric, ''] as const),
  ]),
});

function faultOf(cell: MatrixCell, professions: ReadonlySet<string>, { classOfType }: KnownCodes): string | null {
  const { system, profession, classCode, typeCode, allowed } = cell;
  if (!professions.has(professionKey({ system, code: profession })))
    return `the profession ${system} ${profession} is not in the list profession`;
  const known = classOfType.get(typeCode);
  if (known === undefined) return `${typeCode} is no type that is deposited in records, and no rubric`;
  if (known !== classCode) return `${typeCode} is of the class ${known === '' ? '(none: a rubric)' : known}, not ${classCode}`;
  return allowed === '0' || allowed === '1' ? null : `allowed is ${allowed}, not 0 or 1`;
}

/** The rows of a version, in the order of the file; nothing is added to what it says. Throws FaultyFile, cell by cell (counted from 1). */
export function rowsOf({ cells }: MatrixFile, known: KnownCodes): readonly MatrixRow[] {
  if (cells.length === 0) throw new FaultyFile(['the file holds no cell']);
  const professions = new Set(known.professions);
  const rows = new Map<string, Map<string, boolean>>();
  const faults = cells.flatMap((cell, index) => {
    const where = `cell ${index + 1}: `;
    const fault = faultOf(cell, professions, known);
    if (fault !== null) return [where + fault];
    const key = professionKey({ system: cell.system, code: cell.profession });
    const row = rows.get(key) ?? new Map<string, boolean>();
    if (row.has(cell.typeCode)) return [`${where}${cell.typeCode} stands twice for ${key}`];
    rows.set(key, row.set(cell.typeCode, cell.allowed === '1'));
    return [];
  });
  if (faults.length > 0) throw new FaultyFile(faults);
  return [...rows].map(([profession, row]) => ({ profession, allowed: [...row].flatMap(([type, yes]) => (yes ? [type] : [])) }));
}

/** The wish to make this file the next version, judged by the code lists of now. Throws FaultyFile. */
export function proposalOf(
  file: MatrixFile,
  tables: CodeTables,
  { appliesFrom, reason }: { readonly appliesFrom: Instant; readonly reason: string },
): Omit<Of<MatrixCommand, 'ProposeMatrixVersion'>, 'type'> {
  const known = knownCodes(tables);
  return {
    appliesFrom,
    source: file.source,
    reason,
    rows: rowsOf(file, known),
    known: { professions: known.professions, types: [...known.classOfType.keys()] },
  };
}
