import type { Cell, Row, RowOperation, Table } from '../../../projections/shared/projection.js';
import { arrayLiteral } from './array-literal.js';
import { columnsOf, quoted, typeOf } from './ddl.js';

/** What a statement is run on: a connection inside its transaction. */
export interface Statements {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Operations of one table by key, at most one each. */
export type Coalesced = ReadonlyMap<string, RowOperation>;

const identity = (table: Table, key: Row): string =>
  Object.keys(table.key)
    .map((column) => String(key[column]))
    .join('\u0000');

/** Two operations on one key, the second behind the first, as one. */
function merged(first: RowOperation, second: RowOperation): RowOperation {
  if (second.op !== 'patch') return second;
  return first.op === 'drop' ? first : { ...first, row: { ...first.row, ...second.row } };
}

/** At most one operation per table and key, with the same effect as all of them one after the other. */
export function coalesce(tables: readonly Table[], operations: readonly RowOperation[]): ReadonlyMap<Table, Coalesced> {
  const byTable = new Map(tables.map((table) => [table, new Map<string, RowOperation>()]));
  const byName = new Map(tables.map((table) => [table.name, table]));
  for (const operation of operations) {
    const table = byName.get(operation.table);
    const found = table && byTable.get(table);
    if (!found) throw new Error(`${operation.table} is not a table of this projection`);
    const at = identity(table, operation.key);
    const before = found.get(at);
    found.set(at, before ? merged(before, operation) : operation);
  }
  return byTable;
}

const cells = (operation: RowOperation): Readonly<Record<string, Cell>> =>
  operation.op === 'drop' ? operation.key : { ...operation.key, ...operation.row };

/** The set of rows as one array per column, each cast to the type of its column. */
function unnest(table: Table, columns: readonly string[], operations: readonly RowOperation[]): { from: string; values: string[] } {
  const defined = columnsOf(table);
  const types = columns.map((name) => {
    const column = defined.get(name);
    if (column === undefined) throw new Error(`${table.name} has no column ${name}`);
    return typeOf(column);
  });
  const rows = operations.map(cells);
  return {
    from: `unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(', ')}) AS new(${columns.map(quoted).join(', ')})`,
    values: types.map((type, i) =>
      arrayLiteral(
        type,
        rows.map((row) => row[columns[i] as string]),
      ),
    ),
  };
}

const sameKey = (table: Table): string =>
  Object.keys(table.key)
    .map((name) => `old.${quoted(name)} = new.${quoted(name)}`)
    .join(' AND ');

async function put(db: Statements, place: string, table: Table, operations: readonly RowOperation[]): Promise<void> {
  const columns = [...columnsOf(table).keys()];
  const { from, values } = unnest(table, columns, operations);
  const names = columns.map(quoted).join(', ');
  const key = Object.keys(table.key).map(quoted).join(', ');
  const change = Object.keys(table.row).map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  const otherwise = change.length === 0 ? 'NOTHING' : `UPDATE SET ${change.join(', ')}`;
  await db.query(`INSERT INTO ${place} (${names}) SELECT ${names} FROM ${from} ON CONFLICT (${key}) DO ${otherwise}`, values);
}

async function patch(db: Statements, place: string, table: Table, operations: readonly RowOperation[]): Promise<void> {
  const [first] = operations;
  const changed = first && first.op === 'patch' ? Object.keys(first.row).sort() : [];
  if (changed.length === 0) return;
  const { from, values } = unnest(table, [...Object.keys(table.key), ...changed], operations);
  const change = changed.map((name) => `${quoted(name)} = new.${quoted(name)}`).join(', ');
  await db.query(`UPDATE ${place} AS old SET ${change} FROM ${from} WHERE ${sameKey(table)}`, values);
}

async function drop(db: Statements, place: string, table: Table, operations: readonly RowOperation[]): Promise<void> {
  const { from, values } = unnest(table, Object.keys(table.key), operations);
  await db.query(`DELETE FROM ${place} AS old USING ${from} WHERE ${sameKey(table)}`, values);
}

const STATEMENT = { put, patch, drop } as const;

/** Puts together, drops together, patches together when they change the same columns. */
function grouped(operations: Iterable<RowOperation>): ReadonlyMap<string, readonly RowOperation[]> {
  const groups = new Map<string, RowOperation[]>();
  for (const operation of operations) {
    const name = operation.op === 'patch' ? `patch ${Object.keys(operation.row).sort().join(' ')}` : operation.op;
    const group = groups.get(name);
    if (group) group.push(operation);
    else groups.set(name, [operation]);
  }
  return groups;
}

/** Writes the operations of a batch, set by set, in a handful of statements. Throws what the database says; the caller's transaction decides. */
export async function writeRows(
  db: Statements,
  schema: string,
  tables: readonly Table[],
  operations: readonly RowOperation[],
): Promise<void> {
  for (const [table, byKey] of coalesce(tables, operations)) {
    const place = `${quoted(schema)}.${quoted(table.name)}`;
    for (const group of grouped(byKey.values()).values()) await STATEMENT[(group[0] as RowOperation).op](db, place, table, group);
  }
}
