import type { Append, EventBytes } from '../../application/shared/event-store.js';
import { typeLengthIn } from './plain-header.js';

/**
 * A single append beyond this is a defect: documents lie in the blob store, events only speak of them. Counted as KurrentDB counts it, whose
 * limit it is, so that what one store takes the other takes too: header, body and twice the length of the type.
 */
export const MAX_APPEND_BYTES = 1024 * 1024;
/** Ids are UUIDs or base64url digests. */
const STREAM = /^[a-z]+-[0-9a-zA-Z_-]+$/;
const MAX_REVISION = 2 ** 31 - 1;

export function bytesOf({ events }: Append): number {
  let bytes = 0;
  for (const { header, body } of events) bytes += header.length + body.length;
  return bytes;
}

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
  let bytes = bytesOf(append);
  if (bytes > MAX_APPEND_BYTES) throw tooLarge();
  const written = writtenForm(at);
  let rev = expected;
  for (const event of events) bytes += 2 * typeLength(event, stream, (rev += 1), written);
  if (bytes > MAX_APPEND_BYTES) throw tooLarge();
}

const tooLarge = (): RangeError => new RangeError(`an append holds at most ${MAX_APPEND_BYTES} bytes`);

/** At most one append per stream: the outcome of a second one would depend on the first. */
export function checkAppends(appends: readonly Append[]): void {
  appends.forEach(checkAppend);
  if (new Set(appends.map(({ stream }) => stream)).size < appends.length)
    throw new RangeError('two appends for the same stream in one call');
}

/** The last instant that was written: those of one wave are mostly the same, and a date takes as long as all else of an append that is checked. */
let last = { at: Number.NaN, written: '' };

function writtenForm(at: number): string {
  if (at === last.at) return last.written;
  const instant = new Date(at);
  if (!Number.isInteger(at) || Number.isNaN(instant.getTime())) throw new RangeError('not an instant in epoch milliseconds');
  last = { at, written: instant.toISOString() };
  return last.written;
}

/** How long the type is that the header names; its stream, revision and instant must be those of the append. */
function typeLength({ header }: EventBytes, stream: string, rev: number, at: string): number {
  const plain = typeLengthIn(header, { stream, rev, at });
  if (plain > 0) return plain;
  const read = parsed(header);
  if (read['stream'] !== stream || read['rev'] !== rev || read['at'] !== at)
    throw new RangeError('the header of an event does not agree with the stream, revision or instant of its append');
  if (typeof read['type'] !== 'string') throw new RangeError('the header of an event names no type');
  return read['type'].length;
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
