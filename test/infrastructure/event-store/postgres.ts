import type { Pool } from 'pg';
import type { EventBytes } from '../../../src/application/shared/event-store.js';
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

/** What the vault says of keys that are destroyed. */
const destroyKeys = (url: string, events: readonly EventBytes[]): Promise<void> =>
  connected(url, async (client) => {
    const keys = events.map(({ header }) => (JSON.parse(Buffer.from(header).toString('utf8')) as { key: string }).key);
    await client.query(
      `INSERT INTO vault.key (id, owner, part, purpose, state, died) SELECT id, gen_random_uuid(), id, 1, 3, now() FROM unnest($1::uuid[]) id`,
      [keys],
    );
  });

/** A store on a database of its own. */
export async function openPostgresStore(): Promise<OpenedStore> {
  const database = await freshDatabase();
  const store = storeOn(database);
  return {
    store,
    destroyKeys: (events) => destroyKeys(database.url, events),
    breakConnections: () => breakConnections(database.url),
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}
