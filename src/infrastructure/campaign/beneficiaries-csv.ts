import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { COLUMNS, type Column, type ImportCode, type LineFields } from '../../application/enrolment/beneficiary-line.js';
import type { BeneficiariesFile, FileLine } from '../../application/enrolment/import-ports.js';
import { Refused } from '../../application/shared/refused.js';
import { reject } from '../../domain/shared/rejection.js';
import { linesOf, type TextLine } from './file-lines.js';

/** How this file is cut: what separates its fields, and where each column stands. */
interface Layout {
  readonly delimiter: ',' | ';';
  readonly width: number;
  readonly positions: Readonly<Record<Column, number>>;
}

/**
 * A beneficiaries file on disk: UTF-8, `;` or `,` as its header shows, columns in any order.
 * Each line is parsed by itself (no field may hold a line break), so that a quote left open spoils its own line and no other.
 */
export class BeneficiariesCsv implements BeneficiariesFile {
  private readonly hash: Hash = createHash('sha256');
  private known: string | null = null;

  constructor(private readonly path: string) {}

  async *lines(): AsyncIterable<FileLine> {
    let layout: Layout | null = null;
    for await (const line of linesOf(this.bytes())) {
      if (layout === null) layout = layoutOf(line);
      else if (!('text' in line) || line.text !== '') yield fileLine(line, layout);
    }
    if (layout === null) throw new Refused(reject('invalid', 'import/missing-column'));
    this.known = this.hash.digest('hex');
  }

  digest(): string {
    if (this.known === null) throw new Error('the digest of a file is known when all its lines were read');
    return this.known;
  }

  private async *bytes(): AsyncIterable<Buffer> {
    for await (const chunk of createReadStream(this.path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      this.hash.update(chunk);
      yield chunk;
    }
  }
}

/** Of a column named twice the first counts; columns we do not know are left alone. */
function layoutOf(header: TextLine): Layout {
  const text = 'text' in header ? header.text : '';
  const delimiter = text.split(';').length > text.split(',').length ? ';' : ',';
  const names = (fieldsOf(text, delimiter) ?? []).map((name) => name.trim().toLowerCase());
  if (COLUMNS.some((column) => !names.includes(column))) throw new Refused(reject('invalid', 'import/missing-column'));
  const positions = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<Column, number>;
  return { delimiter, width: names.length, positions };
}

function fileLine(line: TextLine, { delimiter, width, positions }: Layout): FileLine {
  const { number } = line;
  if (!('text' in line)) return { number, unreadable: line.unreadable };
  const fields = fieldsOf(line.text, delimiter);
  const unreadable = fields === null ? 'import/unreadable-line' : refusalOfWidth(fields.length, width);
  if (fields === null || unreadable !== null) return { number, unreadable: unreadable ?? 'import/unreadable-line' };
  return { number, fields: Object.fromEntries(COLUMNS.map((column) => [column, fields[positions[column]] ?? ''])) as LineFields };
}

const refusalOfWidth = (found: number, wanted: number): ImportCode | null =>
  found === wanted ? null : found < wanted ? 'import/missing-column' : 'import/extra-column';

/** Null when the quotes of the line do not fit, or a lone carriage return makes two of it. A line without quotes (nearly all of them) is simply cut. */
function fieldsOf(text: string, delimiter: string): readonly string[] | null {
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const [fields, ...more] = parse(text, { delimiter, relax_column_count: true });
    return more.length === 0 ? (fields ?? null) : null;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
