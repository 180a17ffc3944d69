import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { LeaseLost, Leases, type Lease } from '../../../application/shared/leases.js';
import { reach } from '../reach.js';

/** Long enough for a pause of the garbage collector or a restart of the database, short enough to wait for. Milliseconds. */
const TERM_MS = 10_000;

const OVER = `clock_timestamp() + $2 * interval '1 millisecond'`;
const NAME = 'INSERT INTO process.lease (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING';
const TAKE = `
WITH free AS (SELECT name FROM process.lease WHERE name = ANY ($1) AND until <= clock_timestamp() ORDER BY name LIMIT $4 FOR UPDATE SKIP LOCKED)
UPDATE process.lease l SET holder = $3, fence = nextval('process.fence'), until = ${OVER} FROM free WHERE l.name = free.name
RETURNING l.name, l.fence`;
const HELD = 'FROM unnest($1::text[], $3::bigint[]) AS held(name, fence) WHERE l.name = held.name AND l.fence = held.fence';
const RENEW = `UPDATE process.lease l SET until = ${OVER} ${HELD} RETURNING l.name, l.fence`;
const GIVE_UP = `UPDATE process.lease l SET holder = NULL, fence = nextval('process.fence'), until = '-infinity'
  FROM unnest($1::text[], $2::bigint[]) AS held(name, fence) WHERE l.name = held.name AND l.fence = held.fence`;
/** Nobody reads the row of one who went without a word; the next who looks clears it away. */
const ATTEND = `
WITH gone AS (DELETE FROM process.attendance WHERE until <= clock_timestamp() AND holder <> $3),
  here AS (INSERT INTO process.attendance (work, holder, until) VALUES ($1, $3, ${OVER}) ON CONFLICT (work, holder) DO UPDATE SET until = excluded.until)
SELECT count(*)::integer AS others FROM process.attendance WHERE work = $1 AND holder <> $3 AND until > clock_timestamp()`;
const LEAVE = 'DELETE FROM process.attendance WHERE work = $1 AND holder = $2';
// A renewal alters no key and passes this lock; taking the lease gives it another fence, which is part of a key, and waits for it.
const ASSERT = `SELECT l.name FROM process.lease l JOIN unnest($1::text[], $2::bigint[]) AS held(name, fence) USING (name, fence) FOR KEY SHARE OF l`;

const namesOf = (leases: readonly Lease[]): string[] => leases.map(({ name }) => name);
const fencesOf = (leases: readonly Lease[]): bigint[] => leases.map(({ fence }) => fence);

/** Leases as rows (schema `process`), written under mes_projector. One for each process of the system. */
export class PostgresLeases extends Leases {
  /** This process, until it ends. */
  private readonly holder = randomUUID();
  /** Names that have a row. */
  private readonly named = new Set<string>();

  constructor(
    private readonly pool: Pool,
    readonly term: number = TERM_MS,
  ) {
    super();
  }

  async take(names: readonly string[], most: number): Promise<readonly Lease[]> {
    if (names.length === 0 || most <= 0) return [];
    const unnamed = names.filter((name) => !this.named.has(name));
    if (unnamed.length > 0) await reach(() => this.pool.query(NAME, [unnamed]));
    for (const name of unnamed) this.named.add(name);
    const { rows } = await reach(() => this.pool.query<Lease>(TAKE, [names, this.term, this.holder, Math.min(most, names.length)]));
    return rows;
  }

  async renew(held: readonly Lease[]): Promise<readonly Lease[]> {
    if (held.length === 0) return [];
    const { rows } = await reach(() => this.pool.query<Lease>(RENEW, [namesOf(held), this.term, fencesOf(held)]));
    const still = new Set(rows.map(({ name }) => name));
    return held.filter(({ name }) => still.has(name));
  }

  async giveUp(held: readonly Lease[]): Promise<void> {
    if (held.length > 0) await reach(() => this.pool.query(GIVE_UP, [namesOf(held), fencesOf(held)]));
  }

  async attend(work: string): Promise<number> {
    const { rows } = await reach(() => this.pool.query<{ others: number }>(ATTEND, [work, this.term, this.holder]));
    return 1 + (rows[0]?.others ?? 0);
  }

  async leave(work: string): Promise<void> {
    await reach(() => this.pool.query(LEAVE, [work, this.holder]));
  }
}

/**
 * In the transaction of a write: nobody took these leases, and nobody can until this transaction ends. Throws LeaseLost. The role of the
 * transaction needs USAGE on schema process, SELECT and UPDATE (holder) on process.lease.
 */
export async function assertHeld(db: Pick<PoolClient, 'query'>, leases: readonly Lease[]): Promise<void> {
  const { rows } = await db.query<{ name: string }>(ASSERT, [namesOf(leases), fencesOf(leases)]);
  const held = new Set(rows.map(({ name }) => name));
  const lost = namesOf(leases).filter((name) => !held.has(name));
  if (lost.length > 0) throw new LeaseLost(lost);
}
