import type { Column, ColumnType, Table } from '../../../projections/shared/projection.js';

/** Names come from our code; quoting keeps a word of SQL from being mistaken for one. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** PostgreSQL type of a column. */
export const typeOf = (column: Column): ColumnType => (typeof column === 'string' ? column : column.nullable);

/** Every column of a table, key first, with its PostgreSQL type. */
export const columnsOf = ({ key, row }: Table): ReadonlyMap<string, Column> => new Map(Object.entries({ ...key, ...row }));

const definition = ([name, column]: [string, Column]): string =>
  `${quoted(name)} ${typeOf(column)}${typeof column === 'string' ? ' NOT NULL' : ''}`;

const body = (table: Table): string => {
  const key = Object.keys(table.key).map(quoted).join(', ');
  return `(${[...columnsOf(table)].map(definition).join(', ')}, PRIMARY KEY (${key}))`;
};

/** CREATE TABLE and CREATE INDEX statements of a table of a read model, in a schema. */
export const createTable = (schema: string, table: Table): string => {
  const place = `${quoted(schema)}.${quoted(table.name)}`;
  const indexes = table.indexes.map((columns) => `CREATE INDEX ON ${place} (${columns.map(quoted).join(', ')})`);
  return [`CREATE TABLE ${place} ${body(table)}`, ...indexes].join(';\n');
};

/** The same table for one transaction of one session: small, so without its further indexes. */
export const createTemporaryTable = (table: Table): string => `CREATE TEMPORARY TABLE ${quoted(table.name)} ${body(table)} ON COMMIT DROP`;
