/** 1: white space, 2: delimiter, 0: part of a word (ISO 32000-1, 7.2.2). */
const CLASS = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) CLASS[code] = 1;
for (const sign of '()<>[]{}/%') CLASS[sign.charCodeAt(0)] = 2;

const PERCENT = 0x25;
const OPEN = 0x28;
const CLOSE = 0x29;
const SLASH = 0x2f;
const LESS = 0x3c;
const MORE = 0x3e;
const BACKSLASH = 0x5c;
const ESCAPED = /#([0-9a-fA-F]{2})/g;

/**
 * The words of PDF syntax: `<<`, `>>`, `[`, `]`, names with a slash and their #-escapes undone, numbers and keywords as they stand, `(` for any string.
 * Comments are skipped.
 */
export class PdfTokens {
  constructor(
    private readonly bytes: Buffer,
    /** Where the next token is looked for. */
    public at = 0,
  ) {}

  /** Null at the end. */
  next(): string | null {
    this.skip();
    const code = this.bytes[this.at];
    if (code === undefined) return null;
    if (code === SLASH) return this.name();
    if (code === OPEN) return this.string();
    if (code === LESS) return this.bytes[this.at + 1] === LESS ? this.sign('<<') : this.hexString();
    if (code === MORE && this.bytes[this.at + 1] === MORE) return this.sign('>>');
    return CLASS[code] === 2 ? this.sign(String.fromCharCode(code)) : this.word();
  }

  private skip(): void {
    for (let code = this.bytes[this.at]; code !== undefined; code = this.bytes[this.at]) {
      if (code === PERCENT) this.line();
      else if (CLASS[code] !== 1) return;
      else this.at += 1;
    }
  }

  private line(): void {
    for (let code = this.bytes[this.at]; code !== undefined && code !== 10 && code !== 13; code = this.bytes[this.at]) this.at += 1;
  }

  private sign(sign: string): string {
    this.at += sign.length;
    return sign;
  }

  private word(): string {
    const from = this.at;
    while (this.at < this.bytes.length && CLASS[this.bytes[this.at] ?? 0] === 0) this.at += 1;
    return this.bytes.toString('latin1', from, this.at);
  }

  private name(): string {
    this.at += 1;
    const name = this.word();
    return `/${name.includes('#') ? name.replace(ESCAPED, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : name}`;
  }

  private hexString(): string {
    const end = this.bytes.indexOf(MORE, this.at);
    this.at = end === -1 ? this.bytes.length : end + 1;
    return '(';
  }

  private string(): string {
    let depth = 0;
    for (; this.at < this.bytes.length; this.at += 1) {
      const code = this.bytes[this.at];
      if (code === BACKSLASH) this.at += 1;
      else if (code === OPEN) depth += 1;
      else if (code === CLOSE) depth -= 1;
      if (depth === 0 && code === CLOSE) break;
    }
    this.at += 1;
    return '(';
  }
}
