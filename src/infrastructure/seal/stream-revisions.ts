import type { Pool } from 'pg';
import type { StreamName } from '../../domain/shared/fact.js';
import { byteaArray, integerArray } from '../eventstore/postgres/binary-array.js';
import { reach } from '../postgres/reach.js';
import type { Finding } from './findings.js';
import type { CheckedTile } from './signed-leaves.js';
import { streamKey } from './stream-key.js';
import { TILE_WIDTH } from './tree/tile.js';

const UUID = 2950;
const BEHIND = `SELECT nth::integer FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS asked(key, rev, nth)
  LEFT JOIN seal.stream s USING (key) WHERE s.rev IS NULL OR s.rev < asked.rev`;
const TOTAL = 'SELECT size, (SELECT coalesce(sum(rev + 1), 0)::bigint FROM seal.stream) AS events FROM seal.head';

type Place = Pick<Finding, 'index' | 'stream'> & { readonly stream: StreamName; readonly rev: number };

/**
 * How far each stream is sealed, as the sealer believes it. No signature covers these rows: where they are wrong it stops and says that the log is. None is
 * behind the leaves, and together they say as many events as there are leaves: then each is right.
 */
export class StreamRevisions {
  /** Under mes_sealer. */
  constructor(private readonly pool: Pool) {}

  /** Leaves in these tiles that are behind what is said of their stream; of each stream the last. */
  async faultsIn(tiles: readonly CheckedTile[]): Promise<readonly Finding[]> {
    const last = new Map<StreamName, Place>();
    for (const { index, tile, width } of tiles)
      for (const [n, { stream, rev }] of (tile?.entries ?? []).slice(0, width).entries())
        last.set(stream, { index: index * TILE_WIDTH + n, stream, rev });
    const behind = await this.behind([...last.values()]);
    return behind.map((place) => ({ ...place, kind: 'seal', detail: 'the table of streams says that less of its stream is sealed' }));
  }

  async faultOfTotal(): Promise<string | null> {
    const { rows } = await reach(() => this.pool.query<{ size: bigint; events: bigint }>(TOTAL));
    const [{ size, events } = { size: 0n, events: 0n }] = rows;
    return size === events ? null : `the table of streams says ${events} events, and ${size} are sealed`;
  }

  private async behind(places: readonly Place[]): Promise<readonly Place[]> {
    const keys = byteaArray(
      places.map(({ stream }) => streamKey(stream)),
      UUID,
    );
    const revs = integerArray(places.map(({ rev }) => rev));
    const { rows } = await reach(() => this.pool.query<{ nth: number }>(BEHIND, [keys, revs]));
    return rows.flatMap(({ nth }) => places.slice(nth - 1, nth));
  }
}
