import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, EventStoreDBClient, jsonEvent, START, type Credentials } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificates } from './certificates.js';
import { all, event, streamName } from './client.js';
import { LoopbackServer } from './loopback.js';

const ADMIN = { username: 'admin', password: 'the password of the administrators' };
const WRITER = { username: 'mes', password: 'the password of the application' };

describe('A server with TLS', () => {
  let folder: string;
  let server: LoopbackServer;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    const { ca, ...tls } = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'mes-ca-'));
    await writeFile(join(folder, 'ca.crt'), ca);
    server = await LoopbackServer.start({
      tls,
      users: { admin: { password: ADMIN.password, groups: ['$admins'] }, mes: { password: WRITER.password } },
    });
    client = EventStoreDBClient.connectionString(`${server.url}&tlsCAFile=${join(folder, 'ca.crt')}`);
  });
  afterAll(async () => {
    await client.dispose();
    await server.stop();
    await rm(folder, { recursive: true });
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
    expect(await everything(ADMIN)).toHaveLength(1);
    await client.setStreamMetadata('$all', { acl: { readRoles: ['$admins', 'mes'] } }, { credentials: ADMIN });
    expect(await everything(WRITER)).toHaveLength(1);
  });

  it('follows the access list of a stream', async () => {
    const stream = streamName();
    await client.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } }, { credentials: ADMIN });
    await expect(append(stream, WRITER)).rejects.toThrow(AccessDeniedError);
    await append(stream, ADMIN);
  });

  it('follows it also where appends of many callers share one stream of messages, and refuses nobody else', async () => {
    const stream = streamName();
    await client.setStreamMetadata(stream, { acl: { writeRoles: ['$admins'] } }, { credentials: ADMIN });
    const { username, password } = WRITER;
    const url = server.url.replace('esdb://', `esdb://${username}:${encodeURIComponent(password)}@`);
    const sharing = EventStoreDBClient.connectionString(`${url}&tlsCAFile=${join(folder, 'ca.crt')}`);
    const [refused, fine] = await Promise.allSettled([stream, streamName()].map((one) => sharing.appendToStream(one, [event()])));
    await sharing.dispose();
    expect(refused).toMatchObject({ reason: expect.any(AccessDeniedError) });
    expect(fine).toMatchObject({ status: 'fulfilled' });
  });

  it('follows the list for all streams of users: an application may write and read, and change no metadata', async () => {
    const acl = { $r: 'mes', $w: 'mes', $d: '$admins', $mr: 'mes', $mw: '$admins' };
    const settings = jsonEvent({ type: 'update-default-acl', data: { $userStreamAcl: acl } });
    await client.appendToStream('$settings', [settings], { credentials: ADMIN });
    const stream = streamName();
    await append(stream, WRITER);
    await expect(client.setStreamMetadata(stream, { truncateBefore: 1 }, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
    await expect(client.deleteStream(stream, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
    await expect(client.tombstoneStream(stream, { credentials: WRITER })).rejects.toThrow(AccessDeniedError);
  });

  it('is not believed by whoever does not know its authority', async () => {
    const stranger = EventStoreDBClient.connectionString(server.url);
    await expect(stranger.appendToStream(streamName(), [event()], { credentials: WRITER, deadline: 2_000 })).rejects.toThrow();
    await stranger.dispose();
  });
});
