import type { Pool, PoolClient } from 'pg';
import type { HeldLine } from '../../../application/shared/quarantine.js';
import type { HeldBack, Subject } from '../../../application/shared/standstill.js';

/** Whose lines: rows of read models, work of processes and messengers, addresses of the registry. */
export type HeldKind = 'rows' | 'work' | 'addresses';
type Db = Pick<Pool | PoolClient, 'query'>;

interface Row {
  readonly reader: string;
  readonly subject: Subject;
  readonly from_position: bigint;
  readonly times: number;
}

const HOLD = `
INSERT INTO quarantine.held_back AS h (kind, reader, subject, from_position)
SELECT $1, $2, s.subject, s.position FROM unnest($3::text[], $4::bigint[]) AS s(subject, position)
ON CONFLICT (kind, reader, subject) DO UPDATE SET from_position = least(h.from_position, excluded.from_position), times = h.times + 1`;

/** Notes what a reader passed over. In the transaction of its checkpoint, or before it is saved: so that nothing is ever passed over unnoted. */
export async function holdBack(db: Db, kind: HeldKind, reader: string, heldBack: HeldBack): Promise<void> {
  if (heldBack.size > 0) await db.query(HOLD, [kind, reader, [...heldBack.keys()], [...heldBack.values()]]);
}

/** What these readers hold back; all readers of the kind when none is named. */
export async function linesOf(db: Db, kind: HeldKind, readers?: readonly string[]): Promise<readonly HeldLine[]> {
  const { rows } = await db.query<Row>(
    'SELECT reader, subject, from_position, times FROM quarantine.held_back WHERE kind = $1 AND ($2::text[] IS NULL OR reader = ANY($2)) ORDER BY 1, 2',
    [kind, readers ?? null],
  );
  return rows.map(({ from_position: from, ...row }) => ({ ...row, from }));
}

/** What this line stood for was given back; what was added to it since stays, and so does one that was written anew after somebody else had settled it. */
export async function gaveBack(db: Db, kind: HeldKind, { reader, subject, times, from }: HeldLine): Promise<void> {
  await db.query(
    'DELETE FROM quarantine.held_back WHERE kind = $1 AND reader = $2 AND subject = $3 AND times = $4 AND from_position = $5',
    [kind, reader, subject, times, from],
  );
}

/** What this line stood for was given back up to a position, without it; where something was added to it since, all of it is given back again. */
export async function gaveBackUntil(db: Db, kind: HeldKind, { reader, subject, times }: HeldLine, position: bigint): Promise<void> {
  await db.query(
    'UPDATE quarantine.held_back SET from_position = $5 WHERE kind = $1 AND reader = $2 AND subject = $3 AND times = $4 AND from_position < $5',
    [kind, reader, subject, times, position],
  );
}

/** The tables of a read model were made anew: what they lack is what was held back in the making. */
export async function replaceHeldBack(db: Db, reader: string, heldBack: HeldBack): Promise<void> {
  await db.query("DELETE FROM quarantine.held_back WHERE kind = 'rows' AND reader = $1", [reader]);
  await holdBack(db, 'rows', reader, heldBack);
}
