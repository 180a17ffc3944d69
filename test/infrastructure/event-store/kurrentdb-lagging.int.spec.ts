import { jest } from '@jest/globals';
import type { EventStore, StoredEvent } from '../../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { Connection } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { Reader } from '../../../src/infrastructure/eventstore/kurrentdb/reader.js';
import type { LoopbackServer } from '../../kurrentdb/loopback.js';
import { openLoopbackStore } from './kurrentdb.js';
import { appendOf, bodies, identity, newStream, written } from './samples.js';

/** As many as end a window. */
const WINDOW = 1_000;
/** Together they are further from the end than what is read as a whole. */
const FAR = bodies(300, 400);

/** Sends whoever asks `from` next to `to`: that call fails, the next one goes there. */
const sendOn = (from: LoopbackServer, to: LoopbackServer, times: { readonly times?: number } = {}): Promise<void> =>
  from.attack({ kind: 'not-leader', methods: ['read', 'append'], host: '127.0.0.1', port: to.port, ...times });

describe('A reader across streams on EventStoreDB', () => {
  let opened: Awaited<ReturnType<typeof openLoopbackStore>>;
  let store: EventStore;
  beforeEach(async () => {
    opened = await openLoopbackStore();
    ({ store } = opened);
  });
  afterEach(() => opened.close());

  /** Everything from the beginning on, in spite of errors; `between` is called behind the first batch. */
  const readThrough = async (categories: readonly string[], between: () => Promise<void>): Promise<readonly StoredEvent[]> => {
    const found: StoredEvent[] = [];
    const head = await store.head();
    for (let position = 0n, first = true; position < head;)
      try {
        for await (const batch of store.readAll(position, categories)) {
          found.push(...batch.events);
          position = batch.position;
          if (first) await between();
          first = false;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    return found;
  };

  it.each([
    ['nothing', 0, []],
    ['a part', 100, ['space']],
  ])(
    'loses nothing where a node that lags has become his, and holds %s of what he waits for (%i events, of %j)',
    async (_, known, categories) => {
      const write = (bytes: readonly Uint8Array[]) => written(store, appendOf(newStream(), NO_STREAM, bytes));
      await write(bodies(WINDOW));
      if (known > 0) await write(bodies(known));
      const lagging = await opened.server.copy();
      try {
        await sendOn(lagging, opened.server);
        await write(FAR);
        const found = await readThrough(categories, async () => {
          await sendOn(opened.server, lagging, { times: 1 });
          await expect(store.head()).rejects.toThrow(StoreUnavailable);
        });
        expect(found).toHaveLength(WINDOW + known + FAR.length);
        expect(new Set(found.map(identity)).size).toBe(found.length);
      } finally {
        await lagging.stop();
      }
    },
  );

  it('asks the leader for what a subscription left open at the end, once, and for nothing where it told all', async () => {
    await written(store, appendOf(newStream('space'), NO_STREAM, FAR));
    await written(store, appendOf(newStream('record'), NO_STREAM, bodies(3)));
    const connection = new Connection({ url: opened.url, account: null }, 10_000);
    const reader = new Reader(connection);
    const head = await reader.head();
    const reads = jest.spyOn(connection.client, 'readAll');
    const windowOf = async (...categories: string[]) => {
      reads.mockClear();
      const { events, ...rest } = await reader.window(0n, head, categories);
      return { ...rest, events: events.length, reads: reads.mock.calls.length };
    };
    const whole = { position: head, live: true };
    expect(await windowOf()).toEqual({ ...whole, events: FAR.length + 3, reads: 0 });
    expect(await windowOf('record')).toEqual({ ...whole, events: 3, reads: 0 });
    expect(await windowOf('space')).toEqual({ ...whole, events: FAR.length, reads: 1 });
    expect(await windowOf('passage')).toEqual({ ...whole, events: 0, reads: 1 });
    await connection.close();
  });

  it('hears that the store is away where the leader itself does not hold the head that was named', async () => {
    const { position } = await written(store, appendOf(newStream(), NO_STREAM, FAR));
    const connection = new Connection({ url: opened.url, account: null }, 10_000);
    await expect(new Reader(connection).window(0n, position + 100_000n, [])).rejects.toThrow(StoreUnavailable);
    await connection.close();
  });
});
