import type { RowOperation, Table } from '../../../projections/shared/projection.js';
import { binaryColumn } from './binary-column.js';
import { prepared } from '../prepared.js';
import { quoted } from './ddl.js';
import { coalesce, type RowChange, type TableChanges } from './row-changes.js';

/** What a statement is run on: a connection inside its transaction. */
export interface Statements {
  query(statement: Statement): Promise<unknown>;
}
interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Changes of one kind, to the same columns: written by one statement. */
interface Group {
  readonly op: RowChange['op'];
  /** Places of the columns it names, key first. */
  readonly places: readonly number[];
  readonly rows: RowChange[];
}

/**
 * The set of rows as one array per column, each cast to the type of its column. Unnested in the select list, where one row after the other is handed on;
 * in FROM all of them would be materialised first.
 */
function unnest({ columns, types }: TableChanges, { places, rows }: Group): { from: string; values: Buffer[] } {
  const named = places.map((place) => ({ place, name: columns[place] as string, type: types[place] as TableChanges['types'][number] }));
  return {
    from: named.map(({ type, name }, i) => `unnest($${i + 1}::${type}[]) AS ${quoted(name)}`).join(', '),
    values: named.map(({ type, place }) => binaryColumn(type, rows, place)),
  };
}

const keyOf = ({ columns, keys }: TableChanges): readonly string[] => columns.slice(0, keys).map(quoted);

const sameKey = (changes: TableChanges): string =>
  keyOf(changes)
    .map((name) => `old.${name} = new.${name}`)
    .join(' AND ');

function putSql(changes: TableChanges, place: string, from: string): string {
  const names = changes.columns.map(quoted).join(', ');
  const change = changes.columns.slice(changes.keys).map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  const otherwise = change.length === 0 ? 'NOTHING' : `UPDATE SET ${change.join(', ')}`;
  return `INSERT INTO ${place} (${names}) SELECT ${from} ON CONFLICT (${keyOf(changes).join(', ')}) DO ${otherwise}`;
}

function patchSql(changes: TableChanges, place: string, from: string, { places }: Group): string {
  const change = places.slice(changes.keys).map((at) => quoted(changes.columns[at] as string));
  return `UPDATE ${place} AS old SET ${change.map((name) => `${name} = new.${name}`).join(', ')} FROM (SELECT ${from}) AS new WHERE ${sameKey(changes)}`;
}

const dropSql = (changes: TableChanges, place: string, from: string): string =>
  `DELETE FROM ${place} AS old USING (SELECT ${from}) AS new WHERE ${sameKey(changes)}`;

const SQL = { put: putSql, patch: patchSql, drop: dropSql } as const;

/** Puts together, drops together, patches together when they change the same columns. */
function grouped(changes: TableChanges): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const row of changes.all) {
    const name = row.op === 'patch' ? changed(row) : row.op;
    const group = groups.get(name);
    if (group) group.rows.push(row);
    else groups.set(name, { op: row.op, places: placesIn(row), rows: [row] });
  }
  return groups.values();
}

const placesIn = ({ cells }: RowChange): readonly number[] => [...cells.keys()].filter((place) => cells[place] !== undefined);

function changed({ cells }: RowChange): string {
  let name = '';
  for (const cell of cells) name += cell === undefined ? '-' : 'x';
  return name;
}

const TEMPORARY = 'pg_temp';

/**
 * Writes the operations of a batch, set by set, in a handful of statements, of which none waits here for the answer to another. Throws what the database says
 * of the first that failed; the caller's transaction decides.
 */
export async function writeRows(
  db: Statements,
  schema: string,
  tables: readonly Table[],
  operations: readonly RowOperation[],
): Promise<void> {
  const statements = [...statementsOf(schema, tables, operations)];
  await Promise.all(statements.map((statement) => db.query(statement)));
}

function* statementsOf(schema: string, tables: readonly Table[], operations: readonly RowOperation[]): Generator<Statement, void> {
  for (const changes of coalesce(tables, operations)) {
    const place = `${quoted(schema)}.${quoted(changes.table.name)}`;
    for (const group of grouped(changes)) {
      // A patch of nothing.
      if (group.op === 'patch' && group.places.length === changes.keys) continue;
      const { from, values } = unnest(changes, group);
      const text = SQL[group.op](changes, place, from, group);
      // Temporary tables are others each time, and a plan for them is never used again.
      yield schema === TEMPORARY ? { text, values } : prepared(text, values);
    }
  }
}
