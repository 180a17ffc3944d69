import { readFileSync } from 'node:fs';
import { KurrentEventStore, type KurrentEventStoreOptions } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import type { KurrentPlace } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { LoopbackServer, type LoopbackOptions } from '../../kurrentdb/loopback.js';
import { Proxy } from '../../kurrentdb/proxy.js';
import type { OpenedStore } from './samples.js';

type Account = 'KURRENTDB' | 'KURRENTDB_ERASER';
const accountOf = (prefix: Account): KurrentPlace['account'] => {
  const [username, file] = [process.env[`${prefix}_USER`], process.env[`${prefix}_PASSWORD_FILE`]];
  return username === undefined || file === undefined ? null : { username, password: readFileSync(file, 'utf8').trim() };
};

/** The server that KURRENTDB_URL names, with its accounts; undefined where there is none, and a test server is started. */
export const givenPlace = (): KurrentPlace | undefined => {
  const { KURRENTDB_URL: url = '' } = process.env;
  return url === '' ? undefined : { url, account: accountOf('KURRENTDB'), eraser: accountOf('KURRENTDB_ERASER') };
};

/** The same server through this port of this machine; of a cluster, the node that was named first. */
const through = (url: string, port: number): string => url.replace(/^(esdb(?:\+discover)?:\/\/)[^/?]+/, `esdb://127.0.0.1:${port}`);

const targetOf = (url: string) => {
  const [, host = '', port = '2113'] = /^esdb(?:\+discover)?:\/\/([^:,/?]+)(?::(\d+))?/.exec(url) ?? [];
  return { host, port: Number(port) };
};

/** The server knows no keys: that they are destroyed rests on the order of the steps of a destruction. */
const destroyKeys = async (): Promise<void> => undefined;

const quietly = { report: (): void => undefined };

/** A store behind a proxy that can cut it off, on a server of its own or on the given one. */
export async function openKurrentStore(options: KurrentEventStoreOptions = {}): Promise<OpenedStore> {
  const given = givenPlace();
  if (given === undefined) return openLoopbackStore({}, options);
  const proxy = await Proxy.to(targetOf(given.url));
  const store = new KurrentEventStore({ ...given, url: through(given.url, proxy.port) }, { ...quietly, ...options });
  return {
    store,
    destroyKeys,
    breakConnections: async () => proxy.cut(),
    close: async () => {
      await store.close();
      await proxy.close();
    },
  };
}

/** A store on a test server, which can be made to do wrong. */
export async function openLoopbackStore(serverOptions: LoopbackOptions = {}, options: KurrentEventStoreOptions = {}) {
  const server = await LoopbackServer.start(serverOptions);
  const proxy = await Proxy.to({ host: '127.0.0.1', port: server.port });
  const url = through(server.url, proxy.port);
  const store = new KurrentEventStore({ url, account: null }, { ...quietly, ...options });
  return {
    store,
    server,
    proxy,
    url,
    destroyKeys,
    breakConnections: async () => proxy.cut(),
    close: async () => {
      await store.close();
      await proxy.close();
      await server.stop();
    },
  };
}
