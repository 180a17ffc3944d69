import type { Cell, ColumnType } from '../../../projections/shared/projection.js';

/** Types whose text never holds a quote, a backslash, a comma, a brace or a blank. */
const PLAIN: ReadonlySet<ColumnType> = new Set(['uuid', 'integer', 'bigint', 'boolean', 'timestamptz', 'date']);
const SPECIAL = /["\\]/;

const quotedText = (text: string): string => `"${SPECIAL.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;

/**
 * One column of these rows as a PostgreSQL array literal. The driver could do it, escaping every element whatever its type: that alone took
 * longer than the database needs to write the rows.
 */
export function arrayLiteral(type: ColumnType, rows: readonly { readonly cells: readonly (Cell | undefined)[] }[], place: number): string {
  const plain = PLAIN.has(type);
  let text = '{';
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i]?.cells[place] ?? null;
    if (i > 0) text += ',';
    if (cell === null) text += 'NULL';
    else text += plain ? String(cell) : quotedText(String(cell));
  }
  return `${text}}`;
}
