import { isUtf8 } from 'node:buffer';

/** Control characters other than tab, line ends and form feed; of Latin-1 the second range, too. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]/;

/** A page for a browser, by the beginnings that browsers themselves go by (WHATWG MIME Sniffing, section 7.1), and scripts for a shell. */
const PAGE_OR_SCRIPT =
  /^\ufeff?\s*(?:<!doctype\s+html|<(?:html|head|script|iframe|body|h1|div|font|table|a|style|title|b|br|p|svg)[\s>/]|<!--|<\?php|#!)/i;

/** The text of these bytes: UTF-8, else Latin-1. */
const textOf = (bytes: Buffer): string => (isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1'));

/** Whether these bytes are text that a person reads: UTF-8 or Latin-1, no control characters. HTML inside is served as text/plain and inert. */
export function isPlainText(bytes: Buffer): boolean {
  const text = textOf(bytes);
  return !CONTROL.test(text) && !PAGE_OR_SCRIPT.test(text.slice(0, 1024));
}
