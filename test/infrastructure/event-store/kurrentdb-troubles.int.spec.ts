import { jest } from '@jest/globals';
import { pause } from '../../../src/application/shared/pause.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { Connection } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { KurrentEventStore } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { Reader } from '../../../src/infrastructure/eventstore/kurrentdb/reader.js';
import { listeningTo } from '../../../src/infrastructure/eventstore/kurrentdb/tail.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { allOf, appendOf, bodies, Collector, identity, newStream, persistently, plain, written } from './samples.js';
import { openLoopbackStore } from './kurrentdb.js';

type Opened = Awaited<ReturnType<typeof openLoopbackStore>>;
/** Long enough for a loaded machine, short enough to wait for. */
const PATIENCE_MS = 1_500;
/** All but the timers that a patience is made of. */
const UNTOUCHED = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;

describe('The store on EventStoreDB, when the server or the network does wrong,', () => {
  let opened: Opened;
  let store: Opened['store'];
  let server: Opened['server'];
  beforeEach(async () => {
    opened = await openLoopbackStore({}, { patienceMs: PATIENCE_MS });
    ({ store, server } = opened);
    // The clock of the cluster is known: what goes wrong from now on concerns the append itself.
    await written(store, appendOf(newStream(), NO_STREAM));
  });
  afterEach(() => opened.close());
  const countOf = async (stream: ReturnType<typeof newStream>): Promise<number> => (await persistently(() => store.read(stream))).length;

  it('acknowledges once an append that was written and whose answer was lost with the connection', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    await server.attack({ kind: 'hold-answers', times: 1 });
    const happened = server.happened('hold-answers');
    const outcome = store.append(append);
    await happened;
    opened.network.cut();
    expect(await outcome).toMatchObject({ outcome: 'written', revision: 1 });
    expect((await store.read(append.stream)).map(plain)).toEqual(append.events.map(plain));
  });

  it('sends the same bytes again when an answer does not come in time', async () => {
    const append = appendOf(newStream(), NO_STREAM);
    await server.attack({ kind: 'hold-answers', times: 1 });
    expect(await store.append(append)).toMatchObject({ outcome: 'written', revision: 0 });
    expect(await countOf(append.stream)).toBe(1);
  });

  it('sends the same bytes again when the server does not know itself whether it wrote them', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    await server.attack({ kind: 'time-out', times: 1 });
    expect(await store.append(append)).toMatchObject({ outcome: 'written', revision: 1 });
    expect(await countOf(append.stream)).toBe(2);
  });

  it('promises nothing when no answer ever comes, and finds its bytes when they are sent again', async () => {
    const append = appendOf(newStream(), NO_STREAM);
    await server.attack({ kind: 'hold-answers' });
    await expect(store.append(append)).rejects.toThrow(StoreUnavailable);
    await server.attack(null);
    expect(await store.append(append)).toMatchObject({ outcome: 'written', revision: 0 });
    expect(await countOf(append.stream)).toBe(1);
  });

  it('waits for the event that made a conflict when it is not shown yet, and then tells of it', async () => {
    const stream = newStream();
    await server.attack({ kind: 'hold-commits' });
    const outcomes = Promise.all([store.append(appendOf(stream, NO_STREAM)), store.append(appendOf(stream, NO_STREAM))]);
    await pause(500);
    await server.attack(null);
    const told = (await outcomes).map(({ outcome }) => outcome);
    expect(told.sort()).toEqual(['conflict', 'written']);
    expect(await countOf(stream)).toBe(1);
  });

  it('says what it did not find when that is never shown, and promises nothing', async () => {
    const appends = [appendOf(newStream(), NO_STREAM)];
    appends.push(appendOf(appends[0]!.stream, NO_STREAM));
    await server.attack({ kind: 'hold-commits' });
    const outcomes = appends.map((append) => store.append(append).catch((error: unknown) => error));
    const first = await Promise.race(outcomes);
    expect(first).toBeInstanceOf(StoreUnavailable);
    expect((first as Error).message).toBe('the event store refuses an append for an event that it does not show');
    await server.attack(null);
    expect(await Promise.all(outcomes)).toContainEqual(expect.objectContaining({ outcome: 'written' }));
  });

  it('keeps its connection however many streams are asked for that are not there', async () => {
    for (let wave = 0; wave < 3; wave += 1) {
      const found = await store.readMany(Array.from({ length: 1_000 }, newStream));
      expect([...found.values()].flat()).toEqual([]);
    }
  });

  it('keeps its connection however long several follow what comes', async () => {
    const troubles: string[] = [];
    const watched = new KurrentEventStore({ url: opened.url, account: null }, { report: ({ message }) => troubles.push(message) });
    const after = await store.head();
    const followers = (['space', 'record', undefined] as const).map((category) => {
      const seen = new Collector();
      return { seen, subscription: watched.subscribe(after, category === undefined ? [] : [category], seen.handle) };
    });
    for (let n = 0; n < 400; n += 1) {
      const { position } = await written(store, appendOf(newStream(n % 2 === 0 ? 'space' : 'record'), NO_STREAM));
      await Promise.all(followers.map(({ seen }) => seen.reached(position)));
    }
    expect(followers.map(({ seen }) => seen.events.length)).toEqual([200, 200, 400]);
    expect(troubles).toEqual([]);
    await watched.close();
  });

  it('tells a caller of a silent server once its patience is over, and not later, whatever he asked', async () => {
    await server.attack({ kind: 'mute' });
    // The patience passes when the test says so, however slow the machine is; everything else goes on by itself.
    jest.useFakeTimers({ doNotFake: [...UNTOUCHED] });
    try {
      const append = store.append(appendOf(newStream(), NO_STREAM));
      const [sent, ...questions] = [append, store.read(newStream()), store.head(), store.at(4n), allOf(store, 0n)].map(outcomeNow);
      await jest.advanceTimersByTimeAsync(PATIENCE_MS);
      for (const now of questions) expect(await now()).toBeInstanceOf(StoreUnavailable);
      // Two more sendings of the append, and the pauses before them.
      await jest.advanceTimersByTimeAsync(2 * PATIENCE_MS + 50 + 100);
      expect(await sent?.()).toBeInstanceOf(StoreUnavailable);
    } finally {
      // Whoever still waits is let go: closing the store would wait for him.
      await jest.advanceTimersByTimeAsync(40 * PATIENCE_MS);
      jest.useRealTimers();
    }
    await server.attack(null);
    await written(store, appendOf(newStream(), NO_STREAM));
  });

  it('gives each of many appends its own outcome when the server falls silent in the middle', async () => {
    await server.attack({ kind: 'mute', methods: ['append'], times: 4 });
    const appends = Array.from({ length: 12 }, () => appendOf(newStream(), NO_STREAM));
    const outcomes = await store.appendMany(appends);
    expect(outcomes.every((one) => one instanceof StoreUnavailable || one.outcome === 'written')).toBe(true);
    await server.attack(null);
    for (const [n, { stream }] of appends.entries()) if (!(outcomes[n] instanceof Error)) expect(await countOf(stream)).toBe(1);
  });

  it('follows a node that does not lead to the one that does, and stays there', async () => {
    const leader = await openLoopbackStore();
    try {
      const [sent, later] = [appendOf(newStream(), NO_STREAM), appendOf(newStream(), NO_STREAM)];
      await server.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.server.port });
      await written(store, sent);
      // From now on the first one would take it.
      await server.attack(null);
      await written(store, later);
      const first = new KurrentEventStore({ url: opened.url, account: null }, { report: () => undefined });
      for (const { stream, events } of [sent, later]) {
        expect((await leader.store.read(stream)).map(plain)).toEqual(events.map(plain));
        expect(await first.read(stream)).toEqual([]);
      }
      await first.close();
    } finally {
      await leader.close();
    }
  });

  it('tries again where the server is not ready', async () => {
    await server.attack({ kind: 'refuse', methods: ['append'], times: 2 });
    expect(await store.append(appendOf(newStream(), NO_STREAM))).toMatchObject({ outcome: 'written' });
  });

  it('never takes the beginning of a stream for the whole when the connection breaks in the middle of it', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(50));
    await written(store, append);
    await server.attack({ kind: 'hold-reads', events: 20, times: 1 });
    const happened = server.happened('hold-reads');
    const reading = store.read(append.stream);
    const failed = expect(reading).rejects.toThrow(StoreUnavailable);
    await happened;
    opened.network.cut();
    await failed;
    expect(await persistently(() => store.read(append.stream))).toHaveLength(50);
  });

  it('never takes the beginning of a stream for the whole when the store is closed in the middle of it', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(50));
    await written(store, append);
    await server.attack({ kind: 'hold-reads', events: 20, times: 1 });
    const happened = server.happened('hold-reads');
    const failed = expect(store.read(append.stream)).rejects.toThrow(StoreUnavailable);
    await happened;
    await store.close();
    await failed;
  });

  it('hands over everything once, in order, to a subscriber whose connection breaks in the middle of a batch', async () => {
    const after = await store.head();
    for (let n = 0; n < 5; n += 1) await written(store, appendOf(newStream(), NO_STREAM, bodies(20, 2_000)));
    const last = await store.head();
    await server.attack({ kind: 'hold-reads', events: 30, times: 2 });
    const seen = new Collector();
    const happened = server.happened('hold-reads');
    const subscription = store.subscribe(after, ['space'], seen.handle);
    await happened;
    opened.network.cut();
    await seen.reached(last);
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after)).map(identity));
  });

  it('brings a subscriber back by itself after the network was silent, and after the server was killed', async () => {
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    await seen.reached((await written(store, appendOf(newStream(), NO_STREAM))).position);
    opened.network.mute();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    opened.network.cut();
    await seen.reached((await persistently(() => written(store, appendOf(newStream(), NO_STREAM)))).position);
    await server.restart();
    const { position } = await eventually(() => written(store, appendOf(newStream(), NO_STREAM)));
    await seen.reached(position);
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after)).map(identity));
  });

  it('loses and doubles nothing that it acknowledged while the server is killed under load', async () => {
    const appends = Array.from({ length: 120 }, () => appendOf(newStream(), NO_STREAM, bodies(2)));
    const sending = appends.map((append) => store.append(append).catch((error: unknown) => error));
    await Promise.race(sending);
    await server.restart();
    const outcomes = await Promise.all(sending);
    for (const [n, outcome] of outcomes.entries()) {
      const append = appends[n]!;
      const there = await eventually(() => store.read(append.stream));
      if (!(outcome instanceof Error)) expect(there.map(plain)).toEqual(append.events.map(plain));
      else expect([0, 2]).toContain(there.length);
    }
  });
});

describe('A connection to a cluster', () => {
  it('outlives that all nodes die, also where one is being looked for when the last call on the old one dies', async () => {
    const nodes = [await LoopbackServer.start(), await LoopbackServer.start()];
    const [leader] = nodes as [LoopbackServer];
    const tell = (alive: boolean) => {
      const members = nodes.map(
        ({ port }) => ({ host: '127.0.0.1', port, alive, state: port === leader.port ? 'LEADER' : 'FOLLOWER' }) as const,
      );
      return Promise.all(nodes.map((node) => node.members(members)));
    };
    await tell(true);
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const connection = new Connection({ url: `esdb://${hosts}?tls=false`, account: null }, 10_000);
    const reader = new Reader(connection);
    try {
      const tail = listening(connection);
      await tail.connected;
      // The connection is given up while the tail still hangs on it, and no other one is found.
      await tell(false);
      await leader.attack({ kind: 'refuse', methods: ['read'], times: 1 });
      await expect(reader.head()).rejects.toThrow(StoreUnavailable);
      const looking = expect(reader.head()).rejects.toThrow(StoreUnavailable);
      await Promise.all(nodes.map((node) => node.kill()));
      await expect(tail.over).rejects.toThrow();
      await looking;
      // A rejection that nobody handles would be told by now, and fail this test.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(nodes.map((node) => node.restart()));
      await tell(true);
      expect(await eventually(() => reader.head())).toBe(0n);
    } finally {
      await connection.close();
      await Promise.all(nodes.map((node) => node.stop()));
    }
  });
});

/** Listens to the end of the log until that breaks. */
function listening(connection: Connection) {
  let over: Promise<void> = Promise.resolve();
  const connected = new Promise<void>((resolve) => {
    over = listeningTo(connection)({ connected: resolve, heard: () => undefined, closing: new AbortController().signal });
    void Promise.allSettled([over]);
  });
  return { connected, over };
}

/** Asks what has become of the work by now: its value, its error, or that it is still under way. */
function outcomeNow(work: Promise<unknown>): () => Promise<unknown> {
  const outcome = work.catch((error: unknown) => error);
  return () => Promise.race([outcome, new Promise((resolve) => setImmediate(resolve, 'still under way'))]);
}

/** While a server starts again. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || performance.now() > end) throw error;
    }
}
