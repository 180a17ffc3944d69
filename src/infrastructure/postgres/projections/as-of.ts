import type { Pool, PoolClient } from 'pg';
import { isHeld, isReadable, type FactReader } from '../../../application/shared/fact-reader.js';
import { UnreadableEvent } from '../../../application/shared/ports.js';
import type { Ask } from '../../../application/shared/subject-query.js';
import { categoryOf, type Recorded, type StreamName } from '../../../domain/shared/fact.js';
import type { Instant } from '../../../domain/shared/time.js';
import { project, type Projection } from '../../../projections/shared/projection.js';
import { reach } from '../reach.js';
import { createTemporaryTable, guardTemporary } from './ddl.js';
import { linkedTo, needLinks } from './links.js';
import { PastOfTheLog } from './past-of-the-log.js';
import { sqlOn } from './question.js';
import { writeRows } from './row-operations.js';

/** Called before each statement of a question: fills the tables of the projections that were made for it, none when they are there already. */
type Fill = (db: PoolClient, made: readonly Projection[]) => Promise<void>;

/**
 * Questions about the past: the same projections, fed with what the streams of one space, or the whole log, held up to a moment, into temporary
 * tables of one session, answered by the same SQL. Nothing of it is seen by anybody else, and nothing stays: the transaction is never committed.
 */
export class PastTables {
  private readonly log: PastOfTheLog;

  constructor(
    private readonly reader: FactReader,
    /** Under mes_reader. */
    private readonly pool: Pool,
    private readonly projections: readonly Projection[],
    /** How long a question about no space in particular may take, milliseconds. */
    patience?: number,
  ) {
    this.log = new PastOfTheLog(reader, patience);
  }

  /**
   * Only the tables that the question names are made, when it names them. `settings`: statements that say what the asker may see of tables with
   * a guard. Throws Refused `query/past-too-long` (only without a space), `query/not-caught-up-yet` (only with one).
   */
  async ask<R>(space: string | null, asOf: Instant, settings: string, ask: Ask<R>): Promise<R> {
    if (space === null) return this.log.inTurn((over) => this.answer(settings, ask, (db, made) => this.log.fill(db, made, asOf, over)));
    return this.answer(settings, ask, async (db, made) => this.fill(db, made, await this.factsUntil(db, space, asOf, made)));
  }

  private async answer<R>(settings: string, ask: Ask<R>, fill: Fill): Promise<R> {
    return reach(async () => {
      const db = await this.pool.connect();
      let broken: Error | boolean = true;
      // The query it breaks fails as well; but an error event that nobody listens to would end the process.
      const onError = (error: Error): void => void (broken = error);
      db.on('error', onError);
      try {
        await db.query(`BEGIN; SET LOCAL search_path TO pg_temp; ${settings}`);
        const answer = await ask(sqlOn(db, this.projections, making(db, fill)));
        await db.query('ROLLBACK; DISCARD TEMP');
        broken = false;
        return answer;
      } finally {
        db.off('error', onError);
        db.release(broken);
      }
    });
  }

  private async fill(db: PoolClient, made: readonly Projection[], facts: readonly Recorded[]): Promise<void> {
    for (const projection of made)
      await writeRows(
        db,
        'pg_temp',
        projection.tables,
        facts.flatMap((fact) => project(projection, fact)),
      );
  }

  private async factsUntil(db: PoolClient, space: string, asOf: Instant, made: readonly Projection[]): Promise<readonly Recorded[]> {
    if (made.length === 0) return [];
    const categories = new Set(made.flatMap(({ reads }) => reads));
    const own = [...categories].map((category): StreamName => `${category}-${space}`);
    const others = needLinks(made) ? [...(await linkedTo(db, space, this.reader))] : [];
    const met = await this.reader.readMany([...own, ...others.filter((stream) => categories.has(categoryOf(stream)))]);
    const held = met.find(isHeld);
    if (held) throw new UnreadableEvent(held.stream, held.rev, 'the past of a space rests on all of its events');
    return met.filter(isReadable).filter(({ at }) => at <= asOf);
  }
}

/** Makes the tables that a statement reads and that are not there yet, behind their guards. */
function making(db: PoolClient, fill: Fill): (read: readonly Projection[]) => Promise<void> {
  const made = new Set<Projection>();
  return async (read) => {
    const missing = read.filter((projection) => !made.has(projection));
    if (missing.length > 0) await db.query(missing.flatMap(({ tables }) => tables.map(createTemporaryTable)).join(';\n'));
    await fill(db, missing);
    const guards = missing.flatMap(({ tables }) => tables.flatMap(guardTemporary));
    if (guards.length > 0) await db.query(guards.join(';\n'));
    for (const projection of missing) made.add(projection);
  };
}
