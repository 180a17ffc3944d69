import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';

const PURGED = 'SELECT position, leaf FROM erasure.purged WHERE position = ANY($1::bigint[])';

/** The leaf hashes that were kept of events before they were removed under a certificate, by the positions they lay at. Under mes_projector. */
export const purgedEvents =
  (pool: Pool) =>
  async (positions: readonly bigint[]): Promise<ReadonlyMap<bigint, Uint8Array>> => {
    const { rows } = await reach(() => pool.query<{ position: bigint; leaf: Buffer }>(PURGED, [[...positions]]));
    return new Map(rows.map(({ position, leaf }) => [position, leaf]));
  };
