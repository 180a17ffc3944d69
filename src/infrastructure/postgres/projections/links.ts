import type { PoolClient } from 'pg';
import type { FactReader } from '../../../application/shared/fact-reader.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { linkedStreamsOfSpaces } from '../../../projections/record/linked-streams.js';
import { untyped, type Projection } from '../../../projections/shared/projection.js';
import { untilTheyInclude } from './catching-up.js';

/** Categories of streams that say something of a space and do not carry its id. */
const LINKED: readonly string[] = ['veil', 'actor'];
const links = untyped(linkedStreamsOfSpaces);

/** True when these projections read streams that only a link leads to. */
export const needLinks = (projections: readonly Projection[]): boolean =>
  projections.some(({ reads }) => reads.some((category) => LINKED.includes(category)));

/**
 * The streams that facts of the log so far link to this space; a link that is still on its way is waited for. In a transaction whose sight is this
 * space. Throws Refused `query/not-caught-up-yet`.
 */
export async function linkedTo(db: PoolClient, space: string, reader: Pick<FactReader, 'head'>): Promise<readonly StreamName[]> {
  await untilTheyInclude(db, [links], await reader.head());
  const { rows } = await db.query<{ stream: StreamName }>('SELECT stream FROM read.linked_stream WHERE space_id = $1 ORDER BY stream', [
    space,
  ]);
  return rows.map(({ stream }) => stream);
}
