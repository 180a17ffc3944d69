import { BACKWARDS, END, jsonEvent, START, StreamNotFoundError } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { all, connected, events, streamName, subscribedToAll, type Connected } from './client.js';
import { WAYS } from './over-tls.js';

describe.each(WAYS)('Reading from EventStoreDB%s', (_, way) => {
  let its: Connected;
  let stream: string;
  let positions: readonly bigint[];
  beforeAll(async () => {
    its = await (way ?? connected)();
    stream = streamName();
    await its.append(stream, events(100));
    positions = (await all(its.client.readStream(stream, { credentials: its.credentials }))).map(({ event }) => event!.position!.commit);
  });
  afterAll(() => its.close());
  const ofStream = async (options: Parameters<typeof its.client.readStream>[1]) =>
    (await all(its.client.readStream(stream, { credentials: its.credentials, ...options }))).map(({ event }) => Number(event!.revision));
  const ofAll = async (options: Parameters<typeof its.client.readAll>[0]) =>
    all(its.client.readAll({ credentials: its.credentials, ...options }));
  const place = (n: number) => ({ commit: positions[n]!, prepare: positions[n]! });

  it('gives a stream from a revision on, that one included, as many as wanted, whatever the pages of the server', async () => {
    expect(await ofStream({})).toEqual(Array.from({ length: 100 }, (_, rev) => rev));
    expect(await ofStream({ fromRevision: 98n })).toEqual([98, 99]);
    expect(await ofStream({ fromRevision: 10n, maxCount: 2 })).toEqual([10, 11]);
  });

  it('gives a stream backwards, from its end or from a revision', async () => {
    expect(await ofStream({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([99, 98]);
    expect(await ofStream({ direction: BACKWARDS, fromRevision: 1n })).toEqual([1, 0]);
  });

  it('gives nothing beyond the end, without an error', async () => {
    expect(await ofStream({ fromRevision: 100n })).toEqual([]);
    expect(await ofStream({ fromRevision: 10_000n })).toEqual([]);
  });

  it('says by an error that there is no stream', async () => {
    await expect(all(its.client.readStream(streamName(), { credentials: its.credentials }))).rejects.toThrow(StreamNotFoundError);
  });

  it('gives everything from a position on, that one included', async () => {
    const found = await ofAll({ fromPosition: place(5), maxCount: 3 });
    expect(found.map(({ event }) => event?.revision)).toEqual([5n, 6n, 7n]);
  });

  it('gives everything backwards from the end: first what was written last', async () => {
    const { position } = await its.append(streamName(), events(1));
    const [last] = await ofAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    expect(last?.event?.position).toEqual(position);
  });

  it('gives records of the server among everything, so a reader leaves them out himself', async () => {
    await its.client.setStreamMetadata(stream, { own: 'yes' }, { credentials: its.admin });
    const last = await ofAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    expect(last[0]?.event?.streamId).toBe(`$$${stream}`);
  });

  it('shows the same positions in a stream and in everything', async () => {
    const found = await ofAll({ fromPosition: place(0), maxCount: 100 });
    expect(found.flatMap(({ event }) => (event?.streamId === stream ? [event.position?.commit] : []))).toEqual(positions);
  });

  it('gives nothing behind the last record, or says that the place is none', async () => {
    const beyond = { commit: positions.at(-1)! + 1_000_000_000n, prepare: positions.at(-1)! + 1_000_000_000n };
    const found = await ofAll({ fromPosition: beyond }).catch((error: unknown) => (error as { readonly code: number }).code);
    expect([[], 3, 2]).toContainEqual(found);
  });

  it('refuses a position in the middle of a record: to a reader by the name of a result, to a subscriber in words', async () => {
    const inside = { commit: positions[1]! - 1n, prepare: positions[1]! - 1n };
    await expect(ofAll({ fromPosition: inside, maxCount: 1 })).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('Unexpected ReadAllResult: InvalidPosition'),
    });
    const { heard } = subscribedToAll(its, { fromPosition: inside });
    await heard.until(({ error }) => error !== null);
    expect(heard.error).toMatchObject({ code: 3, message: expect.stringContaining('invalid position') });
  });

  it('shows a link as it lies there, or follows it to its event, where it is told to', async () => {
    const links = streamName();
    await its.append(
      links,
      [0, 1].map((rev) => ({
        ...jsonEvent({ type: '$>', data: {} }),
        contentType: 'application/octet-stream' as const,
        data: Buffer.from(`${rev}@${stream}`),
      })),
    );
    const read = (resolveLinkTos: boolean) => all(its.client.readStream(links, { credentials: its.credentials, resolveLinkTos }));
    const plain = await read(false);
    expect(plain.map(({ event, link }) => [event?.streamId, event?.type, link])).toEqual([0, 1].map(() => [links, '$>', undefined]));
    const followed = await read(true);
    expect(followed.map(({ event, link }) => [event?.streamId, event?.revision, link?.streamId, link?.revision])).toEqual(
      [0n, 1n].map((rev) => [stream, rev, links, rev]),
    );
  });

  it('starts at the very first record', async () => {
    const found = await ofAll({ fromPosition: START, maxCount: 1 });
    expect(found).toHaveLength(1);
  });
});

describe('The test server', () => {
  it('keeps its records of the epochs for itself, and how far subscriptions to everything are, and shows the other ones of its own', async () => {
    const its = await connected({});
    try {
      for (const kept of ['checkpoint', 'parked']) await its.append(`$persistentsubscription-$all::reports-${kept}`, events(1));
      const found = await all(its.client.readAll({ fromPosition: START }));
      expect(found.map(({ event: one }) => one?.streamId)).toEqual(['$user-admin']);
      const { heard } = subscribedToAll(its, { fromPosition: START });
      await heard.until(({ words }) => words.includes('caughtUp'));
      expect(heard.words).toEqual(['confirmation', found[0]?.event?.id, 'caughtUp']);
    } finally {
      await its.close();
    }
  });
});
