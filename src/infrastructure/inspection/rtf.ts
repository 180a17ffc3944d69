import { fetchesPicture, isHarmlessField } from './rtf-fields.js';
import { unfit } from './verdict.js';

/** Objects, templates and data sources that are loaded when the document is opened, subdocuments, and raw bytes in which any of these can hide. */
const ACTIVE = /^(?:obj.*|template|bin|subdocument|nextfile|mm(?:connect|data|header|query|odso).*|dde.*|macro.*|sv_?macro)$/;
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f]/;
// eslint-disable-next-line no-control-regex -- some writers end a file with a NUL
const NOTHING_MORE = /^[\s\x00]*$/;
/** One piece: a brace, a byte in hex, a control word with its number, a control symbol, or text. */
const PIECE = /([{}])|\\'([0-9a-fA-F]{2})|\\([a-zA-Z]+)(-?\d+)? ?|\\([^a-zA-Z])|([^{}\\]+)/y;
const MOST_DEPTH = 1000;
const COLLECTED = new Set(['fldinst', 'sn', 'sv']);

interface Group {
  /** The destination whose text is collected, if any; inner groups collect for the group around them. */
  readonly destination: string;
  readonly text: string[];
  /** Behind `\*` a reader skips what it does not know, and so do we. */
  readonly optional: boolean;
}

/** One RTF while it is read: groups are balanced, and the text of fields and shape properties is put together as a reader would. */
class RtfWalk {
  private readonly groups: Group[] = [];
  private shapeProperty = '';

  constructor(private readonly text: string) {}

  check(): void {
    PIECE.lastIndex = 0;
    for (let piece = PIECE.exec(this.text); piece !== null; piece = PIECE.exec(this.text)) {
      this.take(piece);
      if (this.groups.length === 0) return this.checkRest(PIECE.lastIndex);
    }
    unfit('record/truncated');
  }

  private checkRest(from: number): void {
    const inside = this.text.slice(0, from);
    if (CONTROL.test(inside) || !NOTHING_MORE.test(this.text.slice(from))) unfit('record/type-not-accepted');
  }

  private take([, brace, hex, word, number, symbol, text]: RegExpExecArray): void {
    if (brace === '{') this.open();
    else if (brace === '}') this.close();
    else if (hex !== undefined) this.collect(String.fromCharCode(parseInt(hex, 16)));
    else if (word !== undefined) this.control(word.toLowerCase(), number);
    else if (symbol !== undefined) this.symbol(symbol);
    else this.collect((text ?? '').replace(/[\r\n]/g, ''));
  }

  private open(): void {
    if (this.groups.length >= MOST_DEPTH) unfit('record/type-not-accepted');
    this.groups.push(this.groups.at(-1) ?? { destination: '', text: [], optional: false });
  }

  private close(): void {
    const group = this.groups.pop();
    if (group === undefined || group === this.groups.at(-1)) return;
    const text = group.text.join('');
    if (group.destination === 'fldinst' && !isHarmlessField(text)) unfit('record/active-content');
    if (group.destination === 'sn') this.shapeProperty = text;
    if (group.destination === 'sv' && fetchesPicture(this.shapeProperty, text)) unfit('record/active-content');
  }

  private control(word: string, number: string | undefined): void {
    if (ACTIVE.test(word)) unfit('record/active-content');
    if (word === 'u' && number !== undefined) return this.collect(String.fromCharCode(Number(number) & 0xffff));
    const group = this.groups.at(-1);
    if (COLLECTED.has(word)) this.replace({ destination: word, text: [], optional: false });
    else if (group?.optional) this.replace({ destination: '', text: [], optional: false });
    else if (word === 'tab' || word === 'line' || word === 'par') this.collect(' ');
  }

  private symbol(symbol: string): void {
    if (symbol === '*') this.replace({ destination: '', text: [], optional: true });
    else this.collect(symbol === '~' ? ' ' : symbol);
  }

  private replace(group: Group): void {
    this.groups[this.groups.length - 1] = group;
  }

  private collect(text: string): void {
    const group = this.groups.at(-1);
    if (group !== undefined && group.destination !== '') group.text.push(text);
  }
}

/** Refuses an RTF with unbalanced braces, with anything behind its last brace, or with an object, a template or a field that does more than print. */
export function checkRtf(bytes: Buffer): void {
  new RtfWalk(bytes.toString('latin1')).check();
}
