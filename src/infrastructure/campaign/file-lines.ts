import { isUtf8 } from 'node:buffer';
import type { ImportCode } from '../../application/enrolment/beneficiary-line.js';

/** One line of a text file, as an editor counts them, without its line break; or why it is none. */
export type TextLine = { readonly number: number; readonly text: string } | { readonly number: number; readonly unreadable: ImportCode };

/** Longer than any line with all its fields full; what lies beyond is skipped, not kept. */
const MOST_BYTES = 8_192;
const LF = 0x0a;
const BOM = '\uFEFF';

/** Cuts bytes into lines (LF or CRLF), decoded as UTF-8, a byte order mark left out. Memory does not grow with the file, whatever it holds. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncIterable<TextLine> {
  const reader = new LineReader();
  for await (const chunk of bytes) yield* reader.take(chunk);
  yield* reader.end();
}

class LineReader {
  private rest: Buffer[] = [];
  private length = 0;
  private number = 0;

  *take(chunk: Buffer): Iterable<TextLine> {
    let from = 0;
    for (let to = chunk.indexOf(LF, from); to !== -1; to = chunk.indexOf(LF, from)) {
      this.keep(chunk.subarray(from, to));
      yield this.cut();
      from = to + 1;
    }
    this.keep(chunk.subarray(from));
  }

  /** A file may end without a line break. */
  *end(): Iterable<TextLine> {
    if (this.length > 0) yield this.cut();
  }

  private keep(part: Buffer): void {
    if (this.length <= MOST_BYTES && part.length > 0) this.rest.push(part);
    this.length += part.length;
  }

  private cut(): TextLine {
    const number = ++this.number;
    const bytes = this.length > MOST_BYTES ? null : Buffer.concat(this.rest);
    this.rest = [];
    this.length = 0;
    return bytes === null ? { number, unreadable: 'import/line-too-long' } : this.decoded(number, bytes);
  }

  private decoded(number: number, bytes: Buffer): TextLine {
    if (!isUtf8(bytes)) return { number, unreadable: 'import/not-utf-8' };
    const text = bytes.toString('utf8').replace(/\r$/, '');
    return { number, text: number === 1 && text.startsWith(BOM) ? text.slice(1) : text };
  }
}
