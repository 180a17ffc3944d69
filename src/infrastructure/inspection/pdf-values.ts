import { unfit } from './verdict.js';

/** `/Name`, a number or keyword as it stands, `(` for a string, `5 0 R` for a reference. */
export type PdfValue = string | PdfArray | PdfDictionary;
export type PdfArray = readonly PdfValue[];
export type PdfDictionary = ReadonlyMap<string, PdfValue>;

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;
export const isArray = (value: PdfValue | undefined): value is PdfArray => Array.isArray(value);

/** Names that only something that runs, plays, sends, fetches or carries a file has any use for, wherever they stand. `URI` waits for a click. */
const ACTIVE_NAMES: ReadonlySet<string> = new Set(
  (
    '/JavaScript /JS /Launch /AA /EmbeddedFile /EmbeddedFiles /EF /FileAttachment /RichMedia /RichMediaContent /RichMediaExecute ' +
    '/XFA /GoToR /GoToE /ImportData /SubmitForm /Rendition /Movie /Sound /3D'
  ).split(' '),
);
const MOST_DEPTH = 500;

/** Refuses a name that makes a document active. */
export function checkName(name: string): void {
  if (ACTIVE_NAMES.has(name)) unfit('record/active-content');
  if (name === '/Encrypt') unfit('record/type-not-accepted');
}

const isWhole = (value: PdfValue | undefined): value is string => typeof value === 'string' && /^\d+$/.test(value);

/** Puts tokens together into values; every name and every dictionary passes the checks the moment it is seen. */
export class PdfValues {
  private readonly around: { readonly closing: string; readonly items: PdfValue[] }[] = [];
  private items: PdfValue[] = [];

  /** `dictionary` is shown each dictionary when it is complete. */
  constructor(private readonly dictionary: (dictionary: PdfDictionary) => void) {}

  /** What stands outside of any array or dictionary so far. */
  get top(): readonly PdfValue[] {
    return this.around[0]?.items ?? this.items;
  }

  get isComplete(): boolean {
    return this.around.length === 0 && this.items.length > 0;
  }

  /** Forgets what stands outside. Refuses when something is still open. */
  clear(): void {
    if (this.around.length > 0) unfit('record/truncated');
    this.items = [];
  }

  take(token: string): void {
    if (token === '<<') this.open('>>');
    else if (token === '[') this.open(']');
    else if (token === '>>' || token === ']') this.close(token);
    else if (token === 'R') this.reference();
    else {
      if (token.startsWith('/')) checkName(token);
      this.items.push(token);
    }
  }

  private open(closing: string): void {
    if (this.around.length >= MOST_DEPTH) unfit('record/type-not-accepted');
    this.around.push({ closing, items: this.items });
    this.items = [];
  }

  private close(token: string): void {
    const outer = this.around.pop();
    if (outer?.closing !== token) return unfit('record/truncated');
    const value = token === ']' ? this.items : this.complete(this.items);
    this.items = outer.items;
    this.items.push(value);
  }

  private complete(items: readonly PdfValue[]): PdfDictionary {
    const dictionary = new Map<string, PdfValue>();
    for (let index = 0; index + 1 < items.length; index += 2) {
      const [key, value] = [items[index], items[index + 1]];
      if (typeof key !== 'string' || !key.startsWith('/') || value === undefined) return unfit('record/truncated');
      // Readers disagree on which of two entries of one name counts.
      if (dictionary.has(key)) unfit('record/type-not-accepted');
      dictionary.set(key, value);
    }
    if (items.length % 2 !== 0) unfit('record/truncated');
    this.dictionary(dictionary);
    return dictionary;
  }

  private reference(): void {
    const generation = this.items.pop();
    const number = this.items.pop();
    if (isWhole(number) && isWhole(generation)) this.items.push(`${Number(number)} ${Number(generation)} R`);
    else unfit('record/truncated');
  }
}
