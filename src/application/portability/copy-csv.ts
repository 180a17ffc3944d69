import type { HistoryLine } from '../history/history.queries.js';

/** A cell that a spreadsheet shows as it stands: quoted, and never taken for a formula. */
const cell = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
};
/** One row (RFC 4180), with semicolons: what French spreadsheets expect. */
export const csvRow = (cells: readonly string[]): string => `${cells.map(cell).join(';')}\r\n`;

const COLUMNS = [
  'numero',
  'ecrit_le',
  'vrai_le',
  'type',
  'nature',
  'qui',
  'nom',
  'etablissement',
  'phrase',
  'decision',
  'raison',
  'urgence',
];
/** Begins with a byte order mark, by which spreadsheets know UTF-8. */
export const CSV_HEAD = `\uFEFF${csvRow(COLUMNS)}`;

/** One line of a history. */
export const csvLine = (n: number, { at, on, kind, lane, who, fr, receipt, emergency }: HistoryLine): string =>
  csvRow([
    ...[String(n), at, on, kind, lane, who.kind, who.name ?? '', who.facility?.name ?? '', fr],
    ...[receipt?.outcome ?? '', receipt?.words.fr ?? '', emergency ? 'oui' : 'non'],
  ]);
