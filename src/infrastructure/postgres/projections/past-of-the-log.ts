import type { PoolClient } from 'pg';
import { DISORDER_MS } from '../../../application/shared/event-store.js';
import { isReadable, type FactBatch, type FactReader } from '../../../application/shared/fact-reader.js';
import { Refused } from '../../../application/shared/refused.js';
import { reject } from '../../../domain/shared/rejection.js';
import { belongsTo, type Past } from '../../../domain/shared/knowledge.js';
import { epochOf, instantOf } from '../../../domain/shared/time.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { Building, feed } from './building.js';
import { createIndexes } from './ddl.js';

/** How long a question may take, its place in the line included, milliseconds: less than the minute that proxies commonly wait for an answer. */
const PATIENCE = 50_000;
const QUERY_CANCELED = '57014';

const tooLong = reject('unavailable', 'query/past-too-long');

/**
 * What the whole log held up to a moment, in tables of one session: for questions about no space in particular. It costs what the log was long
 * then, so only one is answered at a time, the others wait in line, and none takes longer than somebody waits. A batch at a time is in memory.
 */
export class PastOfTheLog {
  /** Settles when the last question in line is answered, or refused. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly reader: FactReader,
    private readonly patience = PATIENCE,
  ) {}

  /** Runs work when the questions before it are done, and tells it when it must be over. Throws Refused `query/past-too-long` when it is not. */
  async inTurn<R>(work: (over: number) => Promise<R>): Promise<R> {
    const over = performance.now() + this.patience;
    const turn = this.last.then(() => {
      left(over);
      return work(over);
    });
    this.last = Promise.allSettled([turn]);
    try {
      return await turn;
    } catch (error) {
      throw wasCancelled(error) ? new Refused(tooLong) : error;
    }
  }

  /** Fills the temporary tables of these projections, then lets the next statement run for as long as there is time left. */
  async fill(db: PoolClient, projections: readonly Projection[], past: Past, over: number): Promise<void> {
    const all = projections.map((projection) => new Building(projection, 'pg_temp'));
    if (all.length > 0) await feed(db, all, this.until(past, over, all));
    for (const { projection, failed } of all)
      if (failed !== null) throw new Error(`the projection ${projection.name} failed on the past`, { cause: failed });
    // A question that goes from one row to the next by an index would walk over the whole table at each step.
    await db.query(projections.flatMap(({ tables }) => tables.map((table) => createIndexes('pg_temp', table))).join(';\n'));
    await db.query(`SET LOCAL statement_timeout TO ${Math.ceil(left(over))}`);
  }

  /** The log up to the moment; it ends early when one of those it is read for has failed. What was true then may have been written at any time since. */
  private async *until(past: Past, over: number, all: readonly Building[]): AsyncGenerator<FactBatch, void> {
    const beyond = past.knowledge === 'TRUE' ? null : instantOf(epochOf(past.asOf) + DISORDER_MS);
    const reads = [...new Set(all.flatMap(({ projection }) => projection.reads))];
    for await (const batch of this.reader.read(0n, reads)) {
      left(over);
      yield { ...batch, facts: batch.facts.filter((met) => !isReadable(met) || belongsTo(met, past)) };
      const isBeyond = beyond !== null && batch.facts.some((met) => isReadable(met) && met.at > beyond);
      if (isBeyond || all.some(({ failed }) => failed !== null)) return;
    }
  }
}

/** Milliseconds until it must be over. Throws Refused `query/past-too-long` when none is left. */
function left(over: number): number {
  const milliseconds = over - performance.now();
  if (milliseconds <= 0) throw new Refused(tooLong);
  return milliseconds;
}

/** The database ended a statement that took too long; said by the statement, or by whoever says that the database could not answer. */
const wasCancelled = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === QUERY_CANCELED) || wasCancelled(error.cause));
