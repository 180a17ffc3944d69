import { jest } from '@jest/globals';
import type { AppendOutcome } from '../../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { Appender } from '../../../src/infrastructure/eventstore/kurrentdb/appender.js';
import { ClusterClock } from '../../../src/infrastructure/eventstore/kurrentdb/cluster-clock.js';
import type { Connection } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import type { Reader } from '../../../src/infrastructure/eventstore/kurrentdb/reader.js';
import { appendOf, newStream } from '../event-store/samples.js';

const START = Date.parse('2026-11-20T08:00:00Z');

/** A cluster that has the right time, and a machine whose uninterrupted clock stands still while it is suspended. */
function worldOf() {
  const its = { now: START, here: 1_000, off: 0, asked: 0, silent: false };
  jest.spyOn(performance, 'now').mockImplementation(() => its.here);
  const taken = new Set<string>();
  let record: { readonly id: string; readonly created: Date; readonly position: { readonly commit: bigint } } | undefined;
  const client = {
    appendToStream: async (stream: string, { id }: { readonly id: string }) => {
      if (!stream.startsWith('clock-')) return taken.add(stream);
      its.asked += 1;
      if (its.silent) throw new StoreUnavailable('it says nothing');
      record = { id, created: new Date(its.now), position: { commit: 1n } };
      return { nextExpectedRevision: 0n };
    },
  };
  const connection = {
    ask: async (call: (on: unknown) => Promise<unknown>) => call(client),
    follow: async (_: unknown, take: (event: unknown) => unknown) => void take({ event: record }),
    with: {},
    patienceMs: 1_000,
  } as unknown as Connection;
  const clock = new ClusterClock(
    connection,
    () => undefined,
    () => 0,
  );
  const reader = (append: ReturnType<typeof appendOf>) => ({
    read: async () => (taken.has(append.stream) ? append.events.map((event, rev) => ({ ...event, ...append, rev, position: 9n })) : []),
    lastRevision: async () => (taken.has(append.stream) ? 0 : NO_STREAM),
  });
  return {
    its,
    pass: (ms: number) => {
      its.now += ms;
      its.here += ms;
    },
    suspend: (ms: number) => void (its.now += ms),
    append: async (): Promise<AppendOutcome> => {
      const append = appendOf(newStream(), NO_STREAM, undefined, its.now + its.off);
      return new Appender(connection, reader(append) as unknown as Reader, clock).append(append, [], clock.moment());
    },
  };
}

describe('An append to EventStoreDB is judged by the time of the cluster', () => {
  let world: ReturnType<typeof worldOf>;
  beforeEach(async () => {
    world = worldOf();
    expect(await world.append()).toMatchObject({ outcome: 'written' });
  });
  afterEach(() => void jest.restoreAllMocks());

  it('which is asked for once a minute while the clock is right', async () => {
    for (let n = 0; n < 50; n += 1) {
      world.pass(1_000);
      expect(await world.append()).toMatchObject({ outcome: 'written' });
    }
    expect(world.its.asked).toBe(1);
    world.pass(10_000);
    expect(await world.append()).toMatchObject({ outcome: 'written' });
    expect(world.its.asked).toBe(2);
  });

  it('also right after the machine was suspended: it is asked once more, for all that wait', async () => {
    world.suspend(3_600_000);
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => world.append()));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['written']));
    expect(world.its.asked).toBe(2);
    expect(await world.append()).toMatchObject({ outcome: 'written' });
    expect(world.its.asked).toBe(2);
  });

  it('and a clock that is really off is refused by it, with one new question every five seconds', async () => {
    world.its.off = 3_000;
    for (let n = 0; n < 20; n += 1) {
      expect(await Promise.all([world.append(), world.append()])).toEqual(
        Array.from({ length: 2 }, () => ({ outcome: 'clock', offByMs: 3_000 })),
      );
      world.pass(500);
    }
    expect(world.its.asked).toBe(3);
    world.its.off = 0;
    expect(await world.append()).toMatchObject({ outcome: 'written' });
    expect(world.its.asked).toBe(3);
  });

  it('and a clock that stood still with the machine is refused by it', async () => {
    world.suspend(60_000);
    expect(await world.append()).toMatchObject({ outcome: 'written' });
    world.its.off = -60_000;
    expect(await world.append()).toEqual({ outcome: 'clock', offByMs: -60_000 });
  });

  it('and nobody is refused by what was believed when it does not answer', async () => {
    world.suspend(60_000);
    world.its.silent = true;
    await expect(world.append()).rejects.toThrow(StoreUnavailable);
    world.its.silent = false;
    expect(await world.append()).toMatchObject({ outcome: 'written' });
  });
});
