import { DatabaseError } from 'pg';
import { StoreUnavailable } from '../../application/shared/ports.js';

/**
 * SQLSTATE classes that speak of the server, not of the statement: connection, read-only, timeouts, rollback, locks, resources, intervention, system, and XX:
 * whatever the server has no code for, such as a file that cannot grow (EFBIG), and pages that it cannot read.
 */
const PASSING = /^(08|25006|25P0[34]|40|53|55P03|57|58|XX)/;

/** Runs work on a database. What only says that the server cannot answer now becomes StoreUnavailable; faults of a statement stay what they are. */
export async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailable || (error instanceof DatabaseError && !PASSING.test(error.code ?? ''))) throw error;
    if (error instanceof DatabaseError || isOfTheNetwork(error))
      throw new StoreUnavailable('the database cannot answer now', { cause: error });
    throw error;
  }
}

/** Errors of sockets carry a code; those of the driver itself only a sentence about the connection. By form, not by class: they come from Node's own realm. */
const isOfTheNetwork = (error: unknown): boolean => {
  const { code = '', message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return /^E[A-Z]+$/.test(String(code)) || /\bconnect(ion)?\b|not queryable|read timeout/i.test(String(message));
};
