import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { makeCertificates } from '../../kurrentdb/certificates.js';
import { connected, event } from '../../kurrentdb/client.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { openKurrentStore } from './kurrentdb.js';
import { allOf, appendOf, bodies, newStream, persistently, plain, written } from './samples.js';

/** A server that stands somewhere, as far as contract and facts can see: they only know its address. */
describe('With KURRENTDB_URL in the environment', () => {
  const names = ['KURRENTDB_URL', 'KURRENTDB_USER', 'KURRENTDB_PASSWORD_FILE', 'KURRENTDB_ERASER_USER', 'KURRENTDB_ADMIN_USER'];
  const before = names.map((name) => [name, process.env[name]] as const);
  let given: LoopbackServer;
  let its: EventStoreDBClient;
  beforeAll(async () => {
    given = await LoopbackServer.start();
    its = EventStoreDBClient.connectionString(given.url);
    // It has a connection of its own before there is a tunnel.
    await its.appendToStream(newStream('clock'), [event()]);
  });
  beforeEach(() => {
    for (const name of names) delete process.env[name];
    process.env['KURRENTDB_URL'] = given.url;
  });
  afterAll(async () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await its.dispose();
    await given.stop();
  });
  const typesIn = async (stream: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { event } of its.readStream(stream)) found.push(event?.type ?? '');
    return found;
  };

  it('the contract of the event store is held by that server, through connections that the contract can cut', async () => {
    const opened = await openKurrentStore();
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    await written(opened.store, append);
    expect(await typesIn(append.stream)).toHaveLength(3);
    await opened.breakConnections();
    const other = await openKurrentStore();
    expect((await persistently(() => allOf(other.store, 0n))).map(plain)).toEqual(append.events.map(plain));
    await Promise.all([opened.close(), other.close()]);
  });

  it('a cluster with TLS is cut off as a whole, under the names that its nodes have, where the store hears of the leader from the others', async () => {
    const { ca, ...tls } = await makeCertificates();
    const folder = await mkdtemp(join(tmpdir(), 'mes-ca-'));
    await writeFile(join(folder, 'ca.crt'), ca);
    const users = { mes: { password: 'the password', groups: ['$admins'] } };
    await writeFile(join(folder, 'password'), users.mes.password);
    const nodes = [await LoopbackServer.start({ tls, users }), await LoopbackServer.start({ tls, users })] as const;
    const [seed, leader] = nodes;
    await seed.members([
      { host: '127.0.0.1', port: seed.port, state: 'FOLLOWER' },
      { host: 'localhost', port: leader.port, state: 'LEADER' },
    ]);
    process.env['KURRENTDB_URL'] = `esdb+discover://localhost:${seed.port}?tls=true&tlsCAFile=${join(folder, 'ca.crt')}`;
    process.env['KURRENTDB_USER'] = 'mes';
    process.env['KURRENTDB_PASSWORD_FILE'] = join(folder, 'password');
    const { store, network, close } = await openKurrentStore({ patienceMs: 2_000 });
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    await written(store, append);
    network.leave();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    network.heal();
    expect((await persistently(() => store.read(append.stream))).map(plain)).toEqual(append.events.map(plain));
    await close();
    expect((await leader.records()).filter(({ stream }) => stream === append.stream)).toHaveLength(3);
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true });
  });

  it('a fact about what the account of the software may not do says which one has to be named', async () => {
    process.env['KURRENTDB_USER'] = 'mes';
    process.env['KURRENTDB_PASSWORD_FILE'] = join(process.cwd(), 'package.json');
    const asked = await connected();
    expect(() => asked.eraser).toThrow('name it by KURRENTDB_ERASER_USER and KURRENTDB_ERASER_PASSWORD_FILE');
    expect(() => asked.admin).toThrow('name it by KURRENTDB_ADMIN_USER and KURRENTDB_ADMIN_PASSWORD_FILE');
    await asked.close();
  });

  it('the facts are asked of that server, but for those that need one of their own', async () => {
    const [asked, own] = [await connected(), await connected({})];
    expect([asked.server, own.server === null]).toEqual([null, false]);
    const stream = newStream();
    await asked.client.appendToStream(stream, [event()], { credentials: asked.credentials });
    expect(await typesIn(stream)).toEqual(['Happened']);
    await Promise.all([asked.close(), own.close()]);
  });
});
