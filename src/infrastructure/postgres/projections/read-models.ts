import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { Secrets } from '../../../application/shared/ports.js';
import { Refused } from '../../../application/shared/refused.js';
import { ReadModels, type Ask, type AskedMoment, type Sight } from '../../../application/shared/subject-query.js';
import { reject } from '../../../domain/shared/rejection.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { reach } from '../reach.js';
import type { PastTables } from './as-of.js';
import { untilTheyInclude } from './catching-up.js';
import { SIGHT } from './ddl.js';
import { sqlOn } from './question.js';

/**
 * How long a statement of a question may take, milliseconds: who asked has gone by then, and there are few connections for all who ask. What it may take is
 * said in its transaction: others use the connections too.
 */
const LIMIT_MS = 60_000;
const unknownReceipt = reject('invalid', 'query/receipt-unknown');

/** Answers from the live tables, under a role that may only read them, or from tables of the past. */
export class PostgresReadModels extends ReadModels {
  /** Projections whose tables were seen to be of our version; another version only comes with another process. */
  private readonly served = new Set<Projection>();

  /** Connections whose bare table names mean the live tables. */
  private readonly turned = new WeakSet<PoolClient>();

  constructor(
    /** Under mes_reader. */
    private readonly pool: Pool,
    private readonly past: PastTables,
    private readonly secrets: Secrets,
    private readonly projections: readonly Projection[],
    private readonly limitMs = LIMIT_MS,
  ) {
    super();
  }

  async ask<R>(space: string | null, { asOf, knowledge, after }: AskedMoment, sight: Sight, ask: Ask<R>): Promise<R> {
    if (asOf !== undefined) return this.past.ask(space, { asOf, knowledge }, settingsOf(space, sight), ask);
    const position = after === undefined ? 0n : this.secrets.positionOf(after);
    if (position === null) throw new Refused(unknownReceipt);
    return reach(() => this.live(position, ask, settingsOf(space, sight)));
  }

  private async live<R>(position: bigint, ask: Ask<R>, settings: string): Promise<R> {
    const db = await this.pool.connect();
    const sight: { begun: Promise<unknown> | null; over: boolean } = { begun: null, over: false };
    const sql = sqlOn(db, { projections: this.projections, lasting: true, limitMs: this.limitMs }, async (read) => {
      await this.waitFor(db, read, position);
      if (sight.over) throw new Error('the question is over: its connection may be that of another by now');
      if (sight.begun !== null) return;
      // Sent together with the statement behind it: one way to the server instead of two. What answers without this sight is never handed on.
      sight.begun = db.query(`BEGIN READ ONLY; SET LOCAL statement_timeout TO ${this.limitMs}; ${settings}`);
      void Promise.allSettled([sight.begun]);
    });
    try {
      if (!this.turned.has(db)) await db.query('SET search_path TO read');
      this.turned.add(db);
      const answer = await ask(sql);
      await sight.begun;
      this.end(db, sight.begun !== null);
      return answer;
    } catch (error) {
      await this.abandon(db, sight.begun, error);
      throw error;
    } finally {
      sight.over = true;
    }
  }

  /** Whatever sight it had ends with the transaction, or with the connection; the answer need not wait for that. */
  private end(db: PoolClient, sighted: boolean): void {
    const ended = sighted ? db.query('COMMIT').then(noError, asError) : Promise.resolve(undefined);
    void ended.then((error) => db.release(error));
  }

  /** Throws what refused the sight, if that is why the question failed. A connection on which a statement failed is not used again: its plans may be old. */
  private async abandon(db: PoolClient, begun: Promise<unknown> | null, error: unknown): Promise<void> {
    try {
      await begun;
    } catch (refused) {
      db.release(true);
      throw refused;
    }
    if (error instanceof DatabaseError) db.release(error);
    else this.end(db, begun !== null);
  }

  /** Until the tables are of this version and include the position. Throws Refused `query/not-caught-up-yet` when that takes too long. */
  private async waitFor(db: PoolClient, read: readonly Projection[], position: bigint): Promise<void> {
    if (position === 0n && read.every((projection) => this.served.has(projection))) return;
    await untilTheyInclude(db, read, position);
    for (const projection of read) this.served.add(projection);
  }
}

const noError = (): undefined => undefined;
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('the transaction could not be ended'));

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** Local to the transaction: nothing of it is left for whoever has the connection next, with a pooler in between or without. */
export const settingsOf = (space: string | null, { viewer, actor, moment }: Sight): string =>
  Object.entries({ [SIGHT.space]: space ?? '', [SIGHT.viewer]: viewer, [SIGHT.actor]: actor, [SIGHT.moment]: moment })
    .map(([name, value]) => `SET LOCAL ${name} TO ${literal(value)}`)
    .join('; ');
