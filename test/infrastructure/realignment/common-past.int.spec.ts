import type { EventStore, StoredEvent } from '../../../src/application/shared/event-store.js';
import { KurrentEventStore } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { leafHash } from '../../../src/infrastructure/eventstore/leaf.js';
import { commonPast } from '../../../src/infrastructure/realignment/common-past.js';
import { LoopbackServer, takenOut, type DiskRecord } from '../../kurrentdb/loopback.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { fill, sealOn } from '../../support/sealing.js';
import { eventually } from '../../support/read-side.js';
import { allOf } from '../event-store/samples.js';

const STREAMS = 150;
const KEPT = 200;

describe('Up to where a log is the one that was sealed', () => {
  let database: TestDatabase;
  let server: LoopbackServer;
  let seal: ReturnType<typeof sealOn>;
  let sealed: readonly StoredEvent[];
  let whole: readonly DiskRecord[];

  const onStore = async <T>(work: (store: EventStore) => Promise<T>): Promise<T> => {
    const store = new KurrentEventStore({ url: server.url, account: null });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const found = (met: readonly StoredEvent[] = [], tree: Parameters<typeof commonPast>[0]['sealed'] = seal.tree) =>
    onStore((store) =>
      commonPast(
        { store, sealed: tree, pool: seal.pools.pool('mes_projector') },
        met.map((event) => ({ position: event.position, leaf: leafHash(event) })),
      ),
    );
  const eventAt = (index: number): StoredEvent => sealed[index] as StoredEvent;
  const isRecordOf = (event: StoredEvent) => (record: DiskRecord) => record.stream === event.stream && Number(record.rev) === event.rev;
  const cutBehind = (index: number) => server.forge(() => whole.slice(0, whole.findIndex(isRecordOf(eventAt(index))) + 1));
  const isEvent = (index: number) => ({ stream: eventAt(index).stream, rev: eventAt(index).rev, position: eventAt(index).position });

  beforeAll(async () => {
    database = await freshDatabase();
    server = await LoopbackServer.start();
    await onStore(async (store) => {
      await fill(store, STREAMS);
      sealed = await allOf(store, 0n);
      seal = sealOn(database.url, store);
      seal.sealer.start();
      await eventually(async () => expect((await seal.tree.head()).size).toBe(sealed.length));
      await seal.sealer.stop();
    });
    whole = await server.records();
  });
  afterEach(() => server.forge(() => whole));
  afterAll(async () => {
    await seal.close();
    await server.stop();
    await database.drop();
  });

  it('is its last event, where nothing was lost', async () => {
    expect(await found()).toMatchObject(isEvent(sealed.length - 1));
  });

  it.each([0, 1, KEPT, 255, 256, 257])('is where it was cut off: behind leaf %i', async (index) => {
    await cutBehind(index);
    expect(await found()).toMatchObject(isEvent(index));
  });

  it('is the same place when others wrote behind it, more than was lost', async () => {
    await cutBehind(KEPT);
    await onStore((store) => fill(store, STREAMS));
    expect(await found()).toMatchObject(isEvent(KEPT));
  });

  it('is an earlier one where the events before were removed under a certificate, never one behind the end', async () => {
    const gone = [KEPT - 2, KEPT - 1, KEPT].map(eventAt);
    for (const event of [...gone, eventAt(KEPT + 40)])
      await database.rows('INSERT INTO erasure.purged (position, leaf) VALUES ($1, $2)', [event.position, Buffer.from(leafHash(event))]);
    const rest = whole.slice(0, whole.findIndex(isRecordOf(eventAt(KEPT + 1))) + 1);
    await server.forge(() => takenOut(rest, (record) => gone.some((event) => isRecordOf(event)(record))));
    expect(await found()).toMatchObject(isEvent(KEPT + 1));
    await server.forge((records) => records.slice(0, -1));
    expect(await found()).toMatchObject(isEvent(KEPT - 3));
    await database.rows('DELETE FROM erasure.purged');
  });

  it('is a later event that a reader met and that is there, whatever is sealed; none where nobody knows', async () => {
    const nothing = { head: async () => ({ ...(await seal.tree.head()), size: 0 }), leafTiles: seal.tree.leafTiles.bind(seal.tree) };
    await cutBehind(KEPT);
    expect(await found([eventAt(KEPT + 5), eventAt(KEPT - 5), eventAt(3)], nothing)).toMatchObject(isEvent(KEPT - 5));
    expect(await found([eventAt(KEPT + 5)], nothing)).toBeNull();
  });
});
