import { DocumentBytes } from '../record/document-bytes.js';
import { DocumentReads } from '../record/document-reads.js';
import type { DocumentEntry } from '../record/record.queries.js';
import { Receipts, type LineReceipt } from '../history/receipts.js';
import { KeyGone, StoreUnavailable } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { CSV_HEAD, csvLine, csvRow } from './copy-csv.js';
import { dictionary, readMe } from './copy-texts.js';
import { CopyReads, type CopiedLine, type CopyFile, type CopyReading } from './copy-ports.js';

/** What came into a copy while it was put together. */
export interface Tally {
  readonly documents: string[];
  lines: number;
}
interface Parts {
  readonly reads: CopyReads;
  readonly places: DocumentReads;
  readonly bytes: DocumentBytes;
  readonly receipts: Receipts;
}

const encoder = new TextEncoder();
async function* texts(...pieces: readonly (string | AsyncIterable<string>)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces)
    if (typeof piece === 'string') yield encoder.encode(piece);
    else for await (const text of piece) yield encoder.encode(text);
}
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const file = (path: string, ...pieces: readonly (string | AsyncIterable<string>)[]): CopyFile => ({ path, bytes: texts(...pieces) });

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'application/rtf': 'rtf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'text/xml': 'xml',
};
const LONGEST_TITLE = 60;
/** `documents/0001-compte-rendu`: a name that every system can write; 1 is the latest deposit. */
const nameOf = (n: number, { title }: DocumentEntry): string => {
  const plain = title
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]+/g, (met) => (/^\p{M}+$/u.test(met) ? '' : '-'))
    .slice(0, LONGEST_TITLE)
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `documents/${String(n).padStart(4, '0')}${plain === '' ? '' : `-${plain}`}`;
};

/** Every line with its number: 1 is the latest. */
async function* numbered(lines: AsyncIterable<CopiedLine>): AsyncGenerator<CopiedLine & { readonly n: number }> {
  let n = 0;
  for await (const copied of lines) yield { ...copied, n: ++n };
}

/** The files of a copy, one after the other, each read when it is written: what is asked for is what this reader may see now. */
export class CopyContents {
  constructor(private readonly parts: Parts) {}

  async *files(reading: CopyReading, tally: Tally): AsyncGenerator<CopyFile> {
    yield file('LISEZMOI.txt', readMe(reading.admission.at));
    yield file('dictionnaire.txt', dictionary());
    yield file('profil.json', json(await this.parts.reads.profile(reading)));
    yield* this.documents(reading, tally);
    yield file('historique.json', this.historyAsJson(reading, tally));
    yield file('historique.csv', this.historyAsCsv(reading));
    yield* this.receipts(reading);
  }

  private async *documents(reading: CopyReading, { documents }: Tally): AsyncGenerator<CopyFile> {
    for await (const entry of this.parts.reads.documents(reading)) {
      const bytes = await this.bytesOf(reading, entry.document);
      if (bytes === null) continue;
      documents.push(entry.document);
      const name = nameOf(documents.length, entry);
      yield { path: `${name}.${EXTENSIONS[entry.mediaType] ?? 'bin'}`, bytes };
      yield file(`${name}.json`, json(entry));
    }
  }

  /** Null when it was taken back since the list was read. */
  private async bytesOf({ space }: CopyReading, document: string): Promise<AsyncIterable<Uint8Array> | null> {
    const place = await this.parts.places.placeOf(space, document);
    if (place === null) return null;
    try {
      return await this.parts.bytes.read(space, document, place.blob, place.size);
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }

  private async *historyAsJson(reading: CopyReading, tally: Tally): AsyncGenerator<string> {
    tally.lines = 0;
    for await (const { n, line } of numbered(this.parts.reads.lines(reading))) {
      tally.lines = n;
      yield `${n === 1 ? '[\n' : ',\n'}${JSON.stringify({ numero: n, ...line })}`;
    }
    yield tally.lines === 0 ? '[]\n' : '\n]\n';
  }

  private async *historyAsCsv(reading: CopyReading): AsyncGenerator<string> {
    yield CSV_HEAD;
    for await (const { n, line } of numbered(this.parts.reads.lines(reading))) yield csvLine(n, line);
  }

  /** A receipt for each line that has one for this reader; why the others have none is said in a table. */
  private async *receipts(reading: CopyReading): AsyncGenerator<CopyFile> {
    const without: string[] = [];
    for await (const { n, place } of numbered(this.parts.reads.lines(reading))) {
      const receipt = typeof place === 'string' ? place : await this.receiptOf(place);
      if (typeof receipt === 'string') without.push(csvRow([String(n), receipt]));
      else yield* [file(`recus/${n}.tlog-proof`, receipt.proof), file(`recus/${n}.event.json`, receipt.event)];
    }
    yield file('recus/sans-recu.csv', csvRow(['numero', 'raison']), without.join(''));
  }

  private async receiptOf(place: Exclude<CopiedLine['place'], string>): Promise<LineReceipt | string> {
    try {
      return await this.parts.receipts.of(place);
    } catch (error) {
      if (error instanceof Refused) return error.rejection.rejected;
      if (error instanceof StoreUnavailable) throw error;
      // Whoever makes receipts raised the alarm; the person gets all the rest.
      return 'not-provable';
    }
  }
}
