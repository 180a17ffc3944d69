import type { Pool } from 'pg';
import type { EventBytes } from '../../../src/application/shared/event-store.js';
import {
  PostgresEventStore,
  type PostgresEventStoreOptions,
} from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase, onServer, type TestDatabase } from '../../support/database.js';
import { Proxy } from '../../kurrentdb/proxy.js';
import { Troubles, type OwnStore } from './samples.js';

const silent = (): void => undefined;

/** The pool of the writer on a database; connections that a test breaks are no news. */
export const writerPool = (url: string, size = 8, connectLimitMs?: number): Pool =>
  openPools(url, {
    sizes: { mes_writer: size },
    applicationName: 'store-under-test',
    onIdleError: silent,
    ...(connectLimitMs === undefined ? {} : { connectLimitMs }),
  }).pool('mes_writer');

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

/** The same server through this port of this machine. */
const through = (url: string, { port }: Proxy): string => {
  const its = new URL(url);
  its.host = `127.0.0.1:${port}`;
  return its.toString();
};

const targetOf = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });

/** A store on a database, through a network that a test can break; in a hurry where it is told how long to wait for an answer. */
export async function openStoreOn({ url }: Pick<TestDatabase, 'url'>, patienceMs?: number) {
  const network = await Proxy.to(targetOf(url));
  const troubles = new Troubles();
  const hurry = patienceMs === undefined ? {} : { statementTimeoutMs: patienceMs / 2, networkMarginMs: patienceMs / 2 };
  const pool = writerPool(through(url, network), 8, patienceMs);
  const store = new PostgresEventStore(pool, { report: troubles.report, ...hurry });
  return {
    store,
    network,
    troubles,
    close: async () => {
      await store.close();
      await network.close();
    },
  };
}

/** A store on a database of its own. */
export async function openPostgresStore(patienceMs?: number): Promise<OwnStore> {
  const database = await freshDatabase();
  const opened = await openStoreOn(database, patienceMs);
  const name = new URL(database.url).pathname.slice(1);
  /** As a server does that has become a standby: whoever connects from now on finds it so. */
  const leads = async (setting: string): Promise<void> => {
    await onServer((client) => client.query(`ALTER DATABASE ${name} ${setting}`));
    opened.network.cut();
  };
  return {
    ...opened,
    destroyKeys: (events) => destroyKeys(database.url, events),
    breakConnections: () => breakConnections(database.url),
    refuseWrites: () => leads('SET default_transaction_read_only = on'),
    takeWrites: () => leads('RESET default_transaction_read_only'),
    close: async () => {
      await opened.close();
      await database.drop();
    },
  };
}
