import { NotCertified, type CertificatePlace, type EventBytes, type EventStore } from '../../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { canonicalJson } from '../../../src/infrastructure/eventstore/canonical-json.js';
import { partOf } from '../../../src/infrastructure/eventstore/certificate.js';
import { allOf, appendOf, bodies, identity, newStream, written, type OpenedStore } from './samples.js';

/** What a purge promises. */
export const purgingRules = (open: () => OpenedStore): void => {
  let opened: OpenedStore;
  let store: EventStore;
  /** Where the certificates of these tests lie. */
  const audit = newStream('audit');
  beforeEach(() => {
    opened = open();
    store = opened.store;
  });

  /** A stream that nobody can read any more. */
  const dead = async (events = 3): Promise<StreamName> => {
    const append = appendOf(newStream(), NO_STREAM, bodies(events));
    await written(store, append);
    await opened.destroyKeys(append.events);
    return append.stream;
  };
  /** A clear certificate that names exactly what lies in these streams now. */
  const certify = async (...streams: readonly StreamName[]): Promise<CertificatePlace> =>
    certifying(...(await Promise.all(streams.map((one) => store.read(one)))));
  const certifying = async (...events: readonly (readonly EventBytes[])[]): Promise<CertificatePlace> => {
    const parts = events.map(partOf);
    const body = canonicalJson({ t: 'SpaceDestroyed', tv: 1, m: {}, d: { ground: 'ERASURE', parts } });
    const expected = (await store.read(audit)).length - 1;
    const { revision } = await written(store, appendOf(audit, expected, [Buffer.concat([Buffer.of(0), Buffer.from(body)])]));
    return { stream: audit, rev: revision };
  };

  it('removes exactly the events that a certificate covers, once; the streams beside them stay', async () => {
    const [gone, stays] = [await dead(), await dead()];
    const certificate = await certify(gone, stays);
    expect([await store.purge(gone, certificate), await store.purge(gone, certificate)]).toEqual([3, 0]);
    const there = [...(await store.readMany([gone, stays]))].map(([name, events]) => [name, events.length]);
    expect(there).toEqual([
      [gone, 0],
      [stays, 3],
    ]);
  });

  it.each([
    ['of another stream', async () => certify(await dead())],
    ['of one event less', async (stream: StreamName) => certifying((await store.read(stream)).slice(0, -1))],
    ['of one event more', async (stream: StreamName) => certifying([...(await store.read(stream)), ...appendOf(stream, 2).events])],
    ['that lies nowhere', async () => ({ stream: audit, rev: 999 })],
    ['that is an event of the stream itself', async (stream: StreamName) => ({ stream, rev: 0 })],
  ])('removes nothing under a certificate %s', async (_, certificate: (stream: StreamName) => Promise<CertificatePlace>) => {
    const stream = await dead();
    await expect(store.purge(stream, await certificate(stream))).rejects.toThrow(NotCertified);
    expect(await store.read(stream)).toHaveLength(3);
  });

  it('removes nothing where one event came since the certificate', async () => {
    const stream = await dead();
    const early = await certify(stream);
    const late = appendOf(stream, 2);
    await written(store, late);
    await opened.destroyKeys(late.events);
    await expect(store.purge(stream, early)).rejects.toThrow(NotCertified);
    expect(await store.read(stream)).toHaveLength(4);
  });

  it('lets nobody begin anew what is gone, nor write behind it or in its midst, alone or among others, and shows nothing of it by its name', async () => {
    const stream = await dead();
    await store.purge(stream, await certify(stream));
    for (const last of [NO_STREAM, 0, 1, 2, 3]) {
      await expect(store.append(appendOf(stream, last))).rejects.toThrow(StoreUnavailable);
      const [late, beside] = await store.appendMany([appendOf(stream, last), appendOf(newStream(), NO_STREAM)]);
      expect(late).toBeInstanceOf(StoreUnavailable);
      expect(beside).toMatchObject({ outcome: 'written' });
    }
    expect([await store.read(stream), await store.read(stream, 2)]).toEqual([[], []]);
    expect(await store.readMany([stream])).toEqual(new Map([[stream, []]]));
  });

  it('leaves a hole over which everything can be read, and does not give its positions again', async () => {
    const after = await store.head();
    const [before, gone, behind] = [await dead(), await dead(), await dead()];
    const places = (await store.read(gone)).map(({ position }) => position);
    await store.purge(gone, await certify(gone));
    const next = await dead();
    const all = await allOf(store, after, ['space']);
    const stays = [before, behind, next].flatMap((stream) => [0, 1, 2].map((rev) => `${stream}@${rev}`));
    expect(all.map(identity).filter((one) => !one.startsWith(gone))).toEqual(stays);
    const given = all.filter(({ stream }) => stream !== gone).map(({ position }) => position);
    expect(given.filter((position) => places.includes(position))).toEqual([]);
  });
};
