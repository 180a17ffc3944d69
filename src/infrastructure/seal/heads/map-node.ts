import { hash } from 'node:crypto';
import type { StreamName } from '../../../domain/shared/fact.js';

// The map of stream heads (docs/reference/stream-heads.md): a sparse Merkle tree over SHA-256 of the names of streams.

/** The last event of one stream, as far as the log is sealed. */
export interface HeadRecord {
  /** SHA-256 of the name of the stream. */
  readonly key: Uint8Array;
  /** Revision of its last event. */
  readonly rev: number;
  /** Events sealed of it, those that were purged since included. */
  readonly count: number;
  /** Leaf hash of its last event. */
  readonly leaf: Uint8Array;
}
/** A subtree: without a key, of exactly one (then it is its leaf, however deep), or of more. */
export interface MapNode {
  readonly kind: 'empty' | 'leaf' | 'inner';
  readonly hash: Uint8Array;
}

export const KEY_BYTES = 32;
export const RECORD_BYTES = KEY_BYTES + 8 + 8 + 32;
/** Thirty-two zero bytes: no digest is known to be that. */
export const EMPTY: MapNode = { kind: 'empty', hash: Buffer.alloc(KEY_BYTES) };

export const keyOf = (stream: StreamName): Buffer => hash('sha256', stream, 'buffer');

/** key ‖ revision ‖ count ‖ leaf hash; numbers of 8 bytes, the highest first. */
export const recordBytes = (record: HeadRecord): Buffer => writeRecord(record, Buffer.alloc(RECORD_BYTES), 0);

function writeRecord({ key, rev, count, leaf }: HeadRecord, bytes: Buffer, at: number): Buffer {
  bytes.set(key, at);
  writeNumber(rev, bytes, at + KEY_BYTES);
  writeNumber(count, bytes, at + KEY_BYTES + 8);
  bytes.set(leaf, at + KEY_BYTES + 16);
  return bytes;
}
export function recordIn(bytes: Buffer): HeadRecord {
  const [rev, count] = [numberIn(bytes, KEY_BYTES), numberIn(bytes, KEY_BYTES + 8)];
  return { key: bytes.subarray(0, KEY_BYTES), rev, count, leaf: bytes.subarray(KEY_BYTES + 16, RECORD_BYTES) };
}

/** In two halves: a bigint for each would take longer than the hash. */
const HALF = 2 ** 32;
function writeNumber(value: number, bytes: Buffer, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / HALF), at);
  bytes.writeUInt32BE(value % HALF, at + 4);
}
const numberIn = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at) * HALF + bytes.readUInt32BE(at + 4);

// Written over for each hash: making memory for it takes longer than hashing.
const LEAF = Buffer.alloc(1 + RECORD_BYTES, 0);
const INNER = Buffer.alloc(1 + 2 * KEY_BYTES, 1);

/** SHA-256(00 ‖ record). */
export const leafNode = (record: HeadRecord): MapNode => ({ kind: 'leaf', hash: hash('sha256', writeRecord(record, LEAF, 1), 'buffer') });
/** SHA-256(01 ‖ left ‖ right). */
export function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  INNER.set(left, 1);
  INNER.set(right, 1 + KEY_BYTES);
  return hash('sha256', INNER, 'buffer');
}

/** The subtree of these two: of one key alone it is still the leaf of that key. */
export function join(left: MapNode, right: MapNode): MapNode {
  if (left.kind === 'empty' && right.kind !== 'inner') return right;
  if (right.kind === 'empty' && left.kind !== 'inner') return left;
  return { kind: 'inner', hash: innerHash(left.hash, right.hash) };
}

/** The bit of a key that decides at this depth, 0 at the root: from the highest bit of its first byte on. */
export const bitAt = (key: Uint8Array, depth: number): 0 | 1 => (((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) as 0 | 1;

/** The subtree of these records, which are in the order of their keys and agree in all bits before this depth. */
export function subtreeOf(records: readonly HeadRecord[], depth: number): MapNode {
  const [only] = records;
  if (only === undefined) return EMPTY;
  if (records.length === 1) return leafNode(only);
  const [left, right] = halves(records, depth);
  return join(subtreeOf(left, depth + 1), subtreeOf(right, depth + 1));
}

/** Those with a 0 and those with a 1 at this depth. */
export function halves(records: readonly HeadRecord[], depth: number): readonly [readonly HeadRecord[], readonly HeadRecord[]] {
  const first = records.findIndex(({ key }) => bitAt(key, depth) === 1);
  return first < 0 ? [records, []] : [records.slice(0, first), records.slice(first)];
}
