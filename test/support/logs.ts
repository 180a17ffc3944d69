import { KurrentEventStore } from '../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { LoopbackServer } from '../kurrentdb/loopback.js';
import type { OpenStore } from './sealed-log.js';

/** Where the events of several processes lie together. */
export interface OpenedLog {
  readonly openStore: OpenStore;
  /** Takes the bytes of ended streams off the disks, where that is a work of its own. */
  scavenge(): Promise<void>;
  end(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** In the database of the house. */
export const inPostgres = async (): Promise<OpenedLog> => ({
  openStore: (pools) => new PostgresEventStore(pools.pool('mes_writer')),
  scavenge: nothing,
  end: nothing,
});

/** On a test server of EventStoreDB / KurrentDB. */
export async function inKurrentDb(): Promise<OpenedLog> {
  const server = await LoopbackServer.start();
  return {
    openStore: () => new KurrentEventStore({ url: server.url, account: null }),
    scavenge: () => server.scavenge(),
    end: () => server.stop(),
  };
}
