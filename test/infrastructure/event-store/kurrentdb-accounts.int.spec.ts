import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { NotCertified } from '../../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { canonicalJson } from '../../../src/infrastructure/eventstore/canonical-json.js';
import { partOf } from '../../../src/infrastructure/eventstore/certificate.js';
import { KurrentEventStore } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { makeCertificates } from '../../kurrentdb/certificates.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { allOf, appendOf, bodies, identity, newStream, plain, written } from './samples.js';

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

  describe('remove a stream', () => {
    const AUDIT: StreamName = 'audit-202611-test';
    const stream = async () => {
      const append = appendOf(newStream(), NO_STREAM, bodies(3));
      await written(store, append);
      return append.stream;
    };
    const certify = async (...streams: readonly StreamName[]) => {
      const parts = await Promise.all(streams.map(async (one) => partOf(await store.read(one))));
      const body = canonicalJson({ t: 'SpaceDestroyed', tv: 1, m: {}, d: { ground: 'ERASURE', parts } });
      const expected = (await store.read(AUDIT)).length - 1;
      const { revision } = await written(store, appendOf(AUDIT, expected, [Buffer.concat([Buffer.of(0), Buffer.from(body)])]));
      return { stream: AUDIT, rev: revision };
    };

    it('under a certificate of its events; its neighbours stay, and the log goes on', async () => {
      const [gone, stays] = [await stream(), await stream()];
      const certificate = await certify(gone, stays);
      expect(await store.purge(gone, certificate)).toBe(3);
      expect(await store.read(gone)).toEqual([]);
      expect(await store.read(stays)).toHaveLength(3);
      const next = appendOf(newStream(), NO_STREAM);
      await written(store, next);
      expect((await allOf(store, 0n)).map(identity)).toContain(`${next.stream}@0`);
      await expect(store.append(appendOf(gone, NO_STREAM))).rejects.toThrow(StoreUnavailable);
    });

    it('once: asked again, there is nothing left to remove', async () => {
      const gone = await stream();
      const certificate = await certify(gone);
      expect([await store.purge(gone, certificate), await store.purge(gone, certificate)]).toEqual([3, 0]);
    });

    it('never under a certificate of other events, of fewer of them, or under none', async () => {
      const [kept, other] = [await stream(), await stream()];
      const early = await certify(kept);
      await written(store, appendOf(kept, 2));
      const foreign = await certify(other);
      for (const place of [early, foreign, { stream: AUDIT, rev: 999 }, { stream: kept, rev: 0 }])
        await expect(store.purge(kept, place)).rejects.toThrow(NotCertified);
      expect(await store.read(kept)).toHaveLength(4);
    });

    it('never by the account that writes', async () => {
      const kept = await stream();
      const certificate = await certify(kept);
      const writer = storeOf(ACCOUNT);
      await expect(writer.purge(kept, certificate)).rejects.toThrow('does not let this account in');
      await writer.close();
      expect(await store.read(kept)).toHaveLength(3);
    });
  });
});
