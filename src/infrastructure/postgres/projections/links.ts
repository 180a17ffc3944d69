import type { PoolClient } from 'pg';
import { isReadable, type FactReader, type Met } from '../../../application/shared/fact-reader.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { linkedStreams, linkedStreamsOfSpaces } from '../../../projections/record/linked-streams.js';
import { project, untyped, type Projection } from '../../../projections/shared/projection.js';
import { checkpoints, leastOf } from './checkpoint.js';
import { untilTheyInclude } from './catching-up.js';

/** Categories of streams that say something of a space and do not carry its id. */
export const LINKED: readonly string[] = ['veil', 'actor'];
const links = untyped(linkedStreamsOfSpaces);

/** True when these projections read streams that only a link leads to. */
export const needLinks = (projections: readonly Projection[]): boolean =>
  projections.some(({ reads }) => reads.some((category) => LINKED.includes(category)));

/**
 * The streams that facts of the log so far link to this space: those that the table names, and those that lie behind it in the log, so that a question
 * about the past never waits for the present to be written down. In a transaction whose sight is this space. Throws Refused `query/not-caught-up-yet`
 * while the table is being made.
 */
export async function linkedTo(db: PoolClient, space: string, reader: Pick<FactReader, 'read'>): Promise<ReadonlySet<StreamName>> {
  await untilTheyInclude(db, [links], 0n);
  return linkedNow(db, space, reader);
}

/** The same, where nobody waits: while the table is being made, all of the log lies behind it. */
export async function linkedNow(db: PoolClient, space: string, reader: Pick<FactReader, 'read'>): Promise<ReadonlySet<StreamName>> {
  // The checkpoint first: what the table takes in meanwhile is found twice.
  const points = await checkpoints(db, 'read', [links.name]);
  const isMade = points.length > 0 && points.every(({ version }) => version === links.version);
  const linked = new Set(isMade ? await named(db, space) : []);
  for await (const { facts } of reader.read(isMade ? leastOf(points) : 0n, LINKED))
    for (const met of facts) if (saysOf(met, space)) linked.add(met.stream);
  return linked;
}

async function named(db: PoolClient, space: string): Promise<readonly StreamName[]> {
  const { rows } = await db.query<{ stream: StreamName }>('SELECT stream FROM read.linked_stream WHERE space_id = $1', [space]);
  return rows.map(({ stream }) => stream);
}

/** True for a fact by which its stream becomes one of this space. */
const saysOf = (met: Met, space: string): boolean =>
  isReadable(met) && project(links, met).some(({ table, key }) => table === linkedStreams.name && key['space_id'] === space);
