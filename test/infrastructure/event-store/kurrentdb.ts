import { readFileSync } from 'node:fs';
import { KurrentEventStore, type KurrentEventStoreOptions } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import type { KurrentPlace } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { LoopbackServer, type LoopbackOptions } from '../../kurrentdb/loopback.js';
import { Proxy } from '../../kurrentdb/proxy.js';
import { Troubles, type OpenedStore } from './samples.js';

type Account = 'KURRENTDB' | 'KURRENTDB_ERASER' | 'KURRENTDB_ADMIN';
const accountOf = (prefix: Account): KurrentPlace['account'] => {
  const [username, file] = [process.env[`${prefix}_USER`], process.env[`${prefix}_PASSWORD_FILE`]];
  return username === undefined || file === undefined ? null : { username, password: readFileSync(file, 'utf8').trim() };
};

/** The server that KURRENTDB_URL names, with its accounts; undefined where there is none, and a test server is started. */
export const givenPlace = (): GivenPlace | undefined => {
  const { KURRENTDB_URL: url = '' } = process.env;
  if (url === '') return undefined;
  return { url, account: accountOf('KURRENTDB'), eraser: accountOf('KURRENTDB_ERASER'), admin: accountOf('KURRENTDB_ADMIN') };
};

interface GivenPlace extends KurrentPlace {
  /** For what neither of the accounts of the software may do, and a fact is about. */
  readonly admin: KurrentPlace['account'];
}

/** The test server through this port of this machine. */
const through = (url: string, port: number): string => url.replace(/^esdb:\/\/[^/?]+/, `esdb://127.0.0.1:${port}`);

/**
 * Stands before every node of the given server, under the names that the nodes have: the client makes each of its connections through it, also to nodes that
 * it hears of, and examines their certificates as ever. One for all stores of a test file, because the client looks for it in the environment.
 */
const tunnelled = { by: 0, tunnel: null as Promise<Proxy> | null };

async function enterTunnel(): Promise<Proxy> {
  tunnelled.by += 1;
  const tunnel = await (tunnelled.tunnel ??= Proxy.tunnel());
  process.env['grpc_proxy'] = `http://127.0.0.1:${tunnel.port}`;
  // Whatever else is set for this machine lets no host past it.
  process.env['no_grpc_proxy'] = 'nobody.invalid';
  return tunnel;
}

async function leaveTunnel(tunnel: Proxy): Promise<void> {
  tunnelled.by -= 1;
  if (tunnelled.by > 0) return;
  tunnelled.tunnel = null;
  delete process.env['grpc_proxy'];
  delete process.env['no_grpc_proxy'];
  await tunnel.close();
}

/** The server knows no keys: that they are destroyed rests on the order of the steps of a destruction. */
const destroyKeys = async (): Promise<void> => undefined;

/** A store behind a proxy that can cut it off, on a server of its own or on the given one. */
export async function openKurrentStore(options: KurrentEventStoreOptions = {}): Promise<OpenedStore> {
  const given = givenPlace();
  if (given === undefined) return openLoopbackStore({}, options);
  const network = await enterTunnel();
  const troubles = new Troubles();
  const store = new KurrentEventStore(given, { report: troubles.report, ...options });
  return {
    store,
    network,
    troubles,
    destroyKeys,
    breakConnections: async () => network.cut(),
    close: async () => {
      await store.close();
      await leaveTunnel(network);
    },
  };
}

/** A store on a test server, which can be made to do wrong. */
export async function openLoopbackStore(serverOptions: LoopbackOptions = {}, options: KurrentEventStoreOptions = {}) {
  const server = await LoopbackServer.start(serverOptions);
  const network = await Proxy.to({ host: '127.0.0.1', port: server.port });
  const url = through(server.url, network.port);
  const troubles = new Troubles();
  const store = new KurrentEventStore({ url, account: null }, { report: troubles.report, ...options });
  return {
    store,
    server,
    network,
    troubles,
    url,
    destroyKeys,
    breakConnections: async () => network.cut(),
    /** As a node of a cluster does that names another one, and that one names it again. */
    refuseWrites: () => server.attack({ kind: 'not-leader', methods: ['append'], host: '127.0.0.1', port: network.port }),
    takeWrites: () => server.attack(null),
    close: async () => {
      await store.close();
      await network.close();
      await server.stop();
    },
  };
}
