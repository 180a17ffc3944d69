import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { ANY, binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { NO_STREAM, StoreUnavailable } from '../../../src/application/shared/ports.js';
import { KurrentEventStore } from '../../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { MAX_APPEND_BYTES } from '../../../src/infrastructure/eventstore/append-check.js';
import { openLoopbackStore } from './kurrentdb.js';
import { allOf, appendOf, bodies, header, identity, newStream, plain, written } from './samples.js';

const NOBODY = { username: 'nobody', password: 'none' };

describe('The log in EventStoreDB', () => {
  let opened: Awaited<ReturnType<typeof openLoopbackStore>>;
  let raw: EventStoreDBClient;
  beforeAll(async () => {
    opened = await openLoopbackStore();
    raw = EventStoreDBClient.connectionString(opened.url);
  });
  afterAll(async () => {
    await raw.dispose();
    await opened.close();
  });

  it('holds the body as opaque data, the header as metadata, under the id and type of the header', async () => {
    const append = appendOf(newStream(), NO_STREAM);
    await written(opened.store, append);
    const found = [];
    for await (const { event } of raw.readStream(append.stream)) found.push(event);
    const sent = JSON.parse(append.events[0]!.header.toString()) as Record<string, unknown>;
    expect(found).toEqual([expect.objectContaining({ id: sent['id'], type: sent['type'], isJson: false, metadata: sent })]);
    expect(Buffer.from(found[0]!.data as Uint8Array)).toEqual(append.events[0]!.body);
  });

  it('takes the same bytes from another process for a resend, and other bytes under the same ids for a conflict', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(2));
    const first = await written(opened.store, append);
    const other = new KurrentEventStore({ url: opened.url, account: null }, { report: () => undefined });
    expect(await other.append(append)).toEqual({ ...first, resent: true });
    const altered = { ...append, events: append.events.map((event) => ({ ...event, body: Buffer.from('other') })) };
    expect(await other.append(altered)).toEqual({ outcome: 'conflict', actual: 1 });
    await other.close();
  });

  it.each([
    ['another id', { id: randomUUID() }],
    ['another type', { type: 'Other' }],
    ['a header that says another stream', { metadata: { ...JSON.parse(header(newStream(), 0, Date.now()).toString()) } }],
    ['a header that is no JSON', { metadata: new Uint8Array([1, 2, 3]) }],
    ['a number that has no canonical form', { float: 1.5 }],
    ['no header at all', { metadata: undefined }],
  ])('hands over a record with %s as an event without a header, which nobody can open, and goes on', async (_, change) => {
    const stream = newStream();
    const after = await opened.store.head();
    const honest = JSON.parse(header(stream, 0, Date.now()).toString()) as Record<string, unknown>;
    const float = 'float' in change ? { float: change.float } : {};
    const record = { id: String(honest['id']), type: String(honest['type']), data: new Uint8Array([7]), metadata: { ...honest, ...float } };
    await raw.appendToStream(stream, binaryEvent({ ...record, ...change }), { credentials: NOBODY, expectedRevision: ANY });
    await written(opened.store, appendOf(newStream(), NO_STREAM));
    const [strange, next] = await allOf(opened.store, after);
    expect(plain(strange!)).toEqual({ header: '', body: Buffer.from([7]).toString('base64') });
    expect(next).toBeDefined();
  });

  it('hands over a record of JSON, which is none of ours, without its content', async () => {
    const stream = newStream();
    await raw.appendToStream(stream, jsonEvent({ type: 'Strange', data: { a: 1 } }), { credentials: NOBODY });
    expect((await opened.store.read(stream)).map(plain)).toEqual([{ header: '', body: '' }]);
  });

  it('consists of our streams alone: not of what the server writes, nor of the records by which it tells the time', async () => {
    const after = await opened.store.head();
    const { position, revision } = await written(opened.store, appendOf(newStream(), NO_STREAM));
    await raw.setStreamMetadata('space-of-an-operator', { maxCount: 5 }, { credentials: NOBODY });
    await raw.appendToStream('clock-of-another-process', binaryEvent({ type: 'ClockAsked', data: new Uint8Array() }), {
      credentials: NOBODY,
    });
    expect(await opened.store.head()).toBe(position);
    const found = await allOf(opened.store, after);
    expect(found.map(({ rev }) => rev)).toEqual([revision]);
    expect(await allOf(opened.store, after, ['space'])).toEqual(found);
  });

  it('finds nothing where no event of ours lies', async () => {
    const { position } = await written(opened.store, appendOf(newStream(), NO_STREAM));
    expect(await opened.store.at(position - 1n)).toBeNull();
    const { position: strange } = await raw.appendToStream('clock-x', binaryEvent({ type: 'ClockAsked', data: new Uint8Array() }), {
      credentials: NOBODY,
    });
    expect(await opened.store.at(strange!.commit)).toBeNull();
  });

  it('reads a stream that was ended for ever as empty, refuses to append to it, and goes on reading everything', async () => {
    const ended = appendOf(newStream(), NO_STREAM);
    const after = await opened.store.head();
    await written(opened.store, ended);
    await raw.tombstoneStream(ended.stream, { credentials: NOBODY });
    const next = appendOf(newStream(), NO_STREAM);
    await written(opened.store, next);
    expect(await opened.store.read(ended.stream)).toEqual([]);
    await expect(opened.store.append(appendOf(ended.stream, 0))).rejects.toThrow(StoreUnavailable);
    expect((await allOf(opened.store, after)).map(identity)).toEqual([`${ended.stream}@0`, `${next.stream}@0`]);
  });

  it('refuses to read a stream that somebody cut off, rather than show it as if nothing had been', async () => {
    const append = appendOf(newStream(), NO_STREAM, bodies(3));
    await written(opened.store, append);
    await raw.setStreamMetadata(append.stream, { truncateBefore: 3 }, { credentials: NOBODY });
    await expect(opened.store.read(append.stream)).rejects.toThrow(StoreUnavailable);
  });

  it('takes as much as the server takes at most, and calls a byte more a defect before it is sent', async () => {
    const stream = newStream();
    const sizeOfRest = appendOf(stream, NO_STREAM, [Buffer.alloc(0)]).events[0]!.header.length + 2 * 'SampleRecorded'.length;
    await written(opened.store, appendOf(stream, NO_STREAM, bodies(1, MAX_APPEND_BYTES - sizeOfRest)));
    await expect(opened.store.append(appendOf(newStream(), NO_STREAM, bodies(1, MAX_APPEND_BYTES - sizeOfRest + 1)))).rejects.toThrow(
      RangeError,
    );
  });

  it('refuses a header that would not come back as it was: one that is not canonical', async () => {
    const append = appendOf(newStream(), NO_STREAM);
    const spaced = Buffer.from(append.events[0]!.header.toString().replace('{', '{ '));
    await expect(opened.store.append({ ...append, events: [{ ...append.events[0]!, header: spaced }] })).rejects.toThrow(RangeError);
    await expect(opened.store.appendMany([{ ...append, events: [{ ...append.events[0]!, header: spaced }] }])).rejects.toThrow(RangeError);
    expect(await opened.store.read(append.stream)).toEqual([]);
  });

  it('judges the clock of a demonstration by how far that is ahead', async () => {
    const ahead = 42 * 86_400_000;
    const later = new KurrentEventStore({ url: opened.url, account: null }, { report: () => undefined, ahead: () => ahead });
    expect(await later.append(appendOf(newStream(), NO_STREAM, bodies(1), Date.now() + ahead))).toMatchObject({ outcome: 'written' });
    expect(await later.append(appendOf(newStream(), NO_STREAM))).toMatchObject({ outcome: 'clock' });
    await later.close();
  });

  it('asks the cluster for its time once more before it refuses: what a machine counts by itself stands still while that is suspended', async () => {
    const resumed = new KurrentEventStore({ url: opened.url, account: null }, { report: () => undefined });
    const clocks = async () => {
      const records = [];
      for await (const { event } of raw.readAll({ credentials: NOBODY })) if (event?.type === 'ClockAsked') records.push(event.streamId);
      return records.length;
    };
    await written(resumed, appendOf(newStream(), NO_STREAM));
    const before = await clocks();
    const counted = performance.now.bind(performance);
    const now = jest.spyOn(performance, 'now').mockImplementation(() => counted() - 10_000);
    try {
      const outcomes = await resumed.appendMany(Array.from({ length: 60 }, () => appendOf(newStream(), NO_STREAM)));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ outcome: 'written' });
      expect((await clocks()) - before).toBe(1);
    } finally {
      now.mockRestore();
      await resumed.close();
    }
  });
});

describe('A server that takes less than the system sends', () => {
  it('leads to "unavailable", not to an endless try', async () => {
    const opened = await openLoopbackStore({ maxAppendSize: 5_000 });
    const trouble: unknown = await opened.store.append(appendOf(newStream(), NO_STREAM, bodies(1, 6_000))).catch((error: unknown) => error);
    expect(trouble).toBeInstanceOf(StoreUnavailable);
    expect((trouble as Error).message).toContain('MAX_APPEND_SIZE');
    await opened.close();
  });
});
