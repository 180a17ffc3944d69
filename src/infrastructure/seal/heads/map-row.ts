import { EMPTY, join, KEY_BYTES, RECORD_BYTES, recordBytes, recordIn, subtreeOf, type HeadRecord, type MapNode } from './map-node.js';

// How the map lies in its table: rows by the first hexadecimal digits of keys, each with a few records or with sixteen subtrees.

/** Records of a row at most; one more, and it becomes a branch for ever: no key ever leaves the map. */
const MOST_RECORDS = 16;
const WAYS = 16;
const CHILD_BYTES = 1 + KEY_BYTES;
const KINDS = ['empty', 'leaf', 'inner'] as const;

/** A row: the subtree of all keys that begin with these digits. */
export interface MapRow {
  readonly prefix: string;
  /** In the order of keys; of a branch none. */
  readonly records: readonly HeadRecord[];
  /** By the next digit; null unless it is a branch. */
  readonly children: readonly MapNode[] | null;
}
export type Rows = ReadonlyMap<string, MapRow>;

const byKey = (a: HeadRecord, b: HeadRecord): number => Buffer.compare(a.key, b.key);
const hexOf = ({ key }: HeadRecord): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex');
export const bitsOf = (prefix: string): number => prefix.length * 4;

/** The subtree of a branch, from pairs of neighbours upwards. */
function treeOf(children: readonly MapNode[]): MapNode {
  let row = children;
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, n) => join(row[2 * n] ?? EMPTY, row[2 * n + 1] ?? EMPTY));
  return row[0] ?? EMPTY;
}
export const nodeOf = ({ prefix, records, children }: MapRow): MapNode =>
  children === null ? subtreeOf(records, bitsOf(prefix)) : treeOf(children);

export const rowBytes = ({ records, children }: MapRow): Buffer =>
  children === null
    ? Buffer.concat(records.map(recordBytes))
    : Buffer.concat(children.flatMap(({ kind, hash }) => [Buffer.of(KINDS.indexOf(kind)), hash]));

/** Throws RangeError on bytes that are no row. */
export function rowIn(prefix: string, branch: boolean, bytes: Buffer): MapRow {
  const size = branch ? CHILD_BYTES : RECORD_BYTES;
  if (bytes.length % size !== 0 || (branch && bytes.length !== WAYS * size)) throw new RangeError('a row of the map of heads is torn');
  const parts = Array.from({ length: bytes.length / size }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  if (!branch) return { prefix, records: parts.map(recordIn), children: null };
  return { prefix, records: [], children: parts.map((part) => ({ kind: KINDS[part[0] ?? 0] ?? 'empty', hash: part.subarray(1) })) };
}

/** A row must be the one that was hashed above it: what somebody altered is never taken over into a new root. Throws RangeError. */
export function checkRow(hashed: Pick<MapNode, 'hash'>, row: MapRow | undefined): void {
  const found = row === undefined ? EMPTY : nodeOf(row);
  if (Buffer.compare(found.hash, hashed.hash) !== 0) throw new RangeError('a row of the map of heads is not the one that was written');
}

/** What a change says: the record that is to be, given the one there was. */
export interface HeadChange extends HeadRecord {
  /** Events that came since; `count` is not read. */
  readonly more: number;
}
const byDigit = <R extends HeadRecord>(records: readonly R[], place: number): ReadonlyMap<number, readonly R[]> => {
  const groups = new Map<number, R[]>();
  for (const record of records) {
    const digit = Number.parseInt(hexOf(record).charAt(place), 16);
    groups.set(digit, [...(groups.get(digit) ?? []), record]);
  }
  return groups;
};

/**
 * Puts these changes into the subtree of a prefix, given the rows on the ways to them. `changed` takes the rows that are to be written; the number of
 * keys that are new comes with the subtree.
 */
export function change(
  prefix: string,
  rows: Rows,
  changes: readonly HeadChange[],
  changed: Map<string, MapRow>,
): { readonly node: MapNode; readonly fresh: number } {
  const row = rows.get(prefix) ?? { prefix, records: [], children: null };
  if (row.children !== null) return branch(prefix, row.children, rows, changes, changed);
  const records = new Map(row.records.map((record) => [hexOf(record), record]));
  for (const one of changes) {
    const { key, rev, leaf, more } = one;
    records.set(hexOf(one), { key, rev, leaf, count: (records.get(hexOf(one))?.count ?? 0) + more });
  }
  const fresh = records.size - row.records.length;
  const merged = [...records.values()].sort(byKey);
  const node = merged.length > MOST_RECORDS ? split(prefix, merged, changed) : keep({ prefix, records: merged, children: null }, changed);
  return { node, fresh };
}

const keep = (row: MapRow, changed: Map<string, MapRow>): MapNode => {
  changed.set(row.prefix, row);
  return nodeOf(row);
};

function branch(prefix: string, before: readonly MapNode[], rows: Rows, changes: readonly HeadChange[], changed: Map<string, MapRow>) {
  const children = [...before];
  let fresh = 0;
  for (const [digit, some] of byDigit(changes, prefix.length)) {
    checkRow(children[digit] ?? EMPTY, rows.get(prefix + digit.toString(16)));
    const child = change(prefix + digit.toString(16), rows, some, changed);
    children[digit] = child.node;
    fresh += child.fresh;
  }
  return { node: keep({ prefix, records: [], children }, changed), fresh };
}

function split(prefix: string, records: readonly HeadRecord[], changed: Map<string, MapRow>): MapNode {
  const children = Array.from({ length: WAYS }, () => EMPTY);
  for (const [digit, some] of byDigit(records, prefix.length)) {
    const next = prefix + digit.toString(16);
    children[digit] =
      some.length > MOST_RECORDS ? split(next, some, changed) : keep({ prefix: next, records: some, children: null }, changed);
  }
  return keep({ prefix, records: [], children }, changed);
}
