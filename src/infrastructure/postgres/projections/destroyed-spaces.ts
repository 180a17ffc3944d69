import type { PoolClient } from 'pg';
import type { Projection, RowOperation } from '../../../projections/shared/projection.js';
import { prepared } from '../prepared.js';
import { quoted } from './ddl.js';

/** Spaces whose keys died: no read model has a row about them, neither made anew nor live. */
export const DESTROYED = `SELECT space FROM erasure.destruction WHERE scope = 'SPACE' AND step NOT IN ('COLLECT', 'LEDGER', 'KEYS')`;
const AMONG = `${DESTROYED} AND space = ANY ($1::uuid[])`;

/** Rows of a projection that were written. */
export interface Wrote {
  readonly projection: Pick<Projection, 'tables'>;
  readonly operations: readonly RowOperation[];
}

/** True for a table whose rows are about a space each. */
export const isAboutSpaces = ({ key, row }: Projection['tables'][number]): boolean => 'space_id' in key || 'space_id' in row;

/**
 * Behind the rows of a batch, in its transaction: takes away those about spaces that are destroyed. What others wrote about them, under keys of their own,
 * can still be read; whoever meets it after the destruction dropped the rows, because he was behind, would write rows that nothing drops any more.
 */
export async function dropDestroyed(db: PoolClient, wrote: readonly Wrote[]): Promise<void> {
  const spaces = spacesOf(wrote);
  if (spaces.length === 0) return;
  const { rows } = await db.query<{ space: string }>(prepared(AMONG, [spaces]));
  if (rows.length === 0) return;
  const gone = rows.map(({ space }) => space);
  for (const { name } of wrote.flatMap(({ projection }) => projection.tables.filter(isAboutSpaces)))
    await db.query(`DELETE FROM read.${quoted(name)} WHERE space_id = ANY ($1::uuid[])`, [gone]);
}

function spacesOf(wrote: readonly Wrote[]): readonly string[] {
  const spaces = new Set<string>();
  for (const { operations } of wrote)
    for (const operation of operations) {
      if (operation.op === 'drop') continue;
      const space = operation.key['space_id'] ?? operation.row['space_id'];
      if (typeof space === 'string') spaces.add(space);
    }
  return [...spaces];
}
