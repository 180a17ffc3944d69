import type { Pool } from 'pg';
import type { Lease } from '../../src/application/shared/leases.js';
import { pause } from '../../src/application/shared/pause.js';
import { rangeLeases } from '../../src/application/shared/ranges.js';
import { PostgresLeases } from '../../src/infrastructure/postgres/leases/postgres-leases.js';

/** A reader of the log that works in the ranges it is given. */
interface Ranged {
  hold(leases: readonly Lease[]): Promise<void>;
  stop(): Promise<void>;
  reached(position: bigint): Promise<boolean>;
  health?(): { readonly error: string | null };
}

/** Lets a reader take everything up to a position in all ranges, or until it stopped on an error, and ends it. */
export async function alone(pool: Pool, reader: Ranged, position: bigint): Promise<void> {
  const leases = new PostgresLeases(pool);
  const held = await leases.take(rangeLeases('alone'), Infinity);
  await reader.hold(held);
  while (!(await reader.reached(position)) && (reader.health?.().error ?? null) === null) await pause(5);
  await reader.stop();
  await leases.giveUp(held);
}
