import { pack, unpack, type Packed } from '../../threads/packed.js';
import { RECORD_BYTES, recordIn } from './map-node.js';
import { change, checkRow, rowBytes, rowIn, type MapRow } from './map-row.js';

// What a thread does of the map: it is given bytes as they lie in the tables, and gives back such bytes.

/** Rows of the map as they lie in their table, column by column. */
export interface StoredRows {
  readonly prefixes: readonly string[];
  readonly branches: readonly boolean[];
  readonly contents: Packed;
}
/** Heads to be put into a map, and the rows on the ways to them. */
export interface PageTask {
  readonly kind: 'fold-heads';
  /** What the topmost row was hashed to. */
  readonly root: Uint8Array;
  /** Records, one behind the other. */
  readonly heads: Uint8Array;
  readonly rows: StoredRows;
}
export interface FoldedPage {
  readonly root: Uint8Array;
  /** Streams that were not in the map. */
  readonly fresh: number;
  /** Rows that are to be written. */
  readonly rows: StoredRows;
}

/** Throws RangeError on rows that somebody altered. */
export function foldPage({ root, heads, rows }: PageTask): FoldedPage {
  const before = new Map<string, MapRow>();
  for (const [n, content] of unpack(rows.contents).entries()) {
    const prefix = rows.prefixes[n] ?? '';
    before.set(prefix, rowIn(prefix, rows.branches[n] ?? false, content));
  }
  checkRow({ hash: root }, before.get(''));
  const changed = new Map<string, MapRow>();
  const { node, fresh } = change('', before, recordsIn(heads).map(recordIn), changed);
  const all = [...changed.values()];
  const branches = all.map(({ children }) => children !== null);
  return { root: node.hash, fresh, rows: { prefixes: all.map(({ prefix }) => prefix), branches, contents: pack(all.map(rowBytes)) } };
}

/** Views on each record. */
function recordsIn(heads: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(heads.buffer, heads.byteOffset, heads.byteLength);
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, n) => bytes.subarray(n * RECORD_BYTES, (n + 1) * RECORD_BYTES));
}
