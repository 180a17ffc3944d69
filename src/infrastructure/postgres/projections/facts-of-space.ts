import type { Pool, PoolClient } from 'pg';
import { isHeld, isReadable, type FactReader, type Met } from '../../../application/shared/fact-reader.js';
import { UnreadableEvent } from '../../../application/shared/ports.js';
import { SpaceFacts } from '../../../application/shared/space-facts.js';
import { categoryOf, type StreamName } from '../../../domain/shared/fact.js';
import { SIGHT } from './ddl.js';
import { LINKED, linkedTo } from './links.js';
import { inSession } from './session.js';

/** The facts of these categories about one space, its streams one after the other. `db`: a transaction whose sight is this space. */
export async function factsAbout(
  db: PoolClient,
  reader: FactReader,
  space: string,
  categories: ReadonlySet<string>,
): Promise<readonly Met[]> {
  const own = [...categories].map((category): StreamName => `${category}-${space}`);
  const linked = LINKED.some((category) => categories.has(category)) ? [...(await linkedTo(db, space, reader))] : [];
  const met = await reader.readMany([...own, ...linked.filter((stream) => categories.has(categoryOf(stream)))]);
  const held = met.find(isHeld);
  if (held) throw new UnreadableEvent(held.stream, held.rev, 'the past of a space rests on all of its events');
  return met;
}

/** Own streams whole; of those who were refused or told something, what was about this space: a place that cannot be read may be about anybody. */
const isAbout = (met: Met, space: string): boolean => {
  if (categoryOf(met.stream) !== 'actor') return true;
  if (!isReadable(met)) return false;
  const { target, space: told } = met.event as { readonly target?: unknown; readonly space?: unknown };
  return target === space || told === space;
};
const byPosition = (one: Met, other: Met): number => Number(one.position - other.position);

/** The facts of a space, found by the streams that the read models say are linked to it. */
export class FactsOfSpace extends SpaceFacts {
  constructor(
    private readonly reader: FactReader,
    /** Under mes_reader. */
    private readonly pool: Pool,
  ) {
    super();
  }

  async of(space: string, categories: readonly string[]): Promise<readonly Met[]> {
    const met = await inSession(this.pool, 'BEGIN READ ONLY', 'ROLLBACK', async (db) => {
      await db.query('SELECT set_config($1, $2, true)', [SIGHT.space, space]);
      return factsAbout(db, this.reader, space, new Set(categories));
    });
    return met.filter((one) => isAbout(one, space)).sort(byPosition);
  }
}
