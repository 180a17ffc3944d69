import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { allOf, appendOf, bodies, Collector, identity, newStream, persistently, plain, written, type OpenedStore } from './samples.js';

/** How long the stores of these rules wait for an answer, milliseconds: enough for a loaded machine. */
const PATIENCE_MS = 1_200;
/** Nobody is kept waiting for longer, whatever a store tries meanwhile. */
const LONGEST_MS = 10 * PATIENCE_MS;
/** Behind so many bytes of what the server says next: in its first word, in the first events, in the middle of an answer. */
const PLACES = [1, 2_000, 150_000, 400_000];
/** The same, and in later batches. */
const FAR_PLACES = [2_000, 400_000, 1_700_000];

/** What a store promises while the network, or the server behind it, does wrong. */
export const networkRules = (open: (patienceMs: number) => Promise<OpenedStore>): void => {
  let opened: OpenedStore;
  let store: OpenedStore['store'];
  let network: OpenedStore['network'];
  beforeEach(async () => {
    opened = await open(PATIENCE_MS);
    ({ store, network } = opened);
    // Connections are there, and what a store asks first is known: what goes wrong from now on meets a store at work.
    await written(store, appendOf(newStream(), NO_STREAM));
  });
  afterEach(async () => {
    network.heal();
    await opened.close();
  });

  /** Batches behind `after`, each taken once, in spite of errors; every error is one of the type that promises nothing. */
  const readOn = async (after: bigint): Promise<readonly StoredEvent[]> => {
    const found: StoredEvent[] = [];
    let position = after;
    await persistently(async () => {
      for await (const batch of store.readAll(position)) {
        found.push(...batch.events);
        position = batch.position;
      }
    });
    return found;
  };

  it('tells whoever asks a silent server that nothing is promised, whatever he asked, and works again when it speaks', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    const many = [appendOf(newStream(), NO_STREAM), appendOf(newStream(), NO_STREAM)];
    // As many connections as will be asked: each hears nothing on one that was whole.
    await Promise.all(Array.from({ length: 8 }, () => store.at(4n)));
    network.silence();
    const begun = performance.now();
    const asked = [
      store.append(append),
      store.read(newStream()),
      store.readMany([newStream(), newStream()]),
      store.head(),
      store.at(4n),
      allOf(store, 0n),
      store.purge(newStream(), { stream: newStream('audit'), rev: 0 }),
    ];
    const [outcomes] = await Promise.all([store.appendMany(many), ...asked.map((one) => expect(one).rejects.toThrow(StoreUnavailable))]);
    expect(outcomes).toEqual([expect.any(StoreUnavailable), expect.any(StoreUnavailable)]);
    expect(performance.now() - begun).toBeLessThan(LONGEST_MS);
    network.heal();
    for (const one of [append, ...many]) {
      await persistently(() => written(store, { ...one, heldMs: Date.now() - one.at }));
      expect((await store.read(one.stream)).map(plain)).toEqual(one.events.map(plain));
    }
  });

  it('keeps once what was written without an answer, however often it is sent again', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    network.silence('answers');
    await expect(store.append(append)).rejects.toThrow(StoreUnavailable);
    network.heal();
    const again = await persistently(() => written(store, { ...append, heldMs: Date.now() - append.at }));
    expect(await store.append(append)).toEqual({ ...again, resent: true });
    expect((await store.read(append.stream)).map(plain)).toEqual(append.events.map(plain));
  });

  it('goes on over new connections where the old ones fell silent', async () => {
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    await seen.reached((await written(store, appendOf(newStream(), NO_STREAM))).position);
    network.silence();
    await opened.troubles.more(1);
    network.heal();
    await seen.reached((await persistently(() => written(store, appendOf(newStream(), NO_STREAM)))).position);
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after)).map(identity));
  });

  it('tries less and less often while the server is away, and goes on where it stopped when that is back', async () => {
    const after = await store.head();
    for (let n = 0; n < 3; n += 1) await written(store, appendOf(newStream('record'), NO_STREAM, bodies(1_000)));
    await written(store, appendOf(newStream('passage'), NO_STREAM));
    const seen = new Collector();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const subscription = store.subscribe(after, ['record'], async (batch) => {
      await seen.handle(batch);
      await held;
    });
    await seen.until(({ batches }) => batches.length > 0);
    network.leave();
    const left = performance.now();
    release();
    // Two that try, each after 50 or 100 ms at first and twice as long each time: so many troubles take them more than a second.
    await opened.troubles.more(10);
    expect(performance.now() - left).toBeGreaterThan(1_000);
    network.heal();
    const late = await persistently(() => written(store, appendOf(newStream('record'), NO_STREAM)));
    await seen.reached(late.position);
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after, ['record'])).map(identity));
    expect(seen.events).toHaveLength(3_001);
  });

  it.each(['cut', 'silence'] as const)('never takes the beginning of an answer for the whole: %s in the middle of it', async (what) => {
    const append = appendOf(newStream(), NO_STREAM, bodies(1_000, 300));
    await written(store, append);
    for (const bytes of what === 'cut' ? PLACES : PLACES.slice(-1)) {
      const broken = network.after(bytes, what);
      await expect(store.readMany([append.stream])).rejects.toThrow(StoreUnavailable);
      await broken;
      network.heal();
      await persistently(() => store.head());
    }
    expect((await store.read(append.stream)).map(plain)).toEqual(append.events.map(plain));
  });

  it('lets whoever reads everything go on from his last batch when it breaks, wherever that is: nothing is lost or doubled', async () => {
    const after = await store.head();
    for (let n = 0; n < 4; n += 1) await written(store, appendOf(newStream(), NO_STREAM, bodies(1_000, 300)));
    const whole = (await allOf(store, after)).map(identity);
    expect(whole).toHaveLength(4_000);
    for (const bytes of FAR_PLACES) {
      const broken = network.after(bytes, 'cut');
      const found = await readOn(after);
      await broken;
      expect(found.map(identity)).toEqual(whole);
    }
    for (const bytes of FAR_PLACES) {
      const broken = network.after(bytes, 'cut');
      const seen = new Collector();
      const subscription = store.subscribe(after, ['space'], seen.handle);
      await broken;
      await seen.until(({ events }) => events.length >= whole.length);
      await subscription.stop();
      expect(seen.events.map(identity)).toEqual(whole);
    }
  });

  it('can be closed while the server is silent, and ends its subscriptions', async () => {
    const seen = new Collector();
    const subscription = store.subscribe(await store.head(), [], seen.handle);
    await seen.until(({ batches }) => batches.length > 0);
    network.silence();
    const begun = performance.now();
    await Promise.all([store.close(), subscription.finished]);
    expect(performance.now() - begun).toBeLessThan(LONGEST_MS);
  });
};
