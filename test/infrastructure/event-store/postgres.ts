import type { Pool } from 'pg';
import {
  PostgresEventStore,
  type PostgresEventStoreOptions,
} from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import type { OpenedStore } from './samples.js';

const silent = (): void => undefined;

/** The pool of the writer on a database; connections that a test breaks are no news. */
export const writerPool = (url: string, size = 8): Pool =>
  openPools(url, { sizes: { mes_writer: size }, applicationName: 'store-under-test', onIdleError: silent }).pool('mes_writer');

export const storeOn = (database: TestDatabase, options: PostgresEventStoreOptions = {}): PostgresEventStore =>
  new PostgresEventStore(writerPool(database.url), { report: silent, ...options });

export const breakConnections = (url: string): Promise<void> =>
  connected(url, async (client) => {
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'store-under-test%'`,
    );
  });

/** A store on a database of its own. */
export async function openPostgresStore(): Promise<OpenedStore> {
  const database = await freshDatabase();
  const store = storeOn(database);
  return {
    store,
    breakConnections: () => breakConnections(database.url),
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}
