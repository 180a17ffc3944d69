import { types, type CustomTypesConfig, type Pool, type PoolClient } from 'pg';
import type { Sql } from '../../../application/shared/subject-query.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { prepared } from '../prepared.js';

// Object ids of types, the same in every PostgreSQL.
const INT8: number = 20;
const JSONB: number = 3802;
const DATE: number = 1082;
const TIMESTAMPTZ: number = 1184;

const dateOf = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date;
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [JSONB, String],
  [DATE, String],
  [TIMESTAMPTZ, (text) => dateOf(text).toISOString()],
]);

/** Rows come back as the projections wrote them: instants, days and JSON as text, bigint as bigint. */
const asWritten: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ??
    (types.getTypeParser(oid, format) as unknown)) as CustomTypesConfig['getTypeParser'],
};

interface AskedTables {
  readonly projections: readonly Projection[];
  /** Tables that are the same at the next question: their plans are kept. */
  readonly lasting: boolean;
  /** How long a statement may take, milliseconds; absent: the server is told otherwise. */
  readonly limitMs?: number;
}
/** How much longer its answer may be on its way: a server that says nothing any more ends no statement. */
const NETWORK_MARGIN_MS = 5_000;

/** Runs the statements of a question on one connection, after `before` has seen which projections each of them reads. */
export const sqlOn =
  (db: PoolClient | Pool, { projections, lasting, limitMs }: AskedTables, before: (read: readonly Projection[]) => Promise<void>): Sql =>
  async <Row>(text: string, ...values: readonly unknown[]): Promise<Row[]> => {
    await before(projections.filter(({ tables }) => tables.some(({ name }) => new RegExp(`\\b${name}\\b`).test(text))));
    const { rows } = await db.query<Row & object>({
      ...(lasting ? prepared(text, values) : { text, values: [...values] }),
      ...(limitMs === undefined ? {} : { query_timeout: limitMs + NETWORK_MARGIN_MS }),
      types: asWritten,
    });
    return rows;
  };
