import type { Pool } from 'pg';
import { PastStage, type GrowingTables } from '../../../application/replay/growing-tables.js';
import type { Sight } from '../../../application/shared/subject-query.js';
import { project, type Projection, type RowOperation } from '../../../projections/shared/projection.js';
import { beginTemporary, END_TEMPORARY } from './as-of.js';
import { createTemporaryTable } from './ddl.js';
import { sqlOn } from './question.js';
import { settingsOf } from './read-models.js';
import { writeRows } from './row-operations.js';
import { inSession } from './session.js';

/**
 * Temporary tables of one session that go on growing. They have no row-level security, which would keep their owner from adding to them: in its place, what a
 * fact says of any other space never gets in.
 */
export class TemporaryStage extends PastStage {
  constructor(
    /** Under mes_reader. */
    private readonly pool: Pool,
    private readonly projections: readonly Projection[],
  ) {
    super();
  }

  async play<R>(space: string, sight: Sight, models: readonly string[], work: (tables: GrowingTables) => Promise<R>): Promise<R> {
    const played = this.projections.filter(({ name }) => models.includes(name));
    const tables = played.flatMap((projection) => projection.tables);
    return inSession(this.pool, beginTemporary(settingsOf(space, sight)), END_TEMPORARY, async (db) => {
      await db.query(tables.map(createTemporaryTable).join(';\n'));
      return work({
        sql: sqlOn(db, { projections: played, lasting: false }, () => Promise.resolve()),
        take: async (facts) => {
          const operations = played.flatMap((projection) => facts.flatMap((fact) => project(projection, fact)));
          await writeRows(
            db,
            'pg_temp',
            tables,
            operations.filter((operation) => isOf(space, operation)),
          );
        },
      });
    });
  }
}

/** Rows that name a space name this one; those that name none hang on one that does. */
const isOf = (space: string, operation: RowOperation): boolean => {
  const named = operation.key['space_id'] ?? ('row' in operation ? operation.row['space_id'] : undefined);
  return named === undefined || named === space;
};
