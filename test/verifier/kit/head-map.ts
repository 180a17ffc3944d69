import { sha256, type Json } from './sealing.js';

// The map of stream heads word for word, over lists: docs/reference/stream-heads.md.

export interface HeadRecord {
  readonly key: Buffer;
  readonly rev: number;
  readonly count: number;
  readonly leaf: Buffer;
}

const u64 = (number: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const recordNode = ({ key, rev, count, leaf }: HeadRecord): Buffer => sha256(Buffer.of(0), key, u64(rev), u64(count), leaf);
const bit = (key: Buffer, depth: number): number => (key.readUInt8(depth >> 3) >> (7 - (depth % 8))) & 1;

/** Root of the subtree of these records at this depth. */
export function mapRoot(records: readonly HeadRecord[], depth = 0): Buffer {
  const [only] = records;
  if (only === undefined) return Buffer.alloc(32);
  if (records.length === 1) return recordNode(only);
  const [left, right] = [0, 1].map((side) =>
    mapRoot(
      records.filter(({ key }) => bit(key, depth) === side),
      depth + 1,
    ),
  );
  return sha256(Buffer.of(1), left ?? '', right ?? '');
}

/** The line that says what the map has of a stream. */
export function mapLine(records: readonly HeadRecord[], stream: string): Json {
  const key = sha256(stream);
  const siblings: string[] = [];
  let rest = records;
  for (let depth = 0; rest.length > 1; depth += 1) {
    const side = bit(key, depth);
    siblings.unshift(
      mapRoot(
        rest.filter((record) => bit(record.key, depth) !== side),
        depth + 1,
      ).toString('base64'),
    );
    rest = rest.filter((record) => bit(record.key, depth) === side);
  }
  const [end] = rest;
  if (end !== undefined && end.key.equals(key))
    return { stream, rev: end.rev, count: end.count, leaf: end.leaf.toString('base64'), proof: siblings };
  const other =
    end === undefined ? null : { key: end.key.toString('base64'), rev: end.rev, count: end.count, leaf: end.leaf.toString('base64') };
  return { stream, rev: null, count: 0, leaf: null, proof: siblings, other };
}
