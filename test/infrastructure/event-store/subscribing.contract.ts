import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { allOf, appendOf, bodies, Collector, identity, newStream, persistently, writeWhile, written, type OpenedStore } from './samples.js';

/** What a subscription promises. */
export const subscribingRules = (open: () => OpenedStore): void => {
  let opened: OpenedStore;
  let store: OpenedStore['store'];
  beforeEach(() => {
    opened = open();
    store = opened.store;
  });

  it('says at once that it is live when nothing lies behind its checkpoint', async () => {
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    await seen.reached(after);
    expect(seen.batches).toEqual([{ events: [], position: after, live: true }]);
    await subscription.stop();
    await subscription.finished;
  });

  it('catches up from its checkpoint and goes on live, losing and doubling nothing while writers append', async () => {
    const after = await store.head();
    for (let n = 0; n < 35; n += 1)
      await store.appendMany(Array.from({ length: 100 }, () => appendOf(newStream(), NO_STREAM, bodies(2, 16))));
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    const wasLive = (): boolean => seen.batches.filter(({ live }) => live).length >= 5;
    await writeWhile(store, 8, () => !wasLive());
    await seen.reached(await store.head());
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after)).map(identity));
    expect(seen.events.length).toBeGreaterThan(7_000);
    expect(Math.max(...seen.batches.map(({ events }) => events.length))).toBeLessThanOrEqual(5_000);
  });

  it('hands over the categories asked for, and moves on over the others', async () => {
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, ['record'], seen.handle);
    const wanted = appendOf(newStream('record'), NO_STREAM);
    await written(store, wanted);
    const { position } = await written(store, appendOf(newStream('passage'), NO_STREAM));
    await seen.reached(position);
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual([`${wanted.stream}@0`]);
  });

  it('delivers within a moment of the commit once it is live', async () => {
    const seen = new Collector();
    const subscription = store.subscribe(await store.head(), [], seen.handle);
    await seen.until(({ batches }) => batches.length > 0);
    for (let n = 0; n < 5; n += 1) await seen.reached((await written(store, appendOf(newStream(), NO_STREAM))).position);
    await subscription.stop();
    expect(seen.events).toHaveLength(5);
  });

  it('waits for the handler before it hands over the next batch', async () => {
    let inside = 0;
    let most = 0;
    const seen = new Collector();
    const after = await store.head();
    const subscription = store.subscribe(after, [], async (batch) => {
      most = Math.max(most, (inside += 1));
      await store.head();
      inside -= 1;
      await seen.handle(batch);
    });
    await writeWhile(store, 4, () => seen.events.length < 100);
    await subscription.stop();
    expect(most).toBe(1);
  });

  it('resumes by itself when its connections break, losing and doubling nothing', async () => {
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    for (let round = 0; round < 3; round += 1) {
      await seen.reached((await written(store, appendOf(newStream(), NO_STREAM, bodies(2)))).position);
      await opened.breakConnections();
      await persistently(() => written(store, appendOf(newStream(), NO_STREAM)));
      await seen.reached(await persistently(() => store.head()));
    }
    await subscription.stop();
    expect(seen.events.map(identity)).toEqual((await allOf(store, after)).map(identity));
  });

  it('ends with the error of its handler', async () => {
    const trouble = new Error('the projection failed');
    const subscription = store.subscribe(await store.head(), [], () => Promise.reject(trouble));
    await expect(subscription.finished).rejects.toBe(trouble);
    await subscription.stop();
  });

  it('stops only when its handler has come to an end, and hands over nothing after that', async () => {
    const order: string[] = [];
    const seen = new Collector();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const subscription = store.subscribe(0n, [], async (batch) => {
      await seen.handle(batch);
      await held;
      order.push('handled');
    });
    await seen.until(({ batches }) => batches.length > 0);
    const stopping = subscription.stop().then(() => order.push('stopped'));
    await store.head();
    order.push('released');
    release();
    await stopping;
    expect(order).toEqual(['released', 'handled', 'stopped']);
    expect(seen.batches).toHaveLength(1);
  });

  it('serves several subscribers, each at its own pace', async () => {
    const after = await store.head();
    const [fast, slow] = [new Collector(), new Collector()];
    const first = store.subscribe(after, [], fast.handle);
    const { position } = await written(store, appendOf(newStream(), NO_STREAM, bodies(3)));
    await fast.reached(position);
    const second = store.subscribe(after, [], slow.handle);
    await slow.reached(position);
    await Promise.all([first.stop(), second.stop()]);
    expect(slow.events.map(identity)).toEqual(fast.events.map(identity));
  });
};
