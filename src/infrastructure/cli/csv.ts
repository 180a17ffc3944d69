/** What a table calculation would take for a formula begins with one of these. */
const FORMULA = /^[=+\-@\t\r]/;
const cell = (value: string | number | boolean | null): string => {
  const text = value === null ? '' : String(value);
  const harmless = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[";\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/** Lines of a CSV file (RFC 4180, separated by `;`), the head first. Nothing in a cell becomes a formula where it is opened. */
export const csvOf = (head: readonly string[], rows: readonly (readonly (string | number | boolean | null)[])[]): readonly string[] =>
  [head, ...rows].map((row) => row.map(cell).join(';'));
