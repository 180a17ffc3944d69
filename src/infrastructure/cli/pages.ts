import { csvOf } from './csv.js';
import { tableOf, type Part } from './terminal.js';

/** The most lines that one question answers. */
export const MOST_LINES = 100;

/** One page of many lines; `next` is given back to get the one behind it, and null on the last. */
interface Page {
  readonly next: string | null;
}
type Cells = readonly (string | number | boolean | null)[];
/** Lines of a page for people; `first`: of the first page, which has the head. */
type LinesOf<T> = (items: readonly T[], first: boolean) => readonly string[];

/** Every page of a list, asked for one after the other: each is a question of its own, and none is kept. */
export async function* everyPage<P extends Page>(ask: (cursor: string | null) => Promise<P>): AsyncGenerator<P, void> {
  for (let cursor: string | null = null; ;) {
    const page: P = await ask(cursor);
    yield page;
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** A list as `"name":[…]`, written page by page; before it, what the first page says of the whole. */
export async function* listed<P extends Page, T>(
  name: string,
  pages: AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[],
  linesOf: LinesOf<T>,
  about?: (first: P) => Part,
): AsyncGenerator<Part, void> {
  let opening = `${JSON.stringify(name)}:[`;
  let written = 0;
  for await (const page of pages) {
    const items = itemsOf(page);
    if (opening !== '' && about) yield about(page);
    const json = items.map((item, at) => (written + at === 0 ? '' : ',') + JSON.stringify(item)).join('');
    yield { json: opening + json, lines: linesOf(items, opening !== '') };
    opening = '';
    written += items.length;
  }
  yield { json: ']', lines: [] };
}

/** Parts between two pieces of JSON. The first piece waits for the first part: a refusal leaves nothing half said. */
export async function* around(before: string, parts: AsyncIterable<Part>, after: string): AsyncGenerator<Part, void> {
  let opening = before;
  for await (const { json, lines } of parts) {
    yield { json: opening + json, lines };
    opening = '';
  }
  yield { json: opening + after, lines: [] };
}

/** The members of one object. */
export const inBraces = (members: AsyncIterable<Part>): AsyncGenerator<Part, void> => around('{', members, '}');

/** A whole answer as one part. */
export const onePart = (value: object, lines: readonly string[]): Part => ({ json: JSON.stringify(value), lines });

const written = (rows: readonly Cells[]): readonly (readonly string[])[] => rows.map((row) => row.map((cell) => String(cell ?? '')));

/** Items as rows under a head that stands once; each page has columns as wide as it needs. */
export const rowsOf =
  <T>(head: readonly string[], cellsOf: (item: T) => Cells, csv = false): LinesOf<T> =>
  (items, first) => {
    const rows = items.map(cellsOf);
    return (csv ? csvOf(head, rows) : tableOf(head, written(rows))).slice(first ? 0 : 1);
  };
