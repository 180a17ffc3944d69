import { EventStoreDBClient } from '@eventstore/db-client';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { connected, event } from '../../kurrentdb/client.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { openKurrentStore } from './kurrentdb.js';
import { allOf, appendOf, bodies, newStream, plain, written } from './samples.js';

/** A server that stands somewhere, as far as contract and facts can see: they only know its address. */
describe('With KURRENTDB_URL in the environment', () => {
  const before = process.env['KURRENTDB_URL'];
  let given: LoopbackServer;
  let its: EventStoreDBClient;
  beforeAll(async () => {
    given = await LoopbackServer.start();
    its = EventStoreDBClient.connectionString(given.url);
    process.env['KURRENTDB_URL'] = given.url;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['KURRENTDB_URL'];
    else process.env['KURRENTDB_URL'] = before;
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
    expect((await allOf(other.store, 0n)).map(plain)).toEqual(append.events.map(plain));
    await Promise.all([opened.close(), other.close()]);
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
