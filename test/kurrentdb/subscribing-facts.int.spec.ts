import { END, START, StreamDeletedError, excludeSystemEvents, eventTypeFilter, streamNameFilter } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { all, connected, event, events, Heard, streamName, subscribedToAll, type Connected } from './client.js';
import { WAYS } from './over-tls.js';

describe.each(WAYS)('Subscribing to EventStoreDB%s', (_, way) => {
  let its: Connected;
  beforeAll(async () => void (its = await (way ?? connected)()));
  afterAll(() => its.close());
  const toStream = (stream: string, fromRevision: typeof START | typeof END | bigint) => {
    const subscription = its.client.subscribeToStream(stream, { credentials: its.credentials, fromRevision });
    return { subscription, heard: new Heard().listen(subscription) };
  };

  it('confirms first, gives what lies behind the checkpoint, says "caught up", then goes on live', async () => {
    const [stream, before, after] = [streamName(), events(3), events(2)];
    await its.append(stream, before);
    const { subscription, heard } = toStream(stream, START);
    await heard.until(({ words }) => words.includes('caughtUp'));
    await its.append(stream, after);
    await heard.until(({ words }) => words.length === 7);
    expect(heard.words).toEqual(['confirmation', ...before.map(({ id }) => id), 'caughtUp', ...after.map(({ id }) => id)]);
    await subscription.unsubscribe();
  });

  it('takes the place it is given for one that was handled: the first event is the one behind it', async () => {
    const [stream, sent] = [streamName(), events(4)];
    await its.append(stream, sent.slice(0, 2));
    const { position } = await its.append(stream, [sent[2]!]);
    await its.append(stream, [sent[3]!]);
    const one = toStream(stream, 1n);
    await one.heard.until(({ words }) => words.includes('caughtUp'));
    expect(one.heard.words).toEqual(['confirmation', sent[2]!.id, sent[3]!.id, 'caughtUp']);
    const everything = subscribedToAll(its, { fromPosition: position!, filter: streamNameFilter({ prefixes: [stream] }) });
    await everything.heard.until(({ words }) => words.includes('caughtUp'));
    expect(everything.heard.words).toEqual(['confirmation', sent[3]!.id, 'caughtUp']);
    await Promise.all([one.subscription.unsubscribe(), everything.subscription.unsubscribe()]);
  });

  it('from the end gives only what is new', async () => {
    const [stream, fresh] = [streamName(), event()];
    await its.append(stream, events(2));
    const { subscription, heard } = subscribedToAll(its, { fromPosition: END, filter: streamNameFilter({ prefixes: [stream] }) });
    await heard.until(({ words }) => words.includes('caughtUp'));
    await its.append(stream, [fresh]);
    await heard.until(({ words }) => words.includes(fresh.id));
    expect(heard.words.filter((word) => word !== 'confirmation' && word !== 'caughtUp')).toEqual([fresh.id]);
    await subscription.unsubscribe();
  });

  it('says "caught up" also for a stream that is not there yet', async () => {
    const stream = streamName();
    const { subscription, heard } = toStream(stream, START);
    await heard.until(({ words }) => words.includes('caughtUp'));
    const first = event();
    await its.append(stream, [first]);
    await heard.until(({ words }) => words.includes(first.id));
    expect(heard.words).toEqual(['confirmation', 'caughtUp', first.id]);
    await subscription.unsubscribe();
  });

  it('filters by prefixes of stream names or types, or by an expression', async () => {
    const [mark, other] = [streamName('mark'), streamName('other')];
    const [a, b, c] = [event('Kept'), event('Dropped'), event('Kept')];
    const { position } = await its.append(mark, [event('Dropped')]);
    await its.append(mark, [a, b]);
    await its.append(other, [c]);
    const seen = async (filter: NonNullable<Parameters<typeof its.client.subscribeToAll>[0]>['filter']) => {
      const { subscription, heard } = subscribedToAll(its, { fromPosition: position!, ...(filter === undefined ? {} : { filter }) });
      await heard.until(({ words }) => words.includes('caughtUp'));
      await subscription.unsubscribe();
      return heard.words.filter((word) => [a.id, b.id, c.id].includes(word));
    };
    expect(await seen(streamNameFilter({ prefixes: [mark] }))).toEqual([a.id, b.id]);
    expect(await seen(streamNameFilter({ regex: '^other-' }))).toEqual([c.id]);
    expect(await seen(streamNameFilter({ regex: '^(?!mark-)' }))).toEqual([c.id]);
    expect(await seen(eventTypeFilter({ prefixes: ['Kep'] }))).toEqual([a.id, c.id]);
    expect(await seen(excludeSystemEvents())).toEqual([a.id, b.id, c.id]);
  });

  it('tells now and then how far it looked, and once more at the end of catching up, before it says so', async () => {
    const [wanted, others] = [streamName('wanted'), streamName('others')];
    const { position } = await its.append(wanted, [event()]);
    for (let n = 0; n < 4; n += 1) await its.append(others, events(96));
    const heard = new Heard();
    const filter = streamNameFilter({
      prefixes: [wanted],
      maxSearchWindow: 32,
      checkpointInterval: 2,
      checkpointReached: heard.checkpointReached,
    });
    const { subscription } = subscribedToAll(its, { fromPosition: position!, filter }, heard);
    await heard.until(({ words }) => words.includes('caughtUp'));
    await subscription.unsubscribe();
    expect([6, 7]).toContain(heard.count('checkpoint'));
    expect(heard.words.slice(-2)).toEqual(['checkpoint', 'caughtUp']);
    expect(heard.checkpoints).toEqual([...new Set(heard.checkpoints)].sort((a, b) => (a < b ? -1 : 1)));
    expect(heard.checkpoints.at(-1)).toBeGreaterThan(position!.commit);
  });

  it('can not be asked to tell how far it looked after no event: the client refuses', () => {
    const filter = streamNameFilter({ prefixes: ['fact'], checkpointInterval: 0, checkpointReached: async () => undefined });
    expect(() => its.client.subscribeToAll({ credentials: its.credentials, filter })).toThrow('must be greater than 0');
  });

  it('has the client give nothing more before whoever hears how far it looked is done with that', async () => {
    const [stream, sent] = [streamName(), events(2)];
    const { position } = await its.append(streamName(), [event()]);
    const heard = new Heard();
    let done: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (done = resolve));
    const checkpointReached = async (...told: Parameters<Heard['checkpointReached']>): Promise<void> => {
      await heard.checkpointReached(...told);
      await held;
    };
    const filter = streamNameFilter({ prefixes: [stream], maxSearchWindow: 1, checkpointInterval: 1, checkpointReached });
    const { subscription } = subscribedToAll(its, { fromPosition: position!, filter }, heard);
    await heard.until(({ words }) => words.includes('caughtUp'));
    await its.append(stream, [sent[0]!]);
    await heard.until(({ words }) => words.at(-1) === 'checkpoint');
    await its.append(stream, [sent[1]!]);
    await all(its.client.readStream(stream, { credentials: its.credentials }));
    const before = [...heard.words];
    expect(before).not.toContain(sent[1]!.id);
    done();
    await heard.until(({ words }) => words.includes(sent[1]!.id));
    await subscription.unsubscribe();
  });

  it('goes on over a soft deletion, and ends with a tombstone', async () => {
    const [stream, again] = [streamName(), event()];
    await its.append(stream, events(1));
    const { heard } = toStream(stream, START);
    await heard.until(({ words }) => words.includes('caughtUp'));
    await its.client.deleteStream(stream, { credentials: its.eraser });
    await its.append(stream, [again]);
    await heard.until(({ words }) => words.includes(again.id));
    await its.client.tombstoneStream(stream, { credentials: its.eraser });
    await heard.until(({ error }) => error !== null);
    expect(heard.error).toBeInstanceOf(StreamDeletedError);
  });
});

describe('The test server', () => {
  it('lets a subscriber fall out of the live ones when more comes at once than it keeps for him: he hears "caught up" once more, and misses nothing', async () => {
    const its = await connected({});
    const sent = events(40);
    const { subscription, heard } = subscribedToAll(its, { fromPosition: END });
    await heard.until(({ words }) => words.includes('caughtUp'));
    await its.append(streamName(), sent);
    await heard.until(({ words }) => words.filter((word) => word === 'caughtUp').length === 2);
    expect(heard.words).toEqual(['confirmation', 'caughtUp', ...sent.map(({ id }) => id), 'caughtUp']);
    await subscription.unsubscribe();
    await its.close();
  });
});
