import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { canonicalJson } from '../../../src/infrastructure/eventstore/canonical-json.js';
import { partOf } from '../../../src/infrastructure/eventstore/certificate.js';
import { KurrentEventStore } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { makeCertificates } from '../../kurrentdb/certificates.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { allOf, appendOf, bodies, newStream, plain, written } from './samples.js';

const ACCOUNT = { username: 'mes', password: 'the password of the application' };
const ERASER = { username: 'mes-eraser', password: 'the password of whoever may end streams' };
const ADMIN = { username: 'admin', password: 'the password of the administrators' };
const committed = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(process.cwd(), 'deploy/kurrentdb', name), 'utf8')) as Record<string, unknown>;

/** With the documents that are written into every server of ours. */
describe('A server with TLS and accounts', () => {
  let folder: string;
  let server: LoopbackServer;
  let store: KurrentEventStore;
  const url = (): string => `${server.url}&tlsCAFile=${join(folder, 'ca.crt')}`;
  const storeOf = (account: typeof ACCOUNT | null, eraser: typeof ACCOUNT | null = null) =>
    new KurrentEventStore({ url: url(), account, eraser }, { report: () => undefined });
  beforeAll(async () => {
    const { ca, ...tls } = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'mes-ca-'));
    await writeFile(join(folder, 'ca.crt'), ca);
    const users = {
      admin: { password: ADMIN.password, groups: ['$admins'] },
      [ACCOUNT.username]: { password: ACCOUNT.password },
      [ERASER.username]: { password: ERASER.password },
    };
    server = await LoopbackServer.start({ tls, users });
    const raw = EventStoreDBClient.connectionString(url());
    const write = (stream: string, type: string, data: Record<string, unknown>) =>
      raw.appendToStream(stream, jsonEvent({ type, data }), { credentials: ADMIN });
    await write('$settings', '$settings', committed('settings.json'));
    await write('$$$all', '$metadata', committed('all-stream.json'));
    await raw.dispose();
    store = storeOf(ACCOUNT, ERASER);
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('serve the account of the application with the rights that it is given', async () => {
    const after = await store.head();
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    const { position } = await written(store, append);
    expect(await store.head()).toBe(position);
    expect((await allOf(store, after)).map(plain)).toEqual(append.events.map(plain));
  });

  it.each([
    ['nobody', null],
    ['a wrong password', { username: 'mes', password: 'wrong' }],
  ])('promise nothing to %s', async (_, who) => {
    const stranger = storeOf(who);
    await expect(stranger.append(appendOf(newStream(), NO_STREAM))).rejects.toThrow(StoreUnavailable);
    await expect(stranger.head()).rejects.toThrow('does not let this account in');
    await stranger.close();
  });

  it('end a stream by the account that does nothing else, never by the one that writes', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    await written(store, append);
    const { stream } = append;
    const parts = [partOf(await store.read(stream))];
    const body = canonicalJson({ t: 'SpaceDestroyed', tv: 1, m: {}, d: { ground: 'ERASURE', parts } });
    const certificate = appendOf(newStream('audit'), NO_STREAM, [Buffer.concat([Buffer.of(0), Buffer.from(body)])]);
    await written(store, certificate);
    const place = { stream: certificate.stream, rev: 0 };
    const writer = storeOf(ACCOUNT);
    await expect(writer.purge(stream, place)).rejects.toThrow('does not let this account in');
    await writer.close();
    expect(await store.read(stream)).toHaveLength(3);
    expect(await store.purge(stream, place)).toBe(3);
    expect(await store.read(stream)).toEqual([]);
  });
});
