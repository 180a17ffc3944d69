import { extentOf, PdfStreams, wholeOf } from './pdf-streams.js';
import { PdfTokens } from './pdf-tokens.js';
import { isArray, isDictionary, PdfValues, type PdfDictionary, type PdfValue } from './pdf-values.js';
import { unfit } from './verdict.js';

const REFERENCE = /^(\d+) \d+ R$/;
const SECTIONS = new Set(['xref', 'trailer', 'startxref']);
/** Tokens inside object streams: an offset may point to the same bytes a thousand times. */
const MOST_TOKENS = 5_000_000;

/** Whether what happens at opening is no more than turning to a page. */
export const isHarmlessOpening = (value: PdfValue | undefined): boolean =>
  isDictionary(value) ? value.get('/S') === '/GoTo' && !value.has('/Next') : isArray(value) || value === 'null' || value === '(';

/**
 * Reads a PDF from its first byte to its last, object by object, without its table of contents: so it sees former revisions, what nothing refers to,
 * and what a repairing reader would find. Object streams are opened and read in the same way.
 */
export class PdfWalk {
  private readonly streams = new PdfStreams();
  private readonly objects = new Map<number, PdfValue[]>();
  private readonly openings: number[] = [];
  private tokensLeft = MOST_TOKENS;

  constructor(private readonly bytes: Buffer) {}

  check(): void {
    const tokens = new PdfTokens(this.bytes);
    const values = this.newValues();
    let number: number | null = null;
    for (let token = tokens.next(); token !== null; token = tokens.next()) {
      if (token === 'obj') {
        number = Number(values.top.at(-2));
        values.clear();
      } else if (token === 'endobj') {
        this.keep(number, values.top[0]);
        values.clear();
      } else if (token === 'stream') tokens.at = this.stream(values.top[0], tokens.at);
      else if (SECTIONS.has(token)) values.clear();
      else if (token !== 'endstream') values.take(token);
    }
    values.clear();
    if (this.openings.some((opening) => !this.isHarmless(opening))) unfit('record/active-content');
  }

  private newValues(): PdfValues {
    return new PdfValues((dictionary) => this.checkOpening(dictionary.get('/OpenAction')));
  }

  private keep(number: number | null, value: PdfValue | undefined): void {
    if (number === null || value === undefined) return;
    this.objects.set(number, [...(this.objects.get(number) ?? []), value]);
  }

  private checkOpening(action: PdfValue | undefined): void {
    if (action === undefined) return;
    const reference = typeof action === 'string' ? REFERENCE.exec(action)?.[1] : undefined;
    if (reference !== undefined) this.openings.push(Number(reference));
    else if (!isHarmlessOpening(action)) unfit('record/active-content');
  }

  /** Every revision of the object counts. */
  private isHarmless(opening: number): boolean {
    return (this.objects.get(opening) ?? []).every(isHarmlessOpening);
  }

  /** Looks into a stream and returns where its data ends. */
  private stream(dictionary: PdfValue | undefined, at: number): number {
    if (!isDictionary(dictionary)) return unfit('record/truncated');
    const { start, end } = extentOf(this.bytes, at, dictionary);
    const data = this.bytes.subarray(start, end);
    if (dictionary.get('/Type') === '/ObjStm') this.objectStream(dictionary, this.streams.open(dictionary, data));
    else this.streams.check(dictionary, data);
    return end;
  }

  private objectStream(dictionary: PdfDictionary, content: Buffer): void {
    const first = wholeOf(dictionary.get('/First'));
    const count = wholeOf(dictionary.get('/N'));
    if (first === null || count === null) return unfit('record/truncated');
    const header = new PdfTokens(content);
    for (let left = count; left > 0; left -= 1) {
      const [number, offset] = [Number(header.next()), Number(header.next())];
      if (!Number.isSafeInteger(number) || !Number.isSafeInteger(first + offset)) unfit('record/truncated');
      this.keep(number, this.valueAt(content, first + offset));
    }
  }

  /** Read where the header says that it lies, for that is what a reader does, whatever the bytes before it look like. */
  private valueAt(content: Buffer, offset: number): PdfValue | undefined {
    const tokens = new PdfTokens(content, offset);
    const values = this.newValues();
    while (!values.isComplete) {
      const token = tokens.next();
      this.tokensLeft -= 1;
      if (token === null || this.tokensLeft < 0) return unfit(token === null ? 'record/truncated' : 'record/too-large');
      values.take(token);
    }
    return values.top[0];
  }
}
