import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { appendOf, bodies, Collector, identity, newStream, persistently, plain, written, type OwnStore } from './samples.js';

/** What a store promises where another server leads than the one that answers: a follower, a standby. */
export const leadingRules = (open: (patienceMs?: number) => Promise<OwnStore>): void => {
  let opened: OwnStore;
  let store: OwnStore['store'];
  beforeEach(async () => {
    opened = await open();
    ({ store } = opened);
    await written(store, appendOf(newStream(), NO_STREAM));
  });
  afterEach(() => opened.close());

  it('acknowledges nothing that a server does not take because it does not lead, says so, and is read all the same', async () => {
    const there = appendOf(newStream(), NO_STREAM, bodies(2));
    await written(store, there);
    const head = await store.head();
    const after = await store.head();
    const seen = new Collector();
    const subscription = store.subscribe(after, [], seen.handle);
    await opened.refuseWrites();
    const appends = [appendOf(newStream(), NO_STREAM, bodies(2)), appendOf(there.stream, 1), appendOf(newStream(), NO_STREAM)];
    const [one, ...others] = appends;
    await expect(store.append(one!)).rejects.toThrow(StoreUnavailable);
    await expect(store.append(one!)).rejects.toThrow('does not lead');
    expect(await store.appendMany(others)).toEqual([expect.any(StoreUnavailable), expect.any(StoreUnavailable)]);
    expect(await persistently(() => store.head())).toBe(head);
    expect((await persistently(() => store.read(there.stream))).map(plain)).toEqual(there.events.map(plain));

    await opened.takeWrites();
    // What was refused was not written: sent again in another order, it lies in that one.
    for (const append of appends.toReversed()) await persistently(() => written(store, { ...append, heldMs: Date.now() - append.at }));
    await seen.reached(await persistently(() => store.head()));
    await subscription.stop();
    const sent = appends.toReversed().flatMap(({ stream, expected, events }) => events.map((_, n) => `${stream}@${expected + 1 + n}`));
    expect(seen.events.map(identity)).toEqual(sent);
  });
};
