import {
  DeadlineExceededError,
  EventStoreDBClient,
  NO_STREAM,
  StreamNotFoundError,
  NotLeaderError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { all, event, events, NOBODY, streamName } from './client.js';
import { LoopbackServer } from './loopback.js';

const credentials = NOBODY;

describe('A client of EventStoreDB', () => {
  const open: { close(): Promise<unknown> }[] = [];
  const started = async () => {
    const server = await LoopbackServer.start();
    open.push({ close: () => server.stop() });
    return server;
  };
  const clientOf = (url: string) => {
    const client = EventStoreDBClient.connectionString(url);
    open.push({ close: () => client.dispose() });
    return client;
  };
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  it('is sent to the leader by a node that is none: the call fails, the next one goes there', async () => {
    const [follower, leader] = [await started(), await started()];
    await follower.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.port });
    const client = clientOf(follower.url);
    const append = () => client.appendToStream(streamName(), [event()], { credentials, requiresLeader: true });
    const error: unknown = await append().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotLeaderError);
    expect((error as NotLeaderError).leader).toEqual({ address: '127.0.0.1', port: leader.port });
    await append();
  });

  it('has its append passed on by a node that does not lead, where it does not insist on the leader', async () => {
    const [follower, leader] = [await started(), await started()];
    await follower.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.port });
    const [stream, sent] = [streamName(), events(2)];
    const append = (expectedRevision: typeof NO_STREAM | bigint) =>
      clientOf(follower.url).appendToStream(stream, sent, { credentials, expectedRevision });
    expect((await append(NO_STREAM)).nextExpectedRevision).toBe(1n);
    expect((await all(clientOf(leader.url).readStream(stream))).map(({ event: one }) => one?.id)).toEqual(sent.map(({ id }) => id));
    await expect(append(7n)).rejects.toThrow(WrongExpectedVersionError);
    // What it holds itself it shows to everybody who does not insist: here nothing.
    await expect(all(clientOf(follower.url).readStream(stream))).rejects.toThrow(StreamNotFoundError);
    await expect(all(clientOf(follower.url).readStream(stream, { requiresLeader: true }))).rejects.toThrow(NotLeaderError);
  });

  it('is sent to the leader by a node that only reads, whether it insists or not', async () => {
    const [replica, leader] = [await started(), await started()];
    await replica.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.port, replica: true });
    await expect(clientOf(replica.url).appendToStream(streamName(), [event()], { credentials })).rejects.toThrow(NotLeaderError);
  });

  it('finds once what was sent a second time while the first was taken and not yet on enough disks', async () => {
    const server = await started();
    const client = clientOf(server.url);
    const [stream, sent] = [streamName(), events(2)];
    const append = (deadline: number) => client.appendToStream(stream, sent, { credentials, expectedRevision: NO_STREAM, deadline });
    await server.attack({ kind: 'hold-commits' });
    for (let times = 0; times < 2; times += 1) await expect(append(300)).rejects.toThrow(DeadlineExceededError);
    await server.attack(null);
    expect((await append(10_000)).nextExpectedRevision).toBe(1n);
    expect(await all(client.readStream(stream))).toHaveLength(2);
  });

  it('hears from a server that is not ready that it is unavailable', async () => {
    const server = await started();
    await server.attack({ kind: 'refuse', times: 1 });
    const client = clientOf(server.url);
    await expect(client.appendToStream(streamName(), [event()], { credentials })).rejects.toThrow(UnavailableError);
    await client.appendToStream(streamName(), [event()], { credentials });
  });

  it('hears that a write timed out when nobody knows whether it was written, and finds it when it sends it again', async () => {
    const server = await started();
    await server.attack({ kind: 'time-out', times: 1 });
    const client = clientOf(server.url);
    const [stream, sent] = [streamName(), events(2)];
    const append = () => client.appendToStream(stream, sent, { credentials, expectedRevision: NO_STREAM });
    await expect(append()).rejects.toThrow('10 ABORTED: Operation timed out');
    expect((await append()).nextExpectedRevision).toBe(1n);
    expect(await all(client.readStream(stream))).toHaveLength(2);
  });

  it('passes over a leader that the nodes call dead', async () => {
    const [one, leader] = [await started(), await started()];
    const cluster = [
      { host: '127.0.0.1', port: 1, state: 'LEADER' as const, alive: false },
      { host: '127.0.0.1', port: leader.port, state: 'LEADER' as const },
    ];
    await Promise.all([one.members(cluster), leader.members(cluster)]);
    const stream = streamName();
    await clientOf(`esdb://127.0.0.1:${one.port},127.0.0.1:${leader.port}?tls=false`).appendToStream(stream, [event()], { credentials });
    expect(await all(clientOf(leader.url).readStream(stream))).toHaveLength(1);
  });

  it('asks the nodes it was given who leads, and goes there', async () => {
    const [one, leader] = [await started(), await started()];
    const cluster = [
      { host: '127.0.0.1', port: one.port, state: 'FOLLOWER' as const },
      { host: '127.0.0.1', port: leader.port, state: 'LEADER' as const },
    ];
    await Promise.all([one.members(cluster), leader.members(cluster)]);
    const stream = streamName();
    await clientOf(`esdb://127.0.0.1:${one.port},127.0.0.1:${leader.port}?tls=false`).appendToStream(stream, [event()], { credentials });
    expect(await all(clientOf(leader.url).readStream(stream))).toHaveLength(1);
  });
});

describe('The test server', () => {
  it('holds after a kill what it had acknowledged, and recognises what is sent again by its revision', async () => {
    const server = await LoopbackServer.start();
    let client = EventStoreDBClient.connectionString(server.url);
    const [stream, sent] = [streamName(), events(3)];
    const first = await client.appendToStream(stream, sent, { credentials, expectedRevision: NO_STREAM });
    await server.restart();
    await client.dispose();
    client = EventStoreDBClient.connectionString(server.url);
    expect(await client.appendToStream(stream, sent, { credentials, expectedRevision: NO_STREAM })).toEqual(first);
    expect((await all(client.readStream(stream))).map(({ event: one }) => one?.id)).toEqual(sent.map(({ id }) => id));
    await expect(client.appendToStream(stream, events(1), { credentials, expectedRevision: NO_STREAM })).rejects.toThrow(
      WrongExpectedVersionError,
    );
    await client.dispose();
    await server.stop();
  });

  it('forgets at a restart the ids of appends that named no revision: those it writes once more', async () => {
    const server = await LoopbackServer.start();
    let client = EventStoreDBClient.connectionString(server.url);
    const [stream, sent] = [streamName(), events(1)];
    await client.appendToStream(stream, sent, { credentials });
    expect((await client.appendToStream(stream, sent, { credentials })).nextExpectedRevision).toBe(0n);
    await server.restart();
    await client.dispose();
    client = EventStoreDBClient.connectionString(server.url);
    expect((await client.appendToStream(stream, sent, { credentials })).nextExpectedRevision).toBe(1n);
    await client.dispose();
    await server.stop();
  });

  it('forgets the id of an event when as many others came behind it as it remembers: where no revision was named, it writes it once more', async () => {
    const server = await LoopbackServer.start({ remembered: 100 });
    const client = EventStoreDBClient.connectionString(server.url);
    const [stream, sent] = [streamName(), events(1)];
    const again = async () => (await client.appendToStream(stream, sent, { credentials })).nextExpectedRevision;
    await again();
    await client.appendToStream(streamName(), events(99), { credentials });
    expect(await again()).toBe(0n);
    await client.appendToStream(streamName(), events(1), { credentials });
    expect(await again()).toBe(1n);
    await client.dispose();
    await server.stop();
  });
});
