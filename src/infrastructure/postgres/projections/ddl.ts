import type { Column, ColumnType, Table, Under } from '../../../projections/shared/projection.js';

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

const placeOf = (schema: string, { name }: Table): string => `${quoted(schema)}.${quoted(name)}`;

/**
 * Columns whose values are counted for the planner of questions: times, numbers, and ids that are looked for. Statistics keep values of rows that are long
 * gone, so what somebody said, and how he is known outside, never goes into them; and to sort samples of contents takes longer than all the rest.
 */
const counted = (table: Table): ReadonlySet<string> => {
  const sought = new Set([...Object.keys(table.key), ...table.indexes.flat()]);
  const isCounted = ([name, column]: [string, Column]): boolean => {
    const type = typeOf(column);
    return type === 'uuid' ? sought.has(name) : type !== 'text' && type !== 'jsonb';
  };
  return new Set([...columnsOf(table)].filter(isCounted).map(([name]) => name));
};

/** CREATE TABLE statement of a table of a read model, in a schema, with its key and its guard and without its further indexes. */
export const createTable = (schema: string, table: Table): string => {
  const place = placeOf(schema, table);
  const silent = [...columnsOf(table).keys()].filter((name) => !counted(table).has(name));
  const alterations = silent.map((name) => `ALTER COLUMN ${quoted(name)} SET STATISTICS 0`);
  const unsaid = alterations.length === 0 ? [] : [`ALTER TABLE ${place} ${alterations.join(', ')}`];
  return [`CREATE TABLE ${place} ${body(table)}`, ...unsaid, ...guardOf(schema, table)].join(';\n');
};

/** The settings of a transaction that policies read; without them no row of a guarded table is seen. */
export const SIGHT = { space: 'mes.space', actor: 'mes.actor', viewer: 'mes.viewer', moment: 'mes.moment' } as const;
const setting = (name: string): string => `current_setting('${name}', true)`;

/** By the moment that is asked about, never by the database's own clock; where none was said, only what nothing hides. */
const shown = (visible: string): string => `${visible} IS NULL OR ${visible} <= nullif(${setting(SIGHT.moment)}, '')::timestamptz`;

/** Row-level security for questions. The projector owns the tables, and writes them freely. */
function guardOf(schema: string, table: Table): readonly string[] {
  const { guard } = table;
  if (!guard) return [];
  const place = placeOf(schema, table);
  const { space, actor, visibleAt, hiddenFromRepresentatives, under, only } = guard;
  const conditions = [
    ...(space === undefined ? [] : [`${quoted(space)} = nullif(${setting(SIGHT.space)}, '')::uuid`]),
    ...(actor === undefined ? [] : [`${quoted(actor)} = ${setting(SIGHT.actor)}`]),
    ...(visibleAt === undefined
      ? []
      : [`(${shown(quoted(visibleAt))} OR ${setting(SIGHT.viewer)} IN ('PROFESSIONAL', 'COMPLIANCE', 'GATE'))`]),
    ...(hiddenFromRepresentatives === undefined
      ? []
      : [`(NOT ${quoted(hiddenFromRepresentatives)} OR ${setting(SIGHT.viewer)} IN ('PROFESSIONAL', 'HOLDER', 'COMPLIANCE', 'GATE'))`]),
    ...(only === undefined ? [] : [`${setting(SIGHT.viewer)} IN ('${only}', 'GATE')`]),
    ...(under === undefined ? [] : [seenUnder(place, `${quoted(schema)}.${quoted(under.table)}`, under)]),
  ];
  return [
    `ALTER TABLE ${place} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY sight ON ${place} FOR SELECT TO mes_reader USING (${conditions.join(' AND ')})`,
  ];
}

/** The policy of the other table decides which of its rows the asker finds here. */
const seenUnder = (place: string, other: string, { column, key }: Under<string>): string =>
  `(${place}.${quoted(column)} IS NULL OR EXISTS (SELECT FROM ${other} AS other WHERE other.${quoted(key)} = ${place}.${quoted(column)}))`;

/** CREATE INDEX statements of a table of a read model; empty when it has no further indexes. Cheaper once the rows are there. */
export const createIndexes = (schema: string, table: Table): string =>
  table.indexes.map((columns) => `CREATE INDEX ON ${placeOf(schema, table)} (${columns.map(quoted).join(', ')})`).join(';\n');

/** The guard of a temporary table, whose owner is who asks: for when it is filled, because from then on he only reads. Empty when it has none. */
export const guardTemporary = (table: Table): readonly string[] => {
  const place = placeOf('pg_temp', table);
  const guard = guardOf('pg_temp', table);
  return guard.length === 0 ? [] : [...guard, `ALTER TABLE ${place} FORCE ROW LEVEL SECURITY`];
};

/** ANALYZE of the columns that are counted; what runs by itself in the database counts the same ones. */
export const analyze = (schema: string, table: Table): string =>
  `ANALYZE ${placeOf(schema, table)} (${[...counted(table)].map(quoted).join(', ')})`;

/** The same table for one transaction of one session, without its further indexes. */
export const createTemporaryTable = (table: Table): string => `CREATE TEMPORARY TABLE ${quoted(table.name)} ${body(table)} ON COMMIT DROP`;
