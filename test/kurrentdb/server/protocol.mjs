import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// The gRPC library must be the very one that the generated definitions were made for: two of them do not know each other's metadata.
const ofClient = createRequire(require.resolve('@eventstore/db-client'));

export const grpc = ofClient('@grpc/grpc-js');
export const { Any } = ofClient('google-protobuf/google/protobuf/any_pb');
export const streams = ofClient('@eventstore/db-client/generated/streams_pb');
export const shared = ofClient('@eventstore/db-client/generated/shared_pb');
export const gossip = ofClient('@eventstore/db-client/generated/gossip_pb');
export const features = ofClient('@eventstore/db-client/generated/serverfeatures_pb');
export const rpcStatus = ofClient('@eventstore/db-client/generated/status_pb');
export const { StreamsClient, StreamsService } = ofClient('@eventstore/db-client/generated/streams_grpc_pb');
export const { GossipService } = ofClient('@eventstore/db-client/generated/gossip_grpc_pb');
export const { ServerFeaturesService } = ofClient('@eventstore/db-client/generated/serverfeatures_grpc_pb');

/** Number of the event that ends a stream for ever, and of "truncated before everything". */
export const MAX = 9_223_372_036_854_775_807n;

/** A refusal as the server words it: a status, and trailers by which clients know what happened. */
export class Refused extends Error {
  constructor(code, message, trailers = {}) {
    super(message);
    this.code = code;
    this.details = message;
    this.metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, String(value));
  }
}

const { status } = grpc;
export const accessDenied = () => new Refused(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
export const unauthenticated = () => new Refused(status.UNAUTHENTICATED, 'Unauthenticated');
export const streamDeleted = (name) =>
  new Refused(status.FAILED_PRECONDITION, `Event stream '${name}' is deleted.`, { exception: 'stream-deleted', 'stream-name': name });
export const tooLarge = (limit) =>
  new Refused(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': limit,
  });
export const eventTooLarge = (id, size, limit) =>
  new Refused(status.INVALID_ARGUMENT, `Event with Id: ${id}, Size: ${size}, exceeds Maximum Append Event Size of ${limit}.`, {
    exception: 'maximum-append-event-size-exceeded',
    'maximum-append-event-size': limit,
    'event-id': id,
    'proposed-event-size': size,
  });
export const lacking = (property) =>
  new Refused(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
export const badRequest = (message) => new Refused(status.INVALID_ARGUMENT, message);
/** An append on the shared stream was not through by the moment that it named itself; whether it was written is not known. */
export const overdue = () => new Refused(status.DEADLINE_EXCEEDED, 'Timeout', { exception: 'timeout' });
/** Whether it was written is not known. */
export const timedOut = () => new Refused(status.ABORTED, 'Operation timed out');
export const notReady = () => new Refused(status.UNAVAILABLE, 'Server Is Not Ready');
export const notLeader = ({ host, port }) =>
  new Refused(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': port,
  });
/** Subscribers are told that nothing begins where they want to begin; for readers the server has no words, only the name of a result. */
export const invalidPosition = () => new Refused(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.');
export const unexpectedPosition = () => new Refused(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition');
/** How deletions word a conflict; appends answer with a message instead. */
export const wrongExpected = (name, expected, current) =>
  new Refused(status.FAILED_PRECONDITION, `WrongExpectedVersion: expected ${expected}, current ${current}`, {
    exception: 'wrong-expected-version',
    'stream-name': name,
    'expected-version': typeof expected === 'bigint' ? expected : { any: -2, no_stream: -1, stream_exists: -4 }[expected],
    'actual-version': current,
  });

export const nameOf = (identifier) => Buffer.from(identifier.getStreamName_asU8()).toString('utf8');
export const identifierOf = (name) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Uint8Array.from(Buffer.from(name, 'utf8')));
  return identifier;
};
export const uuidOf = (id) => {
  const uuid = new shared.UUID();
  uuid.setString(id);
  return uuid;
};
