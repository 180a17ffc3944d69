import type { Append, EventBytes } from '../../application/shared/event-store.js';

/**
 * A single append beyond this is a defect: documents lie in the blob store, events only speak of them. Counted as KurrentDB counts it, whose
 * limit it is, so that what one store takes the other takes too: header, body and twice the length of the type.
 */
export const MAX_APPEND_BYTES = 1024 * 1024;
/** Ids are UUIDs or base64url digests. */
const STREAM = /^[a-z]+-[0-9a-zA-Z_-]+$/;
const MAX_REVISION = 2 ** 31 - 1;

export const bytesOf = ({ events }: Append): number => events.reduce((sum, { header, body }) => sum + header.length + body.length, 0);

/**
 * What no correct caller sends. Throws a RangeError (a defect, nothing written): no events, a malformed stream name or revision, too many bytes,
 * or a header that names another stream, revision or instant than the append it comes with.
 */
export function checkAppend(append: Append): void {
  const { stream, expected, at, events } = append;
  if (!STREAM.test(stream)) throw new RangeError('not a stream name: <category>-<id> in letters, digits, hyphens and underscores');
  if (events.length === 0) throw new RangeError('an append holds at least one event');
  if (!Number.isInteger(expected) || expected < -1 || expected + events.length > MAX_REVISION)
    throw new RangeError('not a revision to append on');
  if (bytesOf(append) > MAX_APPEND_BYTES) throw tooLarge();
  const written = writtenForm(at);
  const types = events.map((event, index) => typeIn(event, stream, expected + 1 + index, written));
  if (bytesOf(append) + types.reduce((sum, type) => sum + 2 * type.length, 0) > MAX_APPEND_BYTES) throw tooLarge();
}

const tooLarge = (): RangeError => new RangeError(`an append holds at most ${MAX_APPEND_BYTES} bytes`);

/** At most one append per stream: the outcome of a second one would depend on the first. */
export function checkAppends(appends: readonly Append[]): void {
  appends.forEach(checkAppend);
  if (new Set(appends.map(({ stream }) => stream)).size < appends.length)
    throw new RangeError('two appends for the same stream in one call');
}

function writtenForm(at: number): string {
  if (!Number.isSafeInteger(at) || Number.isNaN(new Date(at).getTime())) throw new RangeError('not an instant in epoch milliseconds');
  return new Date(at).toISOString();
}

/** The type that the header names; its stream, revision and instant must be those of the append. */
function typeIn({ header }: EventBytes, stream: string, rev: number, at: string): string {
  const read = parsed(header);
  if (read['stream'] !== stream || read['rev'] !== rev || read['at'] !== at)
    throw new RangeError('the header of an event does not agree with the stream, revision or instant of its append');
  if (typeof read['type'] !== 'string') throw new RangeError('the header of an event names no type');
  return read['type'];
}

function parsed(header: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new RangeError('the header of an event is not JSON', { cause });
  }
  throw new RangeError('the header of an event is not a JSON object');
}
