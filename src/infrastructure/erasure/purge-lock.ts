import type { Pool } from 'pg';
import { transaction } from '../postgres/transaction.js';

const LOCK = `hashtextextended('erasure.purge', 0)`;
const SHARED = `SELECT pg_advisory_xact_lock_shared(${LOCK})`;
const ALONE = `SELECT pg_try_advisory_xact_lock(${LOCK}) AS free`;
// Whoever walks through the whole log may be busy elsewhere for hours.
const PATIENT = 'SET LOCAL idle_in_transaction_session_timeout = 0';

/**
 * Runs `work` while nothing leaves the log: what is not there at its beginning was removed under a certificate that is sealed. Holds one connection until
 * then; throws StoreUnavailable when that broke meanwhile.
 */
export const whileNothingLeaves =
  (pool: Pool) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    const done = await transaction(pool, async (db) => {
      await db.query(PATIENT);
      await db.query(SHARED);
      // What fails in it is kept apart: a transaction takes an error with a code of the system (a full disk) for one of the database.
      const [outcome] = await Promise.allSettled([work()]);
      return outcome;
    });
    if (done.status === 'rejected') throw done.reason;
    return done.value;
  };

/** Runs `work`, which removes something from the log, unless somebody walks through it: false, and nothing was done. */
export const unlessWalked = (pool: Pool, work: () => Promise<void>): Promise<boolean> =>
  transaction(pool, async (db) => {
    const { rows } = await db.query<{ free: boolean }>(ALONE);
    if (rows[0]?.free !== true) return false;
    await work();
    return true;
  });
