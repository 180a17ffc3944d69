import { AccessDeniedError, EventStoreDBClient, jsonEvent, START, type Credentials } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { all, event, streamName } from './client.js';
import { startOverTls } from './over-tls.js';

const WRITER = { username: 'mes', password: 'the password of the application' };

describe('A server with TLS', () => {
  let its: Awaited<ReturnType<typeof startOverTls>>;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    its = await startOverTls({ mes: { password: WRITER.password } });
    client = EventStoreDBClient.connectionString(its.url);
  });
  afterAll(async () => {
    await client.dispose();
    await its.stop();
  });
  const append = (stream: string, credentials: Credentials) => client.appendToStream(stream, [event()], { credentials });

  it('lets whoever has an account write and read streams of users', async () => {
    const stream = streamName();
    await append(stream, WRITER);
    expect(await all(client.readStream(stream, { credentials: WRITER }))).toHaveLength(1);
  });

  it.each([
    ['a wrong password', { username: 'mes', password: 'wrong' }],
    ['a name that nobody has', { username: 'nobody', password: 'none' }],
  ])('refuses %s', async (_, credentials) => {
    await expect(append(streamName(), credentials)).rejects.toThrow(AccessDeniedError);
  });

  it('lets nobody in without a name', async () => {
    await expect(all(client.readStream(streamName()))).rejects.toThrow(AccessDeniedError);
  });

  it('keeps everything and its own streams for administrators, until it is told otherwise', async () => {
    const everything = (credentials: Credentials) => all(client.readAll({ credentials, fromPosition: START, maxCount: 1 }));
    await expect(everything(WRITER)).rejects.toThrow(AccessDeniedError);
    expect(await everything(its.admin)).toHaveLength(1);
    await client.setStreamMetadata('$all', { acl: { readRoles: ['$admins', 'mes'] } }, { credentials: its.admin });
    expect(await everything(WRITER)).toHaveLength(1);
  });

  it('follows the access list of a stream', async () => {
    const stream = streamName();
    await client.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } }, { credentials: its.admin });
    await expect(append(stream, WRITER)).rejects.toThrow(AccessDeniedError);
    await append(stream, its.admin);
  });

  it('follows it also where appends of many callers share one stream of messages, and refuses nobody else', async () => {
    const stream = streamName();
    await client.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } }, { credentials: its.admin });
    const { username, password } = WRITER;
    const url = its.url.replace('esdb://', `esdb://${username}:${encodeURIComponent(password)}@`);
    const sharing = EventStoreDBClient.connectionString(url);
    const [refused, fine] = await Promise.allSettled([stream, streamName()].map((one) => sharing.appendToStream(one, [event()])));
    await sharing.dispose();
    expect(refused).toMatchObject({ reason: expect.any(AccessDeniedError) });
    expect(fine).toMatchObject({ status: 'fulfilled' });
  });

  it('follows the list for all streams of users: an application may write and read, and change no metadata', async () => {
    const acl = { $r: 'mes', $w: 'mes', $d: '$admins', $mr: 'mes', $mw: '$admins' };
    const settings = jsonEvent({ type: 'update-default-acl', data: { $userStreamAcl: acl } });
    await client.appendToStream('$settings', [settings], { credentials: its.admin });
    const stream = streamName();
    await append(stream, WRITER);
    await expect(client.setStreamMetadata(stream, { truncateBefore: 1 }, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
    await expect(client.deleteStream(stream, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
    await expect(client.tombstoneStream(stream, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
  });

  it('is not believed by whoever does not know its authority', async () => {
    const stranger = EventStoreDBClient.connectionString(its.server.url);
    await expect(stranger.appendToStream(streamName(), [event()], { credentials: WRITER, deadline: 2_000 })).rejects.toThrow();
    await stranger.dispose();
  });
});
