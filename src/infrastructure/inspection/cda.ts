import { SaxesParser, type SaxesTagNS } from 'saxes';
import { isActive, type Element } from './cda-rules.js';
import { unfit } from './verdict.js';

const HL7 = 'urn:hl7-org:v3';
const MOST_DEPTH = 256;
const DECLARED = /^(?:\ufeff|\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/;
/** The encodings that are read, as the decoder calls them. UTF-16 hides everything from whoever looks for it byte by byte. */
const DECODERS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  'us-ascii': 'utf-8',
  'iso-8859-1': 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
};
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BLANK = /[\t\n\r ]/g;

/** A file that lies inside a document in base64, with the type that the document gives it. */
export interface Embedded {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const attributeOf = (tag: SaxesTagNS, name: string): string => tag.attributes[name]?.value.trim() ?? '';

const elementOf = (tag: SaxesTagNS): Element => ({ local: tag.local, uri: tag.uri, attributes: Object.values(tag.attributes) });

function decode(bytes: Buffer): string {
  const declared = DECLARED.exec(bytes.toString('latin1', 0, 256))?.[1] ?? 'utf-8';
  const decoder = DECODERS[declared.toLowerCase()] ?? unfit('record/type-not-accepted');
  try {
    return new TextDecoder(decoder, { fatal: true }).decode(bytes);
  } catch {
    return unfit('record/truncated');
  }
}

/** One clinical document while it is read. */
class CdaWalk {
  private depth = 0;
  private open: { readonly mediaType: string; readonly depth: number; readonly text: string[] } | null = null;
  private readonly embedded: Embedded[] = [];

  read(text: string): readonly Embedded[] {
    const parser = new SaxesParser({ xmlns: true, position: false });
    parser.on('error', () => unfit('record/truncated'));
    parser.on('doctype', () => unfit('record/active-content'));
    parser.on('processinginstruction', ({ target }) => {
      if (target.toLowerCase() === 'xml-stylesheet') unfit('record/active-content');
    });
    parser.on('opentag', (tag) => this.start(tag));
    parser.on('closetag', () => this.end());
    parser.on('text', (piece) => this.open?.text.push(piece));
    parser.on('cdata', (piece) => this.open?.text.push(piece));
    parser.write(text).close();
    return this.embedded;
  }

  private start(tag: SaxesTagNS): void {
    if (this.depth === 0 && (tag.local !== 'ClinicalDocument' || tag.uri !== HL7)) unfit('record/type-not-accepted');
    this.depth += 1;
    if (this.depth > MOST_DEPTH) unfit('record/type-not-accepted');
    if (isActive(elementOf(tag))) unfit('record/active-content');
    if (attributeOf(tag, 'compression') !== '') unfit('record/archive-refused');
    if (attributeOf(tag, 'representation').toUpperCase() !== 'B64') return;
    if (this.open !== null) unfit('record/type-not-accepted');
    this.open = { mediaType: attributeOf(tag, 'mediaType') || 'text/plain', depth: this.depth, text: [] };
  }

  private end(): void {
    if (this.open?.depth === this.depth) {
      const { mediaType, text } = this.open;
      const base64 = text.join('').replace(BLANK, '');
      if (!BASE64.test(base64) || base64.length % 4 !== 0) unfit('record/truncated');
      this.embedded.push({ mediaType, bytes: Buffer.from(base64, 'base64') });
      this.open = null;
    }
    this.depth -= 1;
  }
}

/**
 * Refuses XML that is not well formed, is not a CDA R2 document, declares a document type (and with it entities), carries a style sheet, runs anything
 * or leads outside. Returns the files inside it, which must be looked at in their turn.
 */
export const checkCda = (bytes: Buffer): readonly Embedded[] => new CdaWalk().read(decode(bytes));
