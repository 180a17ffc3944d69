import { constants, inflateSync } from 'node:zlib';
import { isArray, isDictionary, type PdfArray, type PdfDictionary, type PdfValue } from './pdf-values.js';
import { checkPixels, unfit } from './verdict.js';

/** Bytes that one stream, and all streams of a file together, may inflate to. */
const MOST_INFLATED = 64 * 1024 * 1024;
const MOST_INFLATED_IN_ALL = 4 * MOST_INFLATED;
const END = 'endstream';

const ENDS_HERE = /^[\0\t\n\f\r ]{0,2}endstream/;

/** The whole number that a value is; null for anything else. */
export const wholeOf = (value: PdfValue | undefined): number | null =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null;

/** Where the data of a stream begins and ends; `at` is behind the keyword. A direct length counts only where the end keyword follows it. */
export function extentOf(bytes: Buffer, at: number, dictionary: PdfDictionary): { readonly start: number; readonly end: number } {
  let start = at;
  if (bytes[start] === 13) start += 1;
  if (bytes[start] === 10) start += 1;
  const stated = start + (wholeOf(dictionary.get('/Length')) ?? Infinity);
  // Looked for on the spot: a search from every stated length would take for ever on a file made for that.
  if (ENDS_HERE.test(bytes.toString('latin1', Math.min(stated, bytes.length), stated + 2 + END.length))) return { start, end: stated };
  const end = bytes.indexOf(END, start);
  return { start, end: end === -1 ? unfit('record/truncated') : end };
}

const filtersOf = (dictionary: PdfDictionary): PdfArray => {
  const filter = dictionary.get('/Filter');
  if (filter === undefined) return [];
  return isArray(filter) ? filter : [filter];
};
const isFlate = (filter: PdfValue): boolean => filter === '/FlateDecode' || filter === '/Fl';

const isBeyondLimit = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/** Opens the streams of one file, within what they may inflate to. */
export class PdfStreams {
  private left = MOST_INFLATED_IN_ALL;

  /** The content of a stream that holds objects. Refuses one that is wrapped so that it cannot be looked into. */
  open(dictionary: PdfDictionary, data: Buffer): Buffer {
    const [filter, ...more] = filtersOf(dictionary);
    const parameters = dictionary.get('/DecodeParms');
    const predicted = isDictionary(parameters) && (wholeOf(parameters.get('/Predictor')) ?? 1) > 1;
    if (more.length > 0 || predicted) return unfit('record/active-content');
    if (filter === undefined) return data;
    if (!isFlate(filter)) return unfit('record/active-content');
    return this.inflate(data) ?? unfit('record/truncated');
  }

  /** Refuses any other stream that floods its reader, or whose bytes lie in another file. */
  check(dictionary: PdfDictionary, data: Buffer): void {
    if (dictionary.has('/F') || dictionary.has('/FFilter')) unfit('record/active-content');
    const flates = filtersOf(dictionary).filter(isFlate).length;
    if (flates > 1) unfit('record/too-large');
    if (dictionary.get('/Subtype') === '/Image') {
      checkPixels(wholeOf(dictionary.get('/Width')) ?? 1, wholeOf(dictionary.get('/Height')) ?? 1);
    } else if (flates === 1 && isFlate(filtersOf(dictionary)[0] ?? '')) this.inflate(data);
  }

  /** Null when the data is no deflate stream: a reader shows nothing of it then. */
  private inflate(data: Buffer): Buffer | null {
    const maxOutputLength = Math.min(MOST_INFLATED, this.left);
    try {
      const inflated = inflateSync(data, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
      this.left = Math.max(1, this.left - inflated.length);
      return inflated;
    } catch (error) {
      return isBeyondLimit(error) ? unfit('record/too-large') : null;
    }
  }
}
