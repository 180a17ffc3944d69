import type { Pool, PoolClient } from 'pg';
import { isSealed, type FactReader } from '../../../application/shared/fact-reader.js';
import type { Ask } from '../../../application/shared/subject-query.js';
import type { Recorded, StreamName } from '../../../domain/shared/fact.js';
import type { Instant } from '../../../domain/shared/time.js';
import { project, type Projection } from '../../../projections/shared/projection.js';
import { reach } from '../reach.js';
import { createTemporaryTable } from './ddl.js';
import { sqlOn } from './question.js';
import { writeRows } from './row-operations.js';

/**
 * Questions about the past of one space: the same projections, fed with what its own streams held up to a moment, into temporary tables of
 * one session, answered by the same SQL. Nothing of it is seen by anybody else, and nothing stays.
 */
export class PastTables {
  constructor(
    private readonly reader: FactReader,
    /** Under mes_reader. */
    private readonly pool: Pool,
    private readonly projections: readonly Projection[],
  ) {}

  /** Only the tables that the question names are made, when it names them. */
  async ask<R>(space: string, asOf: Instant, ask: Ask<R>): Promise<R> {
    const db = await reach(() => this.pool.connect());
    try {
      await db.query('BEGIN; SET LOCAL search_path TO pg_temp');
      const made = new Set<Projection>();
      const answer = await ask(
        sqlOn(db, this.projections, async (read) => {
          const missing = read.filter((projection) => !made.has(projection));
          if (missing.length > 0) await this.make(db, missing, await this.factsUntil(space, asOf, missing));
          for (const projection of missing) made.add(projection);
        }),
      );
      await db.query('ROLLBACK; DISCARD TEMP');
      db.release();
      return answer;
    } catch (error) {
      db.release(true);
      throw error;
    }
  }

  private async factsUntil(space: string, asOf: Instant, projections: readonly Projection[]): Promise<readonly Recorded[]> {
    const categories = new Set(projections.flatMap(({ reads }) => reads));
    const streams = [...categories].map((category): StreamName => `${category}-${space}`);
    const met = await this.reader.readMany(streams);
    return met.filter((fact): fact is Recorded => !isSealed(fact) && fact.at <= asOf);
  }

  private async make(db: PoolClient, projections: readonly Projection[], facts: readonly Recorded[]): Promise<void> {
    await db.query(projections.flatMap(({ tables }) => tables.map(createTemporaryTable)).join(';\n'));
    for (const projection of projections)
      await writeRows(
        db,
        'pg_temp',
        projection.tables,
        facts.flatMap((fact) => project(projection, fact)),
      );
  }
}
