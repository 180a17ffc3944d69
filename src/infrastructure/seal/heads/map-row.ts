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

/** Throws RangeError on bytes that are no row of this prefix. */
export function rowIn(prefix: string, branch: boolean, bytes: Buffer): MapRow {
  const size = branch ? CHILD_BYTES : RECORD_BYTES;
  if (bytes.length % size !== 0 || (branch && bytes.length !== WAYS * size)) throw torn();
  const parts = Array.from({ length: bytes.length / size }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  if (branch) return { prefix, records: [], children: parts.map(childIn) };
  const records = parts.map(recordIn);
  if (!areBelow(prefix, records)) throw torn();
  return { prefix, records, children: null };
}

const torn = (): RangeError => new RangeError('a row of the map of heads is torn');
function childIn(part: Buffer): MapNode {
  const kind = KINDS[part[0] ?? 0];
  if (kind === undefined) throw torn();
  return { kind, hash: part.subarray(1) };
}
/** In the order of keys, all of which begin with these digits: no hash says it of a record that is alone. */
function areBelow(prefix: string, records: readonly HeadRecord[]): boolean {
  const isBelow = (record: HeadRecord | undefined): boolean => record === undefined || hexOf(record).startsWith(prefix);
  const inOrder = records.every((record, n) => n === 0 || byKey(records[n - 1] ?? record, record) < 0);
  return inOrder && isBelow(records[0]) && isBelow(records.at(-1));
}

/** A row must be the one that was hashed above it: what somebody altered is never taken over into a new root. Throws RangeError. */
export function checkRow(hashed: Pick<MapNode, 'hash'>, row: MapRow | undefined): void {
  const found = row === undefined ? EMPTY : nodeOf(row);
  if (Buffer.compare(found.hash, hashed.hash) !== 0) throw new RangeError('a row of the map of heads is not the one that was written');
}

const digitOf = ({ key }: HeadRecord, place: number): number => ((key[place >> 1] ?? 0) >> (place % 2 === 0 ? 4 : 0)) & 15;

const byDigit = (records: readonly HeadRecord[], place: number): ReadonlyMap<number, readonly HeadRecord[]> => {
  const groups = new Map<number, HeadRecord[]>();
  for (const record of records) {
    const digit = digitOf(record, place);
    const group = groups.get(digit);
    if (group === undefined) groups.set(digit, [record]);
    else group.push(record);
  }
  return groups;
};

/**
 * Puts these heads into the subtree of a prefix, given the rows on the ways to them; of two of one key the later one counts. `changed` takes the rows that
 * are to be written; the number of keys that are new comes with the subtree.
 */
export function change(
  prefix: string,
  rows: Rows,
  heads: readonly HeadRecord[],
  changed: Map<string, MapRow>,
): { readonly node: MapNode; readonly fresh: number } {
  const row = rows.get(prefix) ?? { prefix, records: [], children: null };
  if (row.children !== null) return branch(prefix, row.children, rows, heads, changed);
  // The order of equal keys stays: the last one is the one that counts.
  const merged = [...row.records, ...heads]
    .sort(byKey)
    .filter((record, n, { [n + 1]: next }) => next === undefined || byKey(record, next) !== 0);
  const fresh = merged.length - row.records.length;
  const node = merged.length > MOST_RECORDS ? split(prefix, merged, changed) : keep({ prefix, records: merged, children: null }, changed);
  return { node, fresh };
}

const keep = (row: MapRow, changed: Map<string, MapRow>): MapNode => {
  changed.set(row.prefix, row);
  return nodeOf(row);
};

function branch(prefix: string, before: readonly MapNode[], rows: Rows, heads: readonly HeadRecord[], changed: Map<string, MapRow>) {
  const children = [...before];
  let fresh = 0;
  for (const [digit, some] of byDigit(heads, prefix.length)) {
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
