import type { Append, EventStore } from '../../../src/application/shared/event-store.js';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { allOf, appendOf, bodies, header, newStream, plain, written } from './samples.js';

/** What an append promises. */
export const appendingRules = (open: () => EventStore): void => {
  let store: EventStore;
  beforeEach(() => {
    store = open();
  });

  it('creates a stream once: the second creator learns which revision lies there', async () => {
    const stream = newStream();
    const first = await store.append(appendOf(stream, NO_STREAM, bodies(2)));
    expect(first).toMatchObject({ outcome: 'written', revision: 1, resent: false });
    expect(await store.append(appendOf(stream, NO_STREAM))).toEqual({ outcome: 'conflict', actual: 1 });
  });

  it('lets exactly one of two writers append on the same revision', async () => {
    const stream = newStream();
    await written(store, appendOf(stream, NO_STREAM));
    const outcomes = await Promise.all([store.append(appendOf(stream, 0)), store.append(appendOf(stream, 0))]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'written']);
    expect(await store.read(stream)).toHaveLength(2);
  });

  it('lets exactly one of sixteen creators win, every time', async () => {
    for (const stream of Array.from({ length: 5 }, () => newStream())) {
      const outcomes = await Promise.all(Array.from({ length: 16 }, () => store.append(appendOf(stream, NO_STREAM))));
      expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
      expect(await store.read(stream)).toHaveLength(1);
    }
  });

  it('writes all events of an append or none', async () => {
    const stream = newStream();
    await written(store, appendOf(stream, NO_STREAM, bodies(2)));
    const head = await store.head();
    expect(await store.append(appendOf(stream, 0, bodies(3)))).toEqual({ outcome: 'conflict', actual: 1 });
    expect(await store.read(stream)).toHaveLength(2);
    expect(await store.head()).toBe(head);
  });

  it('takes the same bytes sent again for written, at their first position', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    const first = await written(store, append);
    expect(await store.append(append)).toEqual({ ...first, resent: true });
    expect(await store.read(append.stream)).toHaveLength(3);
  });

  it('recognises what is sent again after the stream has moved on', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    const first = await written(store, append);
    await written(store, appendOf(append.stream, 1));
    expect(await store.append(append)).toEqual({ ...first, resent: true });
  });

  it('refuses other bytes under the same revisions', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    await written(store, append);
    const [first, second] = append.events;
    const otherBody = { ...append, events: [first!, { header: second!.header, body: Buffer.from('other') }] };
    const otherHeader = { ...append, events: [{ header: header(append.stream, 0, append.at, 'Other'), body: first!.body }, second!] };
    for (const other of [otherBody, otherHeader]) expect(await store.append(other)).toEqual({ outcome: 'conflict', actual: 1 });
  });

  it('refuses an append of which only the beginning lies there', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    await written(store, { ...append, events: append.events.slice(0, 2) });
    expect(await store.append(append)).toEqual({ outcome: 'conflict', actual: 1 });
  });

  it('refuses a revision that does not lie there yet', async () => {
    const stream = newStream();
    expect(await store.append(appendOf(stream, 0))).toEqual({ outcome: 'conflict', actual: NO_STREAM });
    await written(store, appendOf(stream, NO_STREAM));
    expect(await store.append(appendOf(stream, 5))).toEqual({ outcome: 'conflict', actual: 0 });
  });

  it('gives each of many appends its own outcome, in their order', async () => {
    const [taken, again] = [appendOf(newStream(), NO_STREAM), appendOf(newStream(), NO_STREAM, bodies(2))];
    await store.appendMany([taken, again]);
    const wrongClock = appendOf(newStream(), NO_STREAM, bodies(1), Date.now() - 60_000);
    const before = await store.head();
    const outcomes = await store.appendMany([
      appendOf(newStream(), NO_STREAM, bodies(3)),
      appendOf(taken.stream, NO_STREAM),
      wrongClock,
      again,
      appendOf(taken.stream.replace('space', 'record') as StreamName, NO_STREAM),
    ]);
    const verdicts = outcomes.map((one) => (one instanceof Error ? one : one.outcome === 'written' && one.resent ? 'resent' : one.outcome));
    expect(verdicts).toEqual(['written', 'conflict', 'clock', 'resent', 'written']);
    expect(await allOf(store, before)).toHaveLength(4);
    expect(await store.read(wrongClock.stream)).toEqual([]);
    expect(await store.appendMany([])).toEqual([]);
  });

  it.each([-3_000, 3_000])('refuses a clock that is %i ms off, and writes nothing', async (off) => {
    const append = appendOf(newStream(), NO_STREAM, bodies(1), Date.now() + off);
    const outcome = await store.append(append);
    expect(outcome).toEqual({ outcome: 'clock', offByMs: expect.any(Number) });
    expect(Math.abs((outcome as { offByMs: number }).offByMs - off)).toBeLessThan(900);
    expect(await store.read(append.stream)).toEqual([]);
  });

  it('takes what was held before it came for time, not for a clock that is off: half a minute of it', async () => {
    const held = (ms: number, off = 0): Append => ({ ...appendOf(newStream(), NO_STREAM, bodies(1), Date.now() - ms + off), heldMs: ms });
    await written(store, held(5_000));
    await written(store, held(25_000));
    for (const [append, off] of [
      [held(40_000), -10_000],
      [held(5_000, 3_000), 3_000],
      [held(5_000, -3_000), -3_000],
    ] as const) {
      const outcome = await store.append(append);
      expect(outcome).toEqual({ outcome: 'clock', offByMs: expect.any(Number) });
      expect(Math.abs((outcome as { offByMs: number }).offByMs - off)).toBeLessThan(900);
      expect(await store.read(append.stream)).toEqual([]);
    }
  });

  it('refuses a clock that runs backwards on a stream', async () => {
    const stream = newStream();
    const now = Date.now();
    await written(store, appendOf(stream, NO_STREAM, bodies(1), now + 1_500));
    expect(await store.append(appendOf(stream, 0, bodies(1), now - 1_000))).toEqual({ outcome: 'clock', offByMs: -2_500 });
    await written(store, appendOf(stream, 0, bodies(1), now));
  });

  it('takes what no correct caller sends for a defect, and writes nothing', async () => {
    const good = appendOf(newStream(), NO_STREAM);
    const head = await store.head();
    const defects = [
      { ...good, events: [] },
      { ...appendOf('Space-1', NO_STREAM) },
      { ...appendOf('space-é', NO_STREAM) },
      { ...appendOf('space-', NO_STREAM) },
      { ...good, stream: newStream() },
      { ...good, expected: 4 },
      { ...good, at: good.at + 1 },
      appendOf(newStream(), -2),
      appendOf(newStream(), NO_STREAM, bodies(2, 600_000)),
      { ...good, events: [{ header: Buffer.from('not json'), body: Buffer.from('x') }] },
    ];
    for (const defect of defects) await expect(store.append(defect)).rejects.toThrow(RangeError);
    await expect(store.appendMany([good, good])).rejects.toThrow(RangeError);
    expect(await store.head()).toBe(head);
  });

  it.each([1, 3])('takes 1 MiB in %i events, to the last byte, and refuses one byte more before anything is written', async (count) => {
    const filled = (more: number): Append => {
      const empty = appendOf(newStream(), NO_STREAM, bodies(count, 0));
      const taken = empty.events.reduce((sum, event) => sum + event.header.length + 2 * 'SampleRecorded'.length, 0);
      const [last] = bodies(1, 1_048_576 - taken + more);
      return { ...empty, events: empty.events.map((event, n) => (n === count - 1 ? { ...event, body: last! } : event)) };
    };
    const most = filled(0);
    const first = await written(store, most);
    expect((await store.read(most.stream)).map(plain)).toEqual(most.events.map(plain));
    expect(await store.append(most)).toEqual({ ...first, resent: true });
    const [beyond, beside] = [filled(1), appendOf(newStream(), NO_STREAM)];
    await expect(store.append(beyond)).rejects.toThrow(new RangeError('an append holds at most 1048576 bytes'));
    await expect(store.appendMany([beside, beyond])).rejects.toThrow(new RangeError('an append holds at most 1048576 bytes'));
    expect(await store.readMany([beyond.stream, beside.stream])).toEqual(
      new Map([
        [beyond.stream, []],
        [beside.stream, []],
      ]),
    );
  });

  it.each([
    ['an empty body', Buffer.alloc(0)],
    ['one zero byte', Buffer.from([0])],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['text of every plane', Buffer.from('é œ 健康 𝄞 \u0000 \\x41 {"a":null}', 'utf8')],
    ['900 kB', bodies(1, 900_000)[0]!],
  ])('gives back the exact bytes: %s', async (_, body) => {
    const append = appendOf(newStream(), NO_STREAM, [body]);
    await written(store, append);
    expect((await store.read(append.stream)).map(plain)).toEqual(append.events.map(plain));
    expect(await store.append(append)).toMatchObject({ outcome: 'written', resent: true });
  });
};
