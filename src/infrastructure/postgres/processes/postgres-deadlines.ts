import type { Pool, PoolClient } from 'pg';
import { Deadlines, type PendingWish } from '../../../application/shared/deadlines.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { instant, instantOf, tzdbVersion, type Instant } from '../../../domain/shared/time.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';

const KEEP = `
INSERT INTO process.deadline (process, stream, rev, index, target, wish, not_before, due_at, tzdb)
SELECT *, not_before, $8 FROM unnest($1::text[], $2::text[], $3::integer[], $4::smallint[], $5::text[], $6::jsonb[], $7::timestamptz[])
  AS w(process, stream, rev, index, target, wish, not_before)
ON CONFLICT DO NOTHING`;

const DUE = `
SELECT process, stream, rev, index, target, wish, not_before, tries FROM process.deadline
WHERE done_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`;

const KEYS = 'unnest($1::text[], $2::text[], $3::integer[], $4::smallint[]) AS k(process, stream, rev, index)';
const SAME = 'd.process = k.process AND d.stream = k.stream AND d.rev = k.rev AND d.index = k.index';
const DONE = `UPDATE process.deadline d SET done_at = $5 FROM ${KEYS} WHERE ${SAME}`;
// The power of a number of tries without a limit overflows one day, and the whole batch is fired again for ever.
const LATER = `UPDATE process.deadline d SET tries = d.tries + 1, due_at = $5::timestamptz + least(power(2, least(d.tries, 10)), 600) * interval '1 second'
  FROM ${KEYS} WHERE ${SAME}`;

// So many of the oldest by the index of done_at, and those again by where they lie. What somebody else is just deleting is left to him.
const PURGE = `DELETE FROM process.deadline WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM process.deadline WHERE done_at < $1 ORDER BY done_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

interface Row {
  readonly process: string;
  readonly stream: StreamName;
  readonly rev: number;
  readonly index: number;
  readonly target: string;
  readonly wish: { readonly type: string };
  readonly not_before: Date;
}

const wishOf = ({ not_before, ...row }: Row): PendingWish => ({ ...row, notBefore: instantOf(not_before.getTime()) });

/** Four arrays that name wishes. */
const keysOf = (wishes: readonly PendingWish[]): unknown[][] => [
  wishes.map(({ process }) => process),
  wishes.map(({ stream }) => stream),
  wishes.map(({ rev }) => rev),
  wishes.map(({ index }) => index),
];

/** The calendar as a table (schema `process`), written under mes_projector. */
export class PostgresDeadlines extends Deadlines {
  private readonly tzdb = tzdbVersion(process.versions);

  constructor(private readonly pool: Pool) {
    super();
  }

  async keep(wishes: readonly PendingWish[]): Promise<void> {
    if (wishes.length === 0) return;
    const columns = [
      ...keysOf(wishes),
      wishes.map(({ target }) => target),
      wishes.map(({ wish }) => JSON.stringify(wish)),
      wishes.map(({ notBefore }) => instant(notBefore)),
    ];
    await reach(() => this.pool.query(KEEP, [...columns, this.tzdb]));
  }

  async fireDue(now: Instant, limit: number, fire: (wish: PendingWish) => Promise<void>): Promise<number> {
    return transaction(this.pool, async (db) => {
      const { rows } = await db.query<Row>(DUE, [now, limit]);
      const wishes = rows.map(wishOf);
      const outcomes = await Promise.allSettled(wishes.map(fire));
      const fired = wishes.filter((_, i) => outcomes[i]?.status === 'fulfilled');
      await mark(db, DONE, fired, now);
      await mark(
        db,
        LATER,
        wishes.filter((wish) => !fired.includes(wish)),
        now,
      );
      return fired.length;
    });
  }

  async purge(before: Instant, limit: number): Promise<number> {
    const { rowCount } = await reach(() => this.pool.query(PURGE, [before, limit]));
    return rowCount ?? 0;
  }
}

async function mark(db: PoolClient, text: string, wishes: readonly PendingWish[], now: Instant): Promise<void> {
  if (wishes.length > 0) await db.query(text, [...keysOf(wishes), now]);
}
