import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { MatrixCell, MatrixFile } from '../../application/access/matrix-file.js';
import { FaultyFile } from '../../application/record/code-list-file.js';

const COLUMNS = {
  profession_system: 'system',
  profession_code: 'profession',
  class_code: 'classCode',
  type_code: 'typeCode',
  allowed: 'allowed',
} as const;
const named = (column: string): string => (Object.hasOwn(COLUMNS, column) ? COLUMNS[column as keyof typeof COLUMNS] : column);

/** A file of the authorisation matrix: CSV, UTF-8, separated by `;` or `,`, one cell a line. Throws FaultyFile, or what the file system says. */
export async function readMatrixCsv(path: string): Promise<MatrixFile> {
  const bytes = await readFile(path);
  const cells = cellsOf(bytes);
  const missing = Object.entries(COLUMNS).flatMap(([column, name]) => (cells[0] !== undefined && !(name in cells[0]) ? [column] : []));
  if (missing.length > 0) throw new FaultyFile(missing.map((column) => `the column ${column} is missing`));
  return { source: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, cells };
}

function cellsOf(bytes: Buffer): readonly MatrixCell[] {
  try {
    return parse(bytes, {
      bom: true,
      columns: (header: string[]) => header.map(named),
      delimiter: [';', ','],
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw new FaultyFile([`the file is not CSV (${error instanceof Error ? error.message : 'unreadable'})`]);
  }
}
