import type { CryptoThreads } from '../../threads/crypto-threads.js';
import { pack, unpack } from '../../threads/packed.js';
import { KEY_BYTES } from './map-node.js';
import { putRows, rowsOnWay, type Db, type StoredRow } from './map-table.js';

/** What a map comes to. */
export interface Folded {
  readonly root: Uint8Array;
  readonly streams: number;
}
export interface FoldParts {
  /** In a transaction. */
  readonly db: Db;
  readonly threads: CryptoThreads;
  readonly signal: AbortSignal;
}

/** Heads of one page: some milliseconds of hashing where there is no thread. */
const PAGE = 256;

const LAY_OUT = 'CREATE TEMPORARY TABLE due_head (record bytea NOT NULL) ON COMMIT DROP';
const LAY = `INSERT INTO pg_temp.due_head
  SELECT substr($1::bytea, place, 80) FROM generate_series(1, length($1::bytea), 80) AS place`;
// Keys, and of one key its revisions: a record begins with them, the highest byte first. What does not fit into this memory the server sorts on its disk.
const MEMORY = `SET LOCAL work_mem = '64MB'`;
const IN_ORDER = 'DECLARE due_heads NO SCROLL CURSOR FOR SELECT record FROM pg_temp.due_head ORDER BY record';
const NEXT = `FETCH ${PAGE} FROM due_heads`;

/**
 * Puts heads, in whatever order they come, into the map with this root. The server sorts them by key; then they are taken in page by page, so that every row of
 * the map is read and written once, and nothing but a page and the rows above its last key is ever in memory. Throws RangeError on rows that somebody altered.
 */
export async function foldHeads(parts: FoldParts, before: Folded, heads: AsyncIterable<Uint8Array>): Promise<Folded> {
  const { db, signal } = parts;
  await db.query(LAY_OUT);
  for await (const some of heads) {
    signal.throwIfAborted();
    await db.query(LAY, [some]);
  }
  await db.query(MEMORY);
  await db.query(IN_ORDER);
  let folded = before;
  let open: readonly StoredRow[] = [];
  for (let page = await next(db); page.length > 0; page = await next(db)) {
    signal.throwIfAborted();
    ({ open, ...folded } = await foldPage(parts, folded, { page, open }));
  }
  await putRows(db, open);
  return folded;
}

const next = async (db: Db): Promise<readonly Buffer[]> => (await db.query<{ record: Buffer }>(NEXT)).rows.map(({ record }) => record);

/** Rows above the last key of a page, and those behind it, stay open: the next one goes on in them. All others are done with, for no key comes back. */
async function foldPage(
  { db, threads }: FoldParts,
  { root, streams }: Folded,
  { page, open }: { readonly page: readonly Buffer[]; readonly open: readonly StoredRow[] },
): Promise<Folded & { readonly open: readonly StoredRow[] }> {
  const known = new Map(open.map((row) => [row.prefix, row]));
  const rows = await rowsOnWay(
    db,
    page.map((record) => record.subarray(0, KEY_BYTES)),
    { known },
  );
  const stored = {
    prefixes: rows.map(({ prefix }) => prefix),
    branches: rows.map(({ branch }) => branch),
    contents: pack(rows.map(({ content }) => content)),
  };
  const folded = await threads.foldHeads({ kind: 'fold-heads', root, heads: Buffer.concat(page), rows: stored });
  const { prefixes, branches, contents } = folded.rows;
  for (const [n, content] of unpack(contents).entries())
    known.set(prefixes[n] ?? '', { prefix: prefixes[n] ?? '', branch: branches[n] ?? false, content });
  const last = (page.at(-1) ?? Buffer.alloc(0)).toString('hex', 0, KEY_BYTES);
  const isOpen = ({ prefix }: StoredRow): boolean => prefix > last || last.startsWith(prefix);
  const all = [...known.values()];
  await putRows(
    db,
    all.filter((row) => !isOpen(row)),
  );
  return { root: folded.root, streams: streams + folded.fresh, open: all.filter(isOpen) };
}
