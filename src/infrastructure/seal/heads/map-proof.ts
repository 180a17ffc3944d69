import type { StreamName } from '../../../domain/shared/fact.js';
import { bitAt, EMPTY, halves, innerHash, keyOf, leafNode, subtreeOf, type HeadRecord, type MapNode } from './map-node.js';
import { bitsOf, nodeOf, type MapRow, type Rows } from './map-row.js';

/** What the map says of one key, with the hashes that prove it. */
export interface MapProof {
  /** Where the way of the key ends: at its record, at that of another key, or at nothing (null). Only the first is presence. */
  readonly end: HeadRecord | null;
  /** Siblings from the end upwards to the root. */
  readonly siblings: readonly Uint8Array[];
}

/** What a proof comes to: the record of the stream, or that there is none. */
export type MapAnswer = { readonly present: HeadRecord } | { readonly absent: true };

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const agree = (a: Uint8Array, b: Uint8Array, bits: number): boolean => {
  for (let depth = 0; depth < bits; depth += 1) if (bitAt(a, depth) !== bitAt(b, depth)) return false;
  return true;
};
const isOfForm = (key: Uint8Array, { end, siblings }: MapProof): boolean =>
  siblings.length <= key.length * 8 &&
  siblings.every(({ length }) => length === key.length) &&
  (end === null || agree(end.key, key, siblings.length));

/** Checks a proof against the root of a map: presence or absence; null when it proves nothing. */
export function verifyMapProof(stream: StreamName, proof: MapProof, root: Uint8Array): MapAnswer | null {
  const key = keyOf(stream);
  if (!isOfForm(key, proof)) return null;
  const { end, siblings } = proof;
  let hash = end === null ? EMPTY.hash : leafNode(end).hash;
  for (const [n, sibling] of siblings.entries())
    hash = bitAt(key, siblings.length - 1 - n) === 0 ? innerHash(hash, sibling) : innerHash(sibling, hash);
  if (!same(hash, root)) return null;
  return end !== null && same(end.key, key) ? { present: end } : { absent: true };
}

/** The proof for a key, from the rows on its way. */
export function proveKey(key: Uint8Array, rows: Rows): MapProof {
  const siblings: Uint8Array[] = [];
  const digits = Buffer.from(key).toString('hex');
  for (let prefix = ''; ; prefix = digits.slice(0, prefix.length + 1)) {
    const row = rows.get(prefix);
    if (row === undefined) return { end: null, siblings: siblings.reverse() };
    if (row.children === null) return { end: within(row, key, siblings), siblings: siblings.reverse() };
    const end = down(row.children, key, bitsOf(prefix), siblings);
    if (end.kind === 'empty') return { end: null, siblings: siblings.reverse() };
    if (end.kind === 'leaf') return { end: onlyIn(row.prefix, rows, key), siblings: siblings.reverse() };
  }
}

/** Follows the four bits of a branch as long as there is more than one key below; the node where that ends. */
function down(children: readonly MapNode[], key: Uint8Array, depth: number, siblings: Uint8Array[]): MapNode {
  let rest = children;
  for (let at = depth; rest.length > 1; at += 1) {
    const whole = nodeOf({ prefix: '', records: [], children: rest });
    if (whole.kind !== 'inner') return whole;
    const middle = rest.length / 2;
    const [left, right] = [rest.slice(0, middle), rest.slice(middle)];
    const isRight = bitAt(key, at) === 1;
    siblings.push(nodeOf({ prefix: '', records: [], children: isRight ? left : right }).hash);
    rest = isRight ? right : left;
  }
  return rest[0] ?? EMPTY;
}

function within({ prefix, records }: MapRow, key: Uint8Array, siblings: Uint8Array[]): HeadRecord | null {
  let rest = records;
  for (let depth = bitsOf(prefix); rest.length > 1; depth += 1) {
    const [left, right] = halves(rest, depth);
    const isRight = bitAt(key, depth) === 1;
    siblings.push(subtreeOf(isRight ? left : right, depth + 1).hash);
    rest = isRight ? right : left;
  }
  return rest[0] ?? null;
}

/** The record behind the leaf where the way of a key ends in a branch: of the rows of one record below it that which goes furthest with the key. */
function onlyIn(prefix: string, rows: Rows, key: Uint8Array): HeadRecord {
  const below = [...rows.values()].filter((row) => row.prefix.length === prefix.length + 1 && row.prefix.startsWith(prefix));
  const singles = below.flatMap(({ records }) => (records.length === 1 ? records : []));
  const [record] = singles.sort((a, b) => sharedBits(b.key, key) - sharedBits(a.key, key));
  if (record === undefined) throw new RangeError('a row of the map of heads is missing');
  return record;
}

const sharedBits = (a: Uint8Array, b: Uint8Array): number => {
  let depth = 0;
  while (depth < a.length * 8 && bitAt(a, depth) === bitAt(b, depth)) depth += 1;
  return depth;
};
