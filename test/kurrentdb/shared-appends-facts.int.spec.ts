import {
  EventStoreDBClient,
  NO_STREAM,
  NotLeaderError,
  StreamDeletedError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { event, events, connected, streamName } from './client.js';
import { LoopbackServer } from './loopback.js';

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
      await share(streamName());
      await its.server?.attack({ kind: 'mute', times: 1 });
      const held = its.server?.happened('mute');
      const waiting = share(streamName()).catch((error: unknown) => error);
      await held;
      await its.server?.attack({ kind: 'not-leader', host: '127.0.0.1', port: leader.port, times: 1 });
      for (const one of await Promise.all([share(streamName()).catch((error: unknown) => error), waiting]))
        expect(one).toBeInstanceOf(NotLeaderError);
    } finally {
      await leader.stop();
    }
  });
});
