import { Any, badRequest, grpc, nameOf, rpcStatus, shared, streams } from './protocol.mjs';

const { AppendResp, BatchAppendResp, DeleteResp, TombstoneResp } = streams;
const { status } = grpc;

/** 'any', 'no_stream', 'stream_exists' or a revision. */
export const expectedOf = (options) => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt(options.hasRevision?.() ? options.getRevision() : options.getStreamPosition());
};

export function proposedOf(message) {
  const map = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: map.get('type'),
    contentType: map.get('content-type'),
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
}

const positionIn = (kind, position) => {
  const placed = new kind();
  placed.setCommitPosition(String(position));
  placed.setPreparePosition(String(position));
  return placed;
};

function successIn(kind, placeKind, { revision, position }) {
  const success = new kind();
  if (revision === null || revision === undefined) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else success.setPosition(positionIn(placeKind, position));
  return success;
}

/** A conflict is an answer here, not an error. The fields *_20_6_0, for clients from before 21.2, are left out. */
export function appendAnswer(expected, outcome) {
  const response = new AppendResp();
  if ('revision' in outcome) response.setSuccess(successIn(AppendResp.Success, AppendResp.Position, outcome));
  else response.setWrongExpectedVersion(conflictIn(AppendResp.WrongExpectedVersion, 'Revision', expected, outcome));
  return response;
}

function conflictIn(kind, suffix, expected, { current }) {
  const conflict = new kind();
  const none = new shared.Empty();
  if (expected === 'any') conflict.setExpectedAny(none);
  else if (expected === 'stream_exists') conflict.setExpectedStreamExists(none);
  else if (expected === 'no_stream') conflict.setExpectedNoStream(none);
  else conflict[suffix === 'Revision' ? 'setExpectedRevision' : 'setExpectedStreamPosition'](String(expected));
  if (current === null) conflict.setCurrentNoStream(none);
  else conflict[suffix === 'Revision' ? 'setCurrentRevision' : 'setCurrentStreamRevision'](String(current));
  return conflict;
}

export const deleteAnswer = (position) => {
  const response = new DeleteResp();
  response.setPosition(positionIn(DeleteResp.Position, position));
  return response;
};
export const tombstoneAnswer = (position) => {
  const response = new TombstoneResp();
  response.setPosition(positionIn(TombstoneResp.Position, position));
  return response;
};

/** All messages of an append: whom it is for, and its events; and the messages themselves, for whoever passes them on. */
export async function receive(call) {
  let options = null;
  const events = [];
  const messages = [];
  for await (const message of call) {
    messages.push(message);
    if (message.hasOptions()) options = message.getOptions();
    else events.push(proposedOf(message.getProposedMessage()));
  }
  if (options === null) throw badRequest('No options provided.');
  return { name: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events, messages };
}

const packed = (message, type) => {
  const any = new Any();
  any.pack(message.serializeBinary(), type);
  return any;
};
const rpcError = (code, message, details) => {
  const error = new rpcStatus.Status();
  error.setCode(code);
  error.setMessage(message);
  if (details !== undefined) error.setDetails(details);
  return error;
};

/** The same append on the shared stream: there every refusal is an answer with its correlation. */
export function batchAnswer(correlation, options, outcome) {
  const response = new BatchAppendResp();
  response.setCorrelationId(correlation);
  response.setStreamIdentifier(options.getStreamIdentifier());
  const expected = expectedOf(options);
  if (outcome instanceof Error) response.setError(refusalOf(outcome, options));
  else if ('revision' in outcome) response.setSuccess(successIn(BatchAppendResp.Success, shared.AllStreamPosition, outcome));
  else
    response.setError(
      rpcError(
        status.ALREADY_EXISTS,
        'WrongExpectedVersion',
        packed(conflictIn(shared.WrongExpectedVersion, 'StreamPosition', expected, outcome), 'event_store.client.WrongExpectedVersion'),
      ),
    );
  return response;
}

function refusalOf(error, options) {
  const [exception] = error.metadata?.get('exception') ?? [];
  if (exception === 'stream-deleted') {
    const deleted = new shared.StreamDeleted();
    deleted.setStreamIdentifier(options.getStreamIdentifier());
    return rpcError(status.NOT_FOUND, 'StreamDeleted', packed(deleted, 'event_store.client.StreamDeleted'));
  }
  if (exception === 'timeout')
    return rpcError(status.DEADLINE_EXCEEDED, 'Timeout', packed(new shared.Timeout(), 'event_store.client.Timeout'));
  if (exception === 'access-denied')
    return rpcError(status.PERMISSION_DENIED, 'AccessDenied', packed(new shared.AccessDenied(), 'event_store.client.AccessDenied'));
  if (exception === 'maximum-append-size-exceeded') {
    const large = new shared.MaximumAppendSizeExceeded();
    large.setMaxappendsize(Number(error.metadata.get('maximum-append-size')[0]));
    return rpcError(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', packed(large, 'event_store.client.MaximumAppendSizeExceeded'));
  }
  const bad = new shared.BadRequest();
  bad.setMessage(error.message);
  return rpcError(status.INVALID_ARGUMENT, 'BadRequest', packed(bad, 'event_store.client.BadRequest'));
}
