import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { isSealed, type FactBatch } from '../../../src/application/shared/fact-reader.js';
import { UnreadableEvent } from '../../../src/application/shared/ports.js';
import { LogReader } from '../../../src/infrastructure/eventstore/log-reader.js';
import { allOf } from '../event-store/samples.js';
import { eventually } from '../../support/read-side.js';
import { entry, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
/** Positions that were opened, in order; each event as often as it was. */
let opened: bigint[];
let unreadable: (event: StoredEvent) => boolean;
let reader: LogReader;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process();
  opened = [];
  unreadable = () => false;
  reader = new LogReader(log.store, {
    decodeBatch: async (events) => {
      const bad = events.find(unreadable);
      if (bad) throw new UnreadableEvent(bad.stream, bad.rev, 'for this test');
      opened.push(...events.map(({ position }) => position));
      return log.journal.decodeBatch(events);
    },
    standstill: () => log.journal.standstill(),
  });
});
afterEach(() => house.close());

/** Facts, each in a stream of its own; the head behind them. */
async function written(count: number, category: 'space' | 'record' = 'space'): Promise<bigint> {
  const fact = category === 'space' ? 'OppositionRegistered' : 'DocumentDeposited';
  const more = () => entry(`${category}-${randomUUID()}`, -1, { type: fact, v: 1 });
  for (let done = 0; done < count; done += 200) await log.journal.appendMany(Array.from({ length: Math.min(200, count - done) }, more));
  return log.store.head();
}

/** Somebody who follows, and what was handed to him. */
function follower(after = 0n, categories = ['space'], work: (batch: FactBatch) => Promise<void> = async () => undefined) {
  const batches: FactBatch[] = [];
  const seen: bigint[] = [];
  const subscription = reader.subscribe(after, categories, async (batch) => {
    await work(batch);
    batches.push(batch);
    for (const fact of batch.facts) if (!isSealed(fact)) seen.push(fact.position);
  });
  const reached = (position: bigint) => eventually(async () => expect(batches.at(-1)?.position ?? -1n).toBeGreaterThanOrEqual(position));
  return { batches, seen, subscription, reached };
}
/** What the store itself reads of these categories, of all when none is named. */
const positions = async (...categories: readonly string[]): Promise<readonly bigint[]> =>
  (await allOf(log.store, 0n, categories)).map(({ position }) => position);

describe('the feed', () => {
  it('opens every event once, however many follow, and hands it to each of them once and in order', async () => {
    const head = await written(1_500);
    const all = Array.from({ length: 6 }, () => follower());
    for (const { reached } of all) await reached(head);
    const end = await written(50);
    for (const { reached } of all) await reached(end);
    for (const { seen, subscription } of all) {
      expect(seen).toEqual(await positions());
      await subscription.stop();
    }
    expect(opened).toHaveLength(1_550);
    expect(opened).toEqual(await positions());
  });

  it('shows to each the categories that it asked for, and how far the others have come', async () => {
    await written(3, 'record');
    const spaces = follower();
    const records = follower(0n, ['record']);
    await written(4, 'space');
    const head = await written(2, 'record');
    await Promise.all([spaces.reached(head), records.reached(head)]);
    expect(records.seen).toHaveLength(5);
    expect(records.seen).toEqual(await positions('record'));
    expect(spaces.seen).toHaveLength(4);
    expect(spaces.seen).toEqual(await positions('space'));
    expect(records.batches.filter(({ last }) => last !== null).at(-1)?.last?.position).toBe(head);
    await Promise.all([spaces.subscription.stop(), records.subscription.stop()]);
  });

  it('answers a new follower at once, even when there is nothing for it', async () => {
    const head = await written(5);
    const first = follower(head);
    await first.reached(head);
    const second = follower(head);
    await second.reached(head);
    expect([first, second].map(({ batches }) => batches[0])).toMatchObject([
      { facts: [], position: head, live: true, last: null },
      { facts: [], position: head, live: true, last: null },
    ]);
    await Promise.all([first.subscription.stop(), second.subscription.stop()]);
  });

  it('lets one who is behind catch up alone, and join', async () => {
    const head = await written(2_500);
    const ahead = follower(head);
    await ahead.reached(head);
    const behind = follower(0n);
    await behind.reached(head);
    expect(opened).toEqual(await positions());
    const end = await written(20);
    await Promise.all([ahead.reached(end), behind.reached(end)]);
    expect(behind.seen).toEqual(await positions());
    expect(opened).toHaveLength(2_520);
    await Promise.all([ahead.subscription.stop(), behind.subscription.stop()]);
  });

  it('does not let one who stands still hold up the others, nor keeps everything for it; it loses nothing', async () => {
    let release = (): void => undefined;
    const away = new Promise<void>((resolve) => (release = resolve));
    const slow = follower(0n, ['space'], () => away);
    const fast = follower();
    const head = await written(5_000);
    await fast.reached(head);
    expect(slow.batches).toEqual([]);
    release();
    await slow.reached(head);
    expect(slow.seen).toEqual(await positions());
    expect(fast.seen).toEqual(slow.seen);
    await Promise.all([slow.subscription.stop(), fast.subscription.stop()]);
  });

  it('reads no further than there is room when all of them stand still', async () => {
    const head = await written(6_000);
    let release = (): void => undefined;
    const busy = new Promise<void>((resolve) => (release = resolve));
    const all = [follower(0n, ['space'], () => busy), follower(0n, ['space'], () => busy)];
    await eventually(async () => expect(opened.length).toBeGreaterThanOrEqual(1_000));
    for (let looks = 0; looks < 20; looks++) await log.store.head();
    expect(opened.length).toBeLessThanOrEqual(3_000);
    release();
    for (const { reached, subscription, seen } of all) {
      await reached(head);
      expect(seen).toEqual(await positions());
      await subscription.stop();
    }
  });

  it('that meets what cannot be opened stops those who read it, and no others', async () => {
    unreadable = ({ stream }) => stream.startsWith('record-');
    const spaces = follower();
    const records = follower(0n, ['record']);
    const both = follower(0n, ['space', 'record']);
    const failed = Promise.allSettled([records.subscription.finished, both.subscription.finished]);
    const before = await written(3);
    await written(1, 'record');
    const head = await written(3);
    await spaces.reached(head);
    expect(spaces.seen).toHaveLength(6);
    expect(spaces.seen).toEqual(await positions('space'));
    for (const one of await failed) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(UnreadableEvent) as unknown });
    expect([...records.seen, ...both.seen].filter((position) => position > before)).toEqual([]);
    await spaces.subscription.stop();
  });

  it('ends for one when its handler fails, and goes on for the others', async () => {
    const failing = follower(0n, ['space'], async ({ facts }) => {
      if (facts.length > 0) throw new RangeError('for this test');
    });
    const sound = follower();
    const ended = Promise.allSettled([failing.subscription.finished]);
    const head = await written(3);
    await sound.reached(head);
    expect((await ended)[0]).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) as unknown });
    await sound.subscription.stop();
  });
});
