import type { Pool, PoolClient } from 'pg';
import { isReadable, type FactReader } from '../../../application/shared/fact-reader.js';
import type { Ask } from '../../../application/shared/subject-query.js';
import { categoryOf, type Recorded } from '../../../domain/shared/fact.js';
import { belongsTo, type Past } from '../../../domain/shared/knowledge.js';
import { project, projectToday, type Projection } from '../../../projections/shared/projection.js';
import { createTemporaryTable, guardTemporary } from './ddl.js';
import { factsAbout } from './facts-of-space.js';
import { PastOfTheLog } from './past-of-the-log.js';
import { sqlOn } from './question.js';
import { writeRows } from './row-operations.js';
import { inSession } from './session.js';

/** Tables of one session that nobody else sees, under this sight; nothing of them stays. */
export const beginTemporary = (settings: string): string => `BEGIN; SET LOCAL search_path TO pg_temp; ${settings}`;
export const END_TEMPORARY = 'ROLLBACK; DISCARD TEMP';

/** Called before each statement of a question: fills the tables of the projections that were made for it, none when they are there already. */
type Fill = (db: PoolClient, made: readonly Projection[]) => Promise<void>;

/**
 * Questions about the past: the same projections, fed with what the streams of one space, or the whole log, held up to a moment, into temporary
 * tables of one session, answered by the same SQL. Nothing of it is seen by anybody else, and nothing stays: the transaction is never committed.
 * What a decision about one space rests on is that of today, read from the same facts and not from the live tables, which may be behind.
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
  async ask<R>(space: string | null, past: Past, settings: string, ask: Ask<R>): Promise<R> {
    if (space === null) return this.log.inTurn((over) => this.answer(settings, ask, (db, made) => this.log.fill(db, made, past, over)));
    const known = new KnownFacts(this.reader, space);
    return this.answer(settings, ask, async (db, made) => {
      await known.learn(db, new Set(made.flatMap(({ reads }) => reads)));
      for (const projection of made) {
        const facts = projection.reads.flatMap((category) => known.of(category));
        const then = facts.filter((fact) => belongsTo(fact, past)).flatMap((fact) => project(projection, fact));
        const today = facts.flatMap((fact) => projectToday(projection, fact));
        await writeRows(db, 'pg_temp', projection.tables, [...then, ...today]);
      }
    });
  }

  private answer<R>(settings: string, ask: Ask<R>, fill: Fill): Promise<R> {
    return inSession(this.pool, beginTemporary(settings), END_TEMPORARY, (db) =>
      ask(sqlOn(db, { projections: this.projections, lasting: false }, making(db, fill))),
    );
  }
}

/** What a space holds. A stream is read and opened once for a question, however many of its statements rest on it. */
class KnownFacts {
  private readonly facts = new Map<string, Recorded[]>();

  constructor(
    private readonly reader: FactReader,
    private readonly space: string,
  ) {}

  /** Reads those of these categories that were not read yet. Throws UnreadableEvent when one of their events cannot be read. */
  async learn(db: PoolClient, categories: ReadonlySet<string>): Promise<void> {
    const missing = new Set([...categories].filter((category) => !this.facts.has(category)));
    if (missing.size === 0) return;
    for (const category of missing) this.facts.set(category, []);
    for (const fact of await factsAbout(db, this.reader, this.space, missing))
      if (isReadable(fact)) this.facts.get(categoryOf(fact.stream))?.push(fact);
  }

  /** Stream by stream, each in its order. */
  of(category: string): readonly Recorded[] {
    return this.facts.get(category) ?? [];
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
