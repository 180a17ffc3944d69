import type { PoolClient } from 'pg';
import { byteaArray, textArray } from '../../eventstore/postgres/binary-array.js';
import { prepared } from '../../postgres/prepared.js';
import { rowIn } from './map-row.js';

export type Db = Pick<PoolClient, 'query'>;

/** A row of the map as it lies in its table. */
export interface StoredRow {
  readonly prefix: string;
  readonly branch: boolean;
  readonly content: Uint8Array;
}

const ROWS = 'SELECT prefix, branch, content FROM seal.map_row WHERE prefix = ANY ($1::text[])';
const PUT = `INSERT INTO seal.map_row (prefix, branch, content) SELECT * FROM unnest($1::text[], $2::boolean[], $3::bytea[])
  ON CONFLICT (prefix) DO UPDATE SET branch = excluded.branch, content = excluded.content`;

const NONE: ReadonlyMap<string, StoredRow> = new Map();

/** The rows on the ways of these keys, level by level. `known`: those that are at hand; `beside`: those too that hold a single record where a way may end. */
export async function rowsOnWay(
  db: Db,
  keys: readonly Uint8Array[],
  { known = NONE, beside = false }: { readonly known?: ReadonlyMap<string, StoredRow>; readonly beside?: boolean } = {},
): Promise<readonly StoredRow[]> {
  const digits = keys.map((key) => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex'));
  const found: StoredRow[] = [];
  for (let asked = new Set(['']), depth = 1; asked.size > 0; depth += 1) {
    const level = await rowsOf(db, asked, known);
    found.push(...level);
    const branches = level.filter(({ branch }) => branch);
    const prefixes = new Set(branches.map(({ prefix }) => prefix));
    asked = new Set(digits.filter((one) => prefixes.has(one.slice(0, depth - 1))).map((one) => one.slice(0, depth)));
    if (beside) for (const row of branches) for (const prefix of singles(row)) asked.add(prefix);
  }
  return found;
}

async function rowsOf(db: Db, asked: ReadonlySet<string>, known: ReadonlyMap<string, StoredRow>): Promise<readonly StoredRow[]> {
  const away: string[] = [];
  const rows: StoredRow[] = [];
  for (const prefix of asked) {
    const row = known.get(prefix);
    if (row === undefined) away.push(prefix);
    else rows.push(row);
  }
  if (away.length > 0) rows.push(...(await db.query<StoredRow>(prepared(ROWS, [textArray(away)]))).rows);
  return rows;
}

export async function putRows(db: Db, rows: readonly StoredRow[]): Promise<void> {
  const prefixes = textArray(rows.map(({ prefix }) => prefix));
  const branches = rows.map(({ branch }) => branch);
  await db.query(prepared(PUT, [prefixes, branches, byteaArray(rows.map(({ content }) => content))]));
}

const singles = ({ prefix, branch, content }: StoredRow): readonly string[] =>
  (rowIn(prefix, branch, Buffer.from(content)).children ?? []).flatMap(({ kind }, digit) =>
    kind === 'leaf' ? [prefix + digit.toString(16)] : [],
  );
