/** What an element says, as far as the rules look at it. */
export interface Element {
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly Attribute[];
}
export interface Attribute {
  readonly local: string;
  readonly prefix: string;
  readonly value: string;
}

/** Elements that run, embed or lead elsewhere wherever a style sheet copies them through to a page. */
const ACTIVE_ELEMENTS = new Set(['script', 'iframe', 'frame', 'object', 'embed', 'applet', 'form', 'meta', 'base', 'include']);
/** Vocabularies of pages, drawings, style sheets and inclusions: none of them belongs to a clinical document. */
const ACTIVE_VOCABULARIES = [
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/2000/svg',
  'http://www.w3.org/1999/XSL/',
  'http://www.w3.org/2001/XInclude',
];
const LINKS = new Set(['href', 'src', 'action', 'formaction', 'background', 'poster', 'data']);
const HANDLER = /^on[a-z]+$/i;
// eslint-disable-next-line no-control-regex -- browsers skip control characters inside a scheme
const SKIPPED = /[\x00-\x20\x7f-\x9f\u200b-\u200f\ufeff]/g;
const RUNS = /^(?:javascript|vbscript|data|livescript):/i;
const LEADS_AWAY = /[:/\\]/;

const isExternal = (value: string): boolean => value !== '' && !value.startsWith('#');

function isActiveAttribute({ local, prefix, value }: Attribute, element: string): boolean {
  const bare = value.replace(SKIPPED, '');
  if (RUNS.test(bare)) return true;
  if (prefix === '' && HANDLER.test(local)) return true;
  if (prefix !== 'xmlns' && LINKS.has(local.toLowerCase())) return isExternal(bare);
  return element === 'reference' && local === 'value' && !bare.startsWith('#') && LEADS_AWAY.test(bare);
}

/** Whether an element runs something or leads outside of the document (DMP-EX 2.1-1115: no script, no external link). */
export const isActive = ({ local, uri, attributes }: Element): boolean =>
  ACTIVE_ELEMENTS.has(local.toLowerCase()) ||
  ACTIVE_VOCABULARIES.some((vocabulary) => uri.startsWith(vocabulary)) ||
  attributes.some((attribute) => isActiveAttribute(attribute, local));
