import { readFileSync } from 'node:fs';
import { KurrentEventStore, type KurrentEventStoreOptions } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import type { KurrentPlace } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { Proxy } from '../../kurrentdb/proxy.js';
import type { OpenedStore } from './samples.js';

/** The server that KURRENTDB_URL names, with its account; undefined where there is none, and a test server is started. */
export const givenPlace = (): KurrentPlace | undefined => {
  const { KURRENTDB_URL: url, KURRENTDB_USER: username, KURRENTDB_PASSWORD_FILE: file } = process.env;
  if (url === undefined || url === '') return undefined;
  const account = username === undefined || file === undefined ? null : { username, password: readFileSync(file, 'utf8').trim() };
  return { url, account };
};

/** The same address through this port of this machine. */
export const through = (url: string, port: number): string => url.replace(/^(esdb(?:\+discover)?:\/\/)[^/?]+/, `esdb://127.0.0.1:${port}`);

const targetOf = (url: string) => {
  const { hostname, port } = new URL(url.replace(/^esdb/, 'http'));
  return { host: hostname, port: Number(port === '' ? 2113 : port) };
};

/** A store on a server of its own, or on the given one, behind a proxy that can cut it off. */
export async function openKurrentStore(options: KurrentEventStoreOptions = {}): Promise<OpenedStore & { readonly proxy: Proxy }> {
  const given = givenPlace();
  const server = given === undefined ? await LoopbackServer.start() : undefined;
  const place = given ?? { url: server?.url ?? '', account: null };
  const proxy = await Proxy.to(targetOf(place.url));
  const store = new KurrentEventStore({ ...place, url: through(place.url, proxy.port) }, { report: () => undefined, ...options });
  return {
    store,
    proxy,
    breakConnections: async () => proxy.cut(),
    close: async () => {
      await store.close();
      await proxy.close();
      await server?.stop();
    },
  };
}
