import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, streamName, type Connected } from './client.js';

const require = createRequire(import.meta.url);
const { StreamsClient } = require('@eventstore/db-client/generated/streams_grpc_pb.js');
const { AppendReq, ReadReq } = require('@eventstore/db-client/generated/streams_pb.js');
const { Empty, StreamIdentifier, UUID } = require('@eventstore/db-client/generated/shared_pb.js');
// The gRPC library of the client: two of them do not know each other's metadata.
const { credentials, status } = createRequire(require.resolve('@eventstore/db-client'))('@grpc/grpc-js');

interface Refusal extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(name: string): readonly string[] };
}

interface Answer {
  hasSuccess(): boolean;
  getSuccess(): { hasNoStream(): boolean; hasNoPosition(): boolean };
}

/** What the client never says, or keeps to itself: spoken to the test server without it. */
describe('On the wire the test server', () => {
  let its: Connected;
  let stub: {
    append(answered: (error: Refusal | null, response: Answer) => void): { write(message: object): void; end(): void };
    read(request: object): Readable;
    close(): void;
  };
  beforeAll(async () => {
    its = await connected({ maxAppendEventSize: 1_000 });
    stub = new StreamsClient(`127.0.0.1:${its.server?.port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    stub.close();
    await its.close();
  });
  const beginning = (stream: string): object => {
    const identifier = new StreamIdentifier();
    identifier.setStreamName(Uint8Array.from(Buffer.from(stream)));
    const options = new AppendReq.Options();
    options.setStreamIdentifier(identifier);
    options.setNoStream(new Empty());
    const message = new AppendReq();
    message.setOptions(options);
    return message;
  };
  const proposed = (metadata: Readonly<Record<string, string>>, size = 8): object => {
    const id = new UUID();
    id.setString(randomUUID());
    const event = new AppendReq.ProposedMessage();
    event.setId(id);
    event.setData(new Uint8Array(size));
    for (const [name, value] of Object.entries(metadata)) event.getMetadataMap().set(name, value);
    const message = new AppendReq();
    message.setProposedMessage(event);
    return message;
  };
  const append = (...messages: readonly object[]) =>
    new Promise<Answer>((resolve, reject) => {
      const call = stub.append((error, response) => (error === null ? resolve(response) : reject(error)));
      for (const message of messages) call.write(message);
      call.end();
    });
  const refusal = (...messages: readonly object[]): Promise<Refusal> =>
    append(...messages).then(
      () => Promise.reject(new Error('it was taken')),
      (error: Refusal) => error,
    );
  const OCTETS = { type: 'Happened', 'content-type': 'application/octet-stream' };

  it('answers an append of no event by "no stream" and "no position"', async () => {
    const success = (await append(beginning(streamName()))).getSuccess();
    expect([success.hasNoStream(), success.hasNoPosition()]).toEqual([true, true]);
  });

  it.each([
    ['type', { 'content-type': OCTETS['content-type'] }],
    ['content-type', { type: OCTETS.type }],
  ])('refuses an event without its %s, by the name of what it lacks', async (property, metadata) => {
    const { code, details, metadata: trailers } = await refusal(beginning(streamName()), proposed(metadata));
    expect({ code, details }).toEqual({ code: status.INVALID_ARGUMENT, details: `Required Metadata Property '${property}' is missing` });
    expect(trailers.get('exception')).toEqual(['missing-required-metadata-property']);
    expect(trailers.get('required-metadata-properties')).toEqual(['type,content-type']);
  });

  it('refuses an event that is too large by itself, and says which one and how large it is', async () => {
    expect((await append(beginning(streamName()), proposed(OCTETS, 984))).hasSuccess()).toBe(true);
    const { code, metadata } = await refusal(beginning(streamName()), proposed(OCTETS, 985));
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(metadata.get('exception')).toEqual(['maximum-append-event-size-exceeded']);
    expect([...metadata.get('proposed-event-size'), ...metadata.get('maximum-append-event-size')]).toEqual(['1001', '1000']);
  });

  it('refuses a subscriber who wants to be told how far it looked after no event', async () => {
    const none = new Empty();
    const filter = new ReadReq.Options.FilterOptions();
    const expression = new ReadReq.Options.FilterOptions.Expression();
    expression.addPrefix('fact');
    filter.setStreamIdentifier(expression);
    filter.setMax(32);
    filter.setCheckpointintervalmultiplier(0);
    const everything = new ReadReq.Options.AllOptions();
    everything.setStart(none);
    const options = new ReadReq.Options();
    options.setAll(everything);
    options.setSubscription(new ReadReq.Options.SubscriptionOptions());
    options.setFilter(filter);
    const request = new ReadReq();
    request.setOptions(options);
    const [error] = (await once(stub.read(request).resume(), 'error')) as [Refusal];
    expect(error.code).toBe(status.INVALID_ARGUMENT);
  });

  it('takes no message that is larger than 16 MiB', async () => {
    const { code } = await refusal(beginning(streamName()), proposed(OCTETS, 16 * 1_048_576));
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
  });
});
