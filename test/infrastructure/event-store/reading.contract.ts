import type { Append, EventStore } from '../../../src/application/shared/event-store.js';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { allOf, appendOf, bodies, header, identity, newStream, plain, written } from './samples.js';

/** What reading promises. */
export const readingRules = (open: () => EventStore): void => {
  let store: EventStore;
  beforeEach(() => {
    store = open();
  });

  it('gives the events of a stream in order, from the revision asked for', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(5));
    await written(store, append);
    const events = await store.read(append.stream);
    expect(events.map(plain)).toEqual(append.events.map(plain));
    expect(events.map(({ rev, stream }) => [rev, stream])).toEqual([0, 1, 2, 3, 4].map((rev) => [rev, append.stream]));
    expect((await store.read(append.stream, 3)).map(({ rev }) => rev)).toEqual([3, 4]);
    expect(await store.read(append.stream, 5)).toEqual([]);
  });

  it('gives back what it was given byte for byte: text of any script in the clear part, bytes that are no text in the body', async () => {
    const [stream, at] = [newStream(), Date.now()];
    const types = ['Événement', 'Ünïcödé', '健康', 'שלום', 'e\u0301\u0000𝄞', '\u2028"\\'];
    const any = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const events = types.map((type, rev) => ({ header: header(stream, rev, at, type), body: Buffer.concat([Buffer.from(type), any]) }));
    await written(store, { stream, expected: NO_STREAM, at, events });
    expect((await store.read(stream)).map(plain)).toEqual(events.map(plain));
    expect(await store.append({ stream, expected: NO_STREAM, at, events })).toMatchObject({
      outcome: 'written',
      revision: types.length - 1,
    });
  });

  it('reads a stream that does not exist as empty', async () => {
    expect(await store.read(newStream())).toEqual([]);
  });

  it('reads many streams in one go, each complete and in order', async () => {
    const appends = Array.from({ length: 40 }, (_, n) => appendOf(newStream(), NO_STREAM, bodies(1 + (n % 3))));
    await store.appendMany(appends);
    const missing = newStream();
    const found = await store.readMany([...appends.map(({ stream }) => stream), missing]);
    expect(found.size).toBe(41);
    expect(found.get(missing)).toEqual([]);
    for (const { stream, events } of appends) expect(found.get(stream)?.map(plain)).toEqual(events.map(plain));
    expect(await store.readMany([])).toEqual(new Map());
  });

  it('orders all events as they were committed, dense in each stream', async () => {
    const after = await store.head();
    const streams = Array.from({ length: 8 }, () => newStream());
    const positions: bigint[] = [];
    for (let rev = NO_STREAM; rev < 9; rev += 1)
      for (const stream of streams) positions.push((await written(store, appendOf(stream, rev))).position);
    const events = await allOf(store, after);
    expect(events.map(({ position }) => position)).toEqual(positions);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    for (const stream of streams)
      expect(events.filter((event) => event.stream === stream).map(({ rev }) => rev)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps the events of an append together', async () => {
    const after = await store.head();
    const appends = Array.from({ length: 50 }, () => appendOf(newStream(), NO_STREAM, bodies(3)));
    await Promise.all(appends.map((append) => store.append(append)));
    const streams = (await allOf(store, after)).map(({ stream }) => stream);
    expect(streams.filter((stream, index) => stream !== streams[index - 1])).toHaveLength(50);
  });

  it('reads only the categories asked for, and says how far it looked', async () => {
    const after = await store.head();
    const of = (category: string): Append => appendOf(newStream(category), NO_STREAM, bodies(2));
    await store.appendMany([of('space'), of('spacecraft'), of('record'), of('passage')]);
    const batches = [];
    for await (const batch of store.readAll(after, ['space', 'passage'])) batches.push(batch);
    const categories = batches.flatMap(({ events }) => events.map(({ stream }) => stream.split('-')[0]));
    expect(categories.sort()).toEqual(['passage', 'passage', 'space', 'space']);
    expect(batches.at(-1)).toMatchObject({ position: await store.head(), live: true });
  });

  it('reads up to the head at the time of the call', async () => {
    const after = await store.head();
    await written(store, appendOf(newStream(), NO_STREAM, bodies(2)));
    const seen: string[] = [];
    for await (const { events } of store.readAll(after)) {
      seen.push(...events.map(identity));
      await written(store, appendOf(newStream(), NO_STREAM));
    }
    expect(seen).toHaveLength(2);
    expect(await allOf(store, await store.head())).toEqual([]);
  });

  it('finds the event at a position, and nothing where there is none', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    const { position } = await written(store, append);
    expect(await store.head()).toBe(position);
    const found = await store.at(position);
    expect(found).toMatchObject({ stream: append.stream, rev: 1, position });
    expect(plain(found!)).toEqual(plain(append.events[1]!));
    expect(await store.at(position + 1_000_000n)).toBeNull();
    expect(await store.at(0n)).toBeNull();
  });

  it('carries a stream of 10,000 events', async () => {
    const stream = newStream();
    const after = await store.head();
    for (let n = 0; n < 10; n += 1) await written(store, appendOf(stream, n * 1_000 - 1, bodies(1_000)));
    const dense = Array.from({ length: 10_000 }, (_, rev) => rev);
    expect((await store.read(stream)).map(({ rev }) => rev)).toEqual(dense);
    expect((await allOf(store, after)).map(({ rev }) => rev)).toEqual(dense);
  });

  it('hands large events over in batches of about 16 MB', async () => {
    const after = await store.head();
    const appends: Append[] = [];
    for (let n = 0; n < 40; n += 1) {
      const append = appendOf(newStream(), NO_STREAM, bodies(1, 900_000));
      await written(store, append);
      appends.push(append);
    }
    const sizes: number[] = [];
    const streams: string[] = [];
    for await (const { events } of store.readAll(after)) {
      sizes.push(events.reduce((sum, { body }) => sum + body.length, 0));
      streams.push(...events.map(({ stream }) => stream));
    }
    expect(streams).toEqual(appends.map(({ stream }) => stream));
    expect(Math.max(...sizes)).toBeLessThan(18_000_000);
  });
};
