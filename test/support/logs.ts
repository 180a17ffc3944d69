import { KurrentEventStore } from '../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { BeginningNow } from '../infrastructure/event-store/beginning-now.js';
import { givenPlace } from '../infrastructure/event-store/kurrentdb.js';
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

/** On the server that KURRENTDB_URL names, behind what lies there; where it names none, on a test server. Nobody can be told to scavenge there. */
export async function inGivenKurrentDb(): Promise<Omit<OpenedLog, 'scavenge'>> {
  const given = givenPlace();
  if (given === undefined) return inKurrentDb();
  const first = new KurrentEventStore(given);
  const beginning = await first.head();
  await first.close();
  return { openStore: () => new BeginningNow(new KurrentEventStore(given), beginning), end: nothing };
}

/** On a test server of EventStoreDB / KurrentDB. */
export async function inKurrentDb(): Promise<OpenedLog> {
  const server = await LoopbackServer.start();
  return {
    openStore: () => new KurrentEventStore({ url: server.url, account: null }),
    scavenge: () => server.scavenge(),
    end: () => server.stop(),
  };
}
