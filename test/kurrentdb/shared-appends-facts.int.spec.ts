import {
  DeadlineExceededError,
  EventStoreDBClient,
  NO_STREAM,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { all, event, events, connected, streamName } from './client.js';
import { LoopbackServer } from './loopback.js';

const MIB = 1_048_576;
type Asked = NonNullable<Parameters<Awaited<ReturnType<typeof connected>>['client']['appendToStream']>[2]>;

/** Appends without a name in the call share one stream of messages. The adapter keeps off it, and this is why. */
describe('Appends of many callers on one stream of messages', () => {
  let its: Awaited<ReturnType<typeof connected>>;
  beforeEach(async () => void (its = await connected({})));
  afterEach(() => its.close());
  const share = (stream: string, options: Asked = {}) => its.client.appendToStream(stream, [event()], options);

  it('are refused one by one: a conflict, a stream that was ended', async () => {
    const [there, ended] = [streamName(), streamName()];
    await share(there);
    await its.client.tombstoneStream(ended, { credentials: its.credentials });
    const [conflict, deleted, fine] = await Promise.allSettled([
      share(there, { expectedRevision: NO_STREAM }),
      share(ended),
      share(streamName()),
    ]);
    expect(conflict).toMatchObject({ reason: expect.any(WrongExpectedVersionError) as Error });
    expect(deleted).toMatchObject({ reason: expect.any(StreamDeletedError) as Error });
    expect(fine).toMatchObject({ status: 'fulfilled' });
  });

  it('have refusals that the client does not know by their name', async () => {
    await expect(its.client.appendToStream(streamName(), [event('')])).rejects.toThrow(UnknownError);
  });

  it('are given up where they are not through by the moment they name, and whoever sends one again finds it', async () => {
    const [stream, sent] = [streamName(), events(2)];
    const append = (deadline: number) => its.client.appendToStream(stream, sent, { expectedRevision: NO_STREAM, deadline });
    await its.server?.attack({ kind: 'hold-commits' });
    await expect(append(300)).rejects.toThrow(DeadlineExceededError);
    await its.server?.attack(null);
    expect((await append(10_000)).nextExpectedRevision).toBe(1n);
    expect(await all(its.client.readStream(stream))).toHaveLength(2);
  });

  it('that do not fit into one message come in several, and are one append all the same', async () => {
    const large = await connected({ maxAppendSize: 64 * MIB });
    try {
      const [stream, sent] = [streamName(), Array.from({ length: 9 }, () => event('Large', MIB))];
      const append = (last: typeof sent) => large.client.appendToStream(stream, [...sent, ...last], { expectedRevision: NO_STREAM });
      await expect(append([event('')])).rejects.toThrow(UnknownError);
      await expect(all(large.client.readStream(stream))).rejects.toThrow(StreamNotFoundError);
      expect((await append([])).nextExpectedRevision).toBe(8n);
      expect(await all(large.client.readStream(stream))).toHaveLength(9);
    } finally {
      await large.close();
    }
  });

  it('tell a wrong revision of a conflict to whoever asked for it as an answer', async () => {
    const stream = streamName();
    await its.client.appendToStream(stream, events(5));
    const quiet = EventStoreDBClient.connectionString(`${its.server?.url ?? ''}&throwOnAppendFailure=false`);
    const { success, nextExpectedRevision } = await quiet.appendToStream(stream, [event()], { expectedRevision: NO_STREAM });
    await quiet.dispose();
    expect({ success, nextExpectedRevision }).toEqual({ success: false, nextExpectedRevision: 1n });
  });

  it('all die together when one of them meets a node that does not lead', async () => {
    const leader = await LoopbackServer.start();
    try {
      const insists = { requiresLeader: true };
      await share(streamName(), insists);
      await its.server?.attack({ kind: 'mute', times: 1 });
      const held = its.server?.happened('mute');
      const waiting = share(streamName(), insists).catch((error: unknown) => error);
      await held;
      await its.server?.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.port, times: 1 });
      for (const one of await Promise.all([share(streamName(), insists).catch((error: unknown) => error), waiting]))
        expect(one).toBeInstanceOf(NotLeaderError);
    } finally {
      await leader.stop();
    }
  });
});
