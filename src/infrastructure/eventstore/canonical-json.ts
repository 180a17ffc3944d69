/** A value that has no canonical form here. The message names the place and the kind of the fault, never the value. */
export class NotCanonical extends Error {}

/** Deeper than any payload of ours; keeps a cycle from ending in a stack overflow. */
const MAX_DEPTH = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

const text = (value: string): string => {
  if (LONE_SURROGATE.test(value)) throw new NotCanonical('a string holds half of a surrogate pair');
  return JSON.stringify(value);
};

const number = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new NotCanonical('a number is not a safe integer');
  return String(value);
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of this or another realm: the only prototype that has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

function array(value: readonly unknown[], depth: number): string {
  let out = '[';
  for (let i = 0; i < value.length; i++) out += (i > 0 ? ',' : '') + write(value[i], depth);
  return out + ']';
}

function object(value: object, depth: number): string {
  if (!isPlain(value)) throw new NotCanonical('an object is not a plain one');
  if (Object.getOwnPropertySymbols(value).length > 0) throw new NotCanonical('a member is named by a symbol');
  const members = value as Readonly<Record<string, unknown>>;
  let out = '{';
  // Without an argument sort() compares UTF-16 code units: the order of RFC 8785 section 3.2.3.
  for (const name of Object.keys(members).sort()) out += (out.length > 1 ? ',' : '') + text(name) + ':' + write(members[name], depth);
  return out + '}';
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new NotCanonical('nested too deeply');
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return array(value, depth + 1);
  if (typeof value === 'object') return object(value, depth + 1);
  throw new NotCanonical(`a value is of the kind ${typeof value}`);
}

/**
 * The canonical text of a value: RFC 8785 (JCS), for plain objects, arrays, well-formed strings, safe integers, booleans and null.
 * Anything else is refused with NotCanonical, where JSON.stringify would drop it, round it or call its toJSON: what is signed must be what was meant.
 */
export const canonicalJson = (value: unknown): string => write(value, 0);
