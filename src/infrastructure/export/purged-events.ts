import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';

const PURGED = 'SELECT position FROM erasure.purged WHERE position = ANY($1::bigint[])';

/** Which events were removed under a certificate of destruction, by the positions they lay at. Under mes_projector. */
export const purgedEvents =
  (pool: Pool) =>
  async (positions: readonly bigint[]): Promise<ReadonlySet<bigint>> => {
    const { rows } = await reach(() => pool.query<{ position: bigint }>(PURGED, [[...positions]]));
    return new Set(rows.map(({ position }) => position));
  };
