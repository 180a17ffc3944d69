import { randomUUID } from 'node:crypto';
import {
  ANY,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamNotFoundError,
  WrongExpectedVersionError,
  binaryEvent,
  type BinaryEventData,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { all, connected, event, events, streamName, type Connected } from './client.js';
import { WAYS } from './over-tls.js';

/** What the adapter rests on, asked of the server with the real client: of the test server, or of the one that KURRENTDB_URL names. */
describe.each(WAYS)('Appending to EventStoreDB%s', (_, way) => {
  let its: Connected;
  beforeAll(async () => void (its = await (way ?? connected)()));
  afterAll(() => its.close());
  const conflict = async (append: Promise<unknown>) => {
    const error: unknown = await append.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    const { expectedVersion, actualVersion } = error as WrongExpectedVersionError;
    return { expectedVersion, actualVersion };
  };

  it('answers with the last revision and with one position, the same as commit and as prepare', async () => {
    const { success, nextExpectedRevision, position } = await its.append(streamName(), events(3), { expectedRevision: NO_STREAM });
    expect({ success, nextExpectedRevision }).toEqual({ success: true, nextExpectedRevision: 2n });
    expect(position?.commit).toBe(position?.prepare);
  });

  it('answers with the position of the last event of the append', async () => {
    const stream = streamName();
    const { position } = await its.append(stream, events(3), { expectedRevision: NO_STREAM });
    const read = await all(its.client.readStream(stream, { credentials: its.credentials }));
    expect(read.at(-1)?.event?.position).toEqual(position);
  });

  it('gives positions that increase and are not dense', async () => {
    const stream = streamName();
    await its.append(stream, events(3), { expectedRevision: NO_STREAM });
    const positions = (await all(its.client.readStream(stream, { credentials: its.credentials }))).map(
      ({ event: one }) => one!.position!.commit,
    );
    expect(positions[1]! - positions[0]!).toBeGreaterThan(1n);
    expect(positions[2]! - positions[1]!).toBeGreaterThan(1n);
  });

  it('refuses to create a stream that is there, and says where it stands', async () => {
    const stream = streamName();
    await its.append(stream, events(2), { expectedRevision: NO_STREAM });
    expect(await conflict(its.append(stream, events(1), { expectedRevision: NO_STREAM }))).toEqual({
      expectedVersion: 'no_stream',
      actualVersion: 1n,
    });
  });

  it('refuses a revision that lies ahead, and one of a stream that is not there', async () => {
    const stream = streamName();
    expect(await conflict(its.append(stream, events(1), { expectedRevision: 4n }))).toEqual({
      expectedVersion: 4n,
      actualVersion: 'no_stream',
    });
    await its.append(stream, events(1), { expectedRevision: NO_STREAM });
    expect(await conflict(its.append(stream, events(1), { expectedRevision: 4n }))).toEqual({ expectedVersion: 4n, actualVersion: 0n });
  });

  it('appends to an existing stream only where one exists', async () => {
    const stream = streamName();
    await conflict(its.append(stream, events(1), { expectedRevision: STREAM_EXISTS }));
    await its.append(stream, events(1), { expectedRevision: NO_STREAM });
    expect((await its.append(stream, events(1), { expectedRevision: STREAM_EXISTS })).nextExpectedRevision).toBe(1n);
  });

  describe('what comes again', () => {
    const twice = async (expectedRevision: typeof NO_STREAM | typeof ANY | bigint) => {
      const [stream, same] = [streamName(), events(2)];
      const first = await its.append(stream, same, { expectedRevision: expectedRevision === 0n ? NO_STREAM : expectedRevision });
      return { stream, same, first };
    };

    it.each([NO_STREAM, ANY] as const)('is taken for written when its ids are known: %s', async (expectedRevision) => {
      const { stream, same, first } = await twice(expectedRevision);
      await its.append(stream, events(1), { expectedRevision: 1n });
      expect(await its.append(stream, same, { expectedRevision })).toEqual(first);
      expect(await all(its.client.readStream(stream, { credentials: its.credentials }))).toHaveLength(3);
    });

    it('is taken for written by its revision, or where any stream will do that exists, when its ids are known', async () => {
      const [stream, same] = [streamName(), events(2)];
      await its.append(stream, events(1), { expectedRevision: NO_STREAM });
      const first = await its.append(stream, same, { expectedRevision: 0n });
      await its.append(stream, events(1), { expectedRevision: 2n });
      for (const expectedRevision of [0n, STREAM_EXISTS] as const)
        expect(await its.append(stream, same, { expectedRevision })).toEqual(first);
      expect(await all(its.client.readStream(stream, { credentials: its.credentials }))).toHaveLength(4);
    });

    it('is taken for written whatever its bytes are: only ids are compared', async () => {
      const { stream, same, first } = await twice(NO_STREAM);
      const other = same.map((one): BinaryEventData => ({ ...one, data: new Uint8Array([9, 9, 9]) }));
      expect(await its.append(stream, other, { expectedRevision: NO_STREAM })).toEqual(first);
      const [read] = await all(its.client.readStream(stream, { credentials: its.credentials }));
      expect(read?.event?.data).toEqual(new Uint8Array(8));
    });

    it('is a conflict when only its beginning lies there, or another event follows', async () => {
      const { stream, same } = await twice(NO_STREAM);
      for (const longer of [
        [...same, event()],
        [same[0]!, event()],
        [event(), same[1]!],
      ])
        expect(await conflict(its.append(stream, longer, { expectedRevision: NO_STREAM }))).toMatchObject({ actualVersion: 1n });
    });

    it('is a conflict where no revision is named and only the first id is known', async () => {
      const { stream, same } = await twice(ANY);
      await conflict(its.append(stream, [same[0]!, event()], { expectedRevision: ANY }));
    });

    it('is written once more where no revision is named and its first id is new', async () => {
      const { stream, same } = await twice(ANY);
      expect((await its.append(stream, [event(), same[1]!], { expectedRevision: ANY })).nextExpectedRevision).toBe(3n);
    });
  });

  it('writes nothing for an append of no event, and calls it a conflict where the stream is further than it says', async () => {
    const stream = streamName();
    await its.append(stream, [], { expectedRevision: NO_STREAM });
    await expect(all(its.client.readStream(stream, { credentials: its.credentials }))).rejects.toThrow(StreamNotFoundError);
    await its.append(stream, events(1), { expectedRevision: NO_STREAM });
    expect(await conflict(its.append(stream, [], { expectedRevision: NO_STREAM }))).toMatchObject({ actualVersion: 0n });
  });

  it('writes all events of an append or none', async () => {
    const stream = streamName();
    await conflict(its.append(stream, events(5), { expectedRevision: 7n }));
    await its.append(stream, events(1), { expectedRevision: NO_STREAM });
    expect(await all(its.client.readStream(stream, { credentials: its.credentials }))).toHaveLength(1);
  });

  it('keeps bytes, types and ids as they were sent, whatever is in them', async () => {
    const [stream, id] = [streamName('fact-é健𝄞'), randomUUID()];
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const metadata = Uint8Array.from(Buffer.from('{"text":"é œ 健康 𝄞 \\u0000"}'));
    await its.append(stream, [binaryEvent({ id, type: 'Événement', data, metadata })]);
    const [read] = await all(its.client.readStream(stream, { credentials: its.credentials }));
    expect(read?.event).toMatchObject({ streamId: stream, id, type: 'Événement', isJson: false, metadata: { text: 'é œ 健康 𝄞 \u0000' } });
    expect(read?.event?.data).toEqual(data);
  });

  it('stamps what it writes with its own clock', async () => {
    const stream = streamName();
    await its.append(stream, events(1));
    const [read] = await all(its.client.readStream(stream, { credentials: its.credentials }));
    expect(Math.abs(read!.event!.created.getTime() - Date.now())).toBeLessThan(30_000);
  });
});

describe('A test server with a limit of 1 MiB', () => {
  let its: Connected;
  beforeAll(async () => void (its = await connected({})));
  afterAll(() => its.close());

  it('counts data, metadata and twice the type, and refuses what is larger', async () => {
    const sized = (data: number): BinaryEventData =>
      binaryEvent({
        id: randomUUID(),
        type: 'T'.repeat(100),
        data: new Uint8Array(data),
        metadata: Uint8Array.from(Buffer.from('{"a":1}')),
      });
    const limit = 1_048_576;
    const room = limit - 200 - 7;
    await its.append(streamName(), [sized(room)]);
    const error: unknown = await its.append(streamName(), [sized(room + 1)]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect((error as MaxAppendSizeExceededError).maxAppendSize).toBe(limit);
  });

  it('refuses an event without an id or a type', async () => {
    await expect(its.append(streamName(), [event('')])).rejects.toThrow(/INVALID_ARGUMENT/);
    await expect(its.append(streamName(), [{ ...event(), id: '00000000-0000-0000-0000-000000000000' }])).rejects.toThrow(
      /INVALID_ARGUMENT/,
    );
  });

  it('takes appends of many callers on one stream of messages as well, with the same verdicts', async () => {
    const shared = (stream: string, expectedRevision: typeof NO_STREAM | bigint) =>
      its.client.appendToStream(stream, events(2), { expectedRevision }).then(
        ({ nextExpectedRevision }) => nextExpectedRevision,
        (error: unknown) => (error instanceof WrongExpectedVersionError ? error.actualVersion : error),
      );
    const [one, other] = [streamName(), streamName()];
    expect(await Promise.all([shared(one, NO_STREAM), shared(other, NO_STREAM), shared(streamName(), 3n)])).toEqual([1n, 1n, 'no_stream']);
    expect(await Promise.all([shared(one, 1n), shared(other, 0n)])).toEqual([3n, 1n]);
    const large = [binaryEvent({ type: 'T', data: new Uint8Array(2_000_000) })];
    await expect(its.client.appendToStream(one, large)).rejects.toThrow(MaxAppendSizeExceededError);
  });
});
