import { binaryEvent, type BinaryEventData, type ResolvedEvent } from '@eventstore/db-client';
import type { EventBytes, StoredEvent } from '../../../application/shared/event-store.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { canonicalJson, NotCanonical } from '../canonical-json.js';

/** What the client gives for one record. */
export type KurrentRecord = NonNullable<ResolvedEvent['event']>;

/** Streams that are not of the log: the server's own, and those in which we ask it for the time. */
export const CLOCK_CATEGORY = 'clock';
/** For the server, which understands it as .NET does. */
export const OF_THE_LOG = `^(?!\\$|${CLOCK_CATEGORY}-)`;
const ofTheLog = new RegExp(OF_THE_LOG);
/** False also for what the server writes into our streams: the mark that ends one for ever. */
export const isOfTheLog = ({ streamId, type }: KurrentRecord): boolean => ofTheLog.test(streamId) && !type.startsWith('$');

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/**
 * An event as it is sent: body as data, header as metadata, id and type from the header. Throws a RangeError for a header that is not canonical:
 * the client gives metadata back parsed, so only a canonical header comes back as the bytes it was.
 */
export function proposalOf({ header, body }: EventBytes): BinaryEventData {
  const text = textOf(header);
  const { id, type } = parsedHeader(text);
  // The client passes on bytes of exactly this class, and writes any other as JSON.
  return binaryEvent({ id, type, data: Uint8Array.from(body), metadata: Uint8Array.from(header) });
}

function parsedHeader(text: string): { readonly id: string; readonly type: string } {
  const parsed = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof parsed['id'] !== 'string' || typeof parsed['type'] !== 'string')
    throw new RangeError('the header of an event has no id or no type');
  if (canonicalOf(parsed) !== text) throw new RangeError('the header of an event is not canonical');
  return { id: parsed['id'], type: parsed['type'] };
}

function canonicalOf(value: unknown): string | null {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof NotCanonical) return null;
    throw error;
  }
}

/**
 * A record as the port gives it. Metadata that is not the header of this very record (another stream, number, type or id, or no JSON at all) comes
 * back as an empty header: the event is then unreadable for whoever opens it, alone, and its leaf is not the one that was sealed.
 */
export function storedOf(record: KurrentRecord): StoredEvent {
  const { streamId, revision, data } = record;
  return {
    stream: streamId as StreamName,
    rev: Number(revision),
    position: positionOf(record),
    header: Buffer.from(headerTextOf(record), 'utf8'),
    body: data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0),
  };
}

function headerTextOf({ streamId, revision, type, id, metadata, isJson }: KurrentRecord): string {
  if (isJson || typeof metadata !== 'object' || metadata === null) return '';
  const header = metadata as Readonly<Record<string, unknown>>;
  const its = header['stream'] === streamId && header['rev'] === Number(revision) && header['type'] === type && header['id'] === id;
  return its ? (canonicalOf(header) ?? '') : '';
}

/** Commit position: increasing, not dense. Servers before 22.6 do not give it. */
export function positionOf({ position }: KurrentRecord): bigint {
  if (position === undefined) throw new StoreUnavailable('the event store is too old: it does not say where an event lies');
  return position.commit;
}

/** Epoch milliseconds of the header's `at`; null when the header is none. */
export function writtenAt({ header }: EventBytes): number | null {
  if (header.length === 0) return null;
  const { at } = JSON.parse(textOf(header)) as { readonly at?: unknown };
  return typeof at === 'string' ? Date.parse(at) : null;
}

export const sameBytes = (one: EventBytes, other: EventBytes): boolean =>
  Buffer.compare(one.header, other.header) === 0 && Buffer.compare(one.body, other.body) === 0;
