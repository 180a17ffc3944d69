import { NO_STREAM, STREAM_EXISTS, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError, ANY } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/read-side.js';
import { all, connected, events, streamName, type Connected } from './client.js';
import { WAYS } from './over-tls.js';

describe.each(WAYS)('Deleting in EventStoreDB%s', (_, way) => {
  let its: Connected;
  beforeAll(async () => void (its = await (way ?? connected)()));
  afterAll(() => its.close());
  const revisions = async (stream: string) =>
    (await all(its.client.readStream(stream, { credentials: its.credentials }))).map(({ event }) => event!.revision);
  const written = async (count: number) => {
    const stream = streamName();
    const { position } = await its.append(stream, events(count), { expectedRevision: NO_STREAM });
    return { stream, position: position! };
  };
  const remove = (stream: string) => its.client.deleteStream(stream, { credentials: its.eraser });
  const end = (stream: string, expectedRevision: typeof ANY | typeof NO_STREAM | bigint = ANY) =>
    its.client.tombstoneStream(stream, { credentials: its.eraser, expectedRevision });

  it('softly lets readers find no stream, and whoever appends goes on behind the last number', async () => {
    const { stream } = await written(3);
    await remove(stream);
    await expect(revisions(stream)).rejects.toThrow(StreamNotFoundError);
    await expect(its.append(stream, events(1), { expectedRevision: STREAM_EXISTS })).rejects.toThrow(StreamDeletedError);
    expect((await its.append(stream, events(2), { expectedRevision: NO_STREAM })).nextExpectedRevision).toBe(4n);
    expect(await revisions(stream)).toEqual([3n, 4n]);
  });

  it('softly replaces all other metadata of the stream', async () => {
    const { stream } = await written(1);
    await its.client.setStreamMetadata(stream, { maxCount: 5, own: 'yes' }, { credentials: its.admin });
    await remove(stream);
    const { metadata } = await its.client.getStreamMetadata(stream, { credentials: its.credentials });
    expect(Object.keys(metadata ?? {})).toEqual(['truncateBefore']);
  });

  it('refuses to delete what was never there', async () => {
    await expect(remove(streamName())).rejects.toThrow(WrongExpectedVersionError);
  });

  it('with a tombstone ends a stream for ever, for readers and writers', async () => {
    const { stream } = await written(2);
    await expect(end(stream, 7n)).rejects.toMatchObject({ type: 'wrong-expected-version', expectedVersion: 7n, actualVersion: 1n });
    await end(stream, 1n);
    await expect(revisions(stream)).rejects.toThrow(StreamDeletedError);
    for (const expectedRevision of [ANY, NO_STREAM, 1n] as const)
      await expect(its.append(stream, events(1), { expectedRevision })).rejects.toThrow(StreamDeletedError);
  });

  it('with a tombstone refuses whoever subscribes to the stream afterwards, and leaves a last record with the highest number there is', async () => {
    const { stream } = await written(1);
    const { position } = await end(stream);
    const subscription = its.client.subscribeToStream(stream, { credentials: its.credentials });
    const error = await new Promise((resolve) => subscription.on('error', resolve));
    expect(error).toBeInstanceOf(StreamDeletedError);
    const [last] = await all(its.client.readAll({ credentials: its.credentials, fromPosition: position!, maxCount: 1 }));
    expect(last?.event).toMatchObject({ streamId: stream, type: '$streamDeleted', revision: 9_223_372_036_854_775_807n });
  });

  it('with a tombstone ends a stream that was never there', async () => {
    const stream = streamName();
    await end(stream, NO_STREAM);
    await expect(its.append(stream, events(1))).rejects.toThrow(StreamDeletedError);
  });

  it('hides nothing from whoever reads everything, until a scavenge', async () => {
    const { stream, position } = await written(1);
    await end(stream);
    const [found] = await all(its.client.readAll({ credentials: its.credentials, fromPosition: position, maxCount: 1 }));
    expect(found?.event?.streamId).toBe(stream);
  });

  it('takes an ended stream out of everything when it is scavenged; whatever else lies there stays at its place, also after a start', async () => {
    const own = await connected({});
    const placed = async () => (await all(own.client.readAll({ credentials: own.credentials }))).map(({ event: its }) => its!);
    const [ended, kept] = [streamName(), streamName()];
    for (const stream of [ended, kept, ended, kept]) await own.append(stream, events(2));
    await own.client.tombstoneStream(ended, { credentials: own.credentials, expectedRevision: 3n });
    const before = await placed();
    await own.server?.scavenge();
    const left = before.filter(({ streamId, type }) => streamId !== ended || type === '$streamDeleted');
    const places = (records: typeof before) => records.map(({ id, position }) => ({ id, position }));
    expect(places(await placed())).toEqual(places(left));
    await own.server?.restart();
    expect(places(await placed())).toEqual(places(left));
    await expect(own.append(ended, events(1))).rejects.toThrow(StreamDeletedError);
    const first = before.find(({ streamId }) => streamId === ended)?.position;
    const [next] = await all(own.client.readAll({ credentials: own.credentials, fromPosition: first!, maxCount: 1 }));
    expect(next?.event?.streamId).toBe(kept);
    await own.close();
  });

  it('leaves of a stream that was softly deleted its last event on the disk, however often it is scavenged', async () => {
    const own = await connected({});
    const [deleted, kept] = [streamName(), streamName()];
    for (const stream of [deleted, kept]) await own.append(stream, events(3));
    await own.client.deleteStream(deleted, { credentials: own.credentials });
    for (let times = 0; times < 2; times += 1) await own.server?.scavenge();
    await own.server?.restart();
    const left = (await all(own.client.readAll({ credentials: own.credentials }))).map(({ event: its }) => its!);
    const revisionsOf = (stream: string) => left.filter(({ streamId }) => streamId === stream).map(({ revision }) => revision);
    expect([revisionsOf(deleted), revisionsOf(kept)]).toEqual([[2n], [0n, 1n, 2n]]);
    expect((await own.append(deleted, events(1), { expectedRevision: NO_STREAM })).nextExpectedRevision).toBe(3n);
    await own.close();
  });

  it('shows of a stream only what its metadata leave: so many, from a number on', async () => {
    const { stream } = await written(10);
    const leave = (metadata: Parameters<typeof its.client.setStreamMetadata>[1]) =>
      its.client.setStreamMetadata(stream, metadata, { credentials: its.admin });
    await leave({ maxCount: 3 });
    expect(await revisions(stream)).toEqual([7n, 8n, 9n]);
    await leave({ truncateBefore: 5 });
    expect(await revisions(stream)).toEqual([5n, 6n, 7n, 8n, 9n]);
  });

  it('hides of a stream what has become older than its metadata leave, and shows it again when they leave more', async () => {
    const { stream } = await written(3);
    const leave = (maxAge: number) => its.client.setStreamMetadata(stream, { maxAge }, { credentials: its.admin });
    await leave(1);
    await eventually(async () => expect(await revisions(stream)).toEqual([]));
    await leave(3_600);
    expect(await revisions(stream)).toEqual([0n, 1n, 2n]);
  });

  it('keeps the last version of metadata only', async () => {
    const { stream } = await written(1);
    for (const maxCount of [7, 8]) await its.client.setStreamMetadata(stream, { maxCount }, { credentials: its.admin });
    expect(await revisions(`$$${stream}`)).toEqual([1n]);
  });
});
