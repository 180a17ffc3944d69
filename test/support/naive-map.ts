import { createHash } from 'node:crypto';

// docs/reference/stream-heads.md word for word, over lists of bits: what the map is compared with. Shares no code with it.

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const u64 = (n: number): Buffer => Buffer.from(n.toString(16).padStart(16, '0'), 'hex');
export interface NaiveHead {
  readonly stream: string;
  readonly rev: number;
  readonly count: number;
  readonly leaf: Uint8Array;
}
export const naiveKey = (stream: string): Buffer => sha256(Buffer.from(stream));
const bits = (key: Buffer): string => [...key].map((byte) => byte.toString(2).padStart(8, '0')).join('');
export const naiveHeadLeaf = (key: Buffer, { rev, count, leaf }: Omit<NaiveHead, 'stream'>): Buffer =>
  sha256(Buffer.of(0), key, u64(rev), u64(count), leaf);

export function naiveMapRoot(heads: readonly NaiveHead[]): Buffer {
  const build = (some: readonly (NaiveHead & { path: string; key: Buffer })[], depth: number): Buffer => {
    if (some.length === 0) return Buffer.alloc(32);
    if (some.length === 1) return naiveHeadLeaf(some[0]!.key, some[0]!);
    const side = (bit: string) =>
      build(
        some.filter(({ path }) => path[depth] === bit),
        depth + 1,
      );
    return sha256(Buffer.of(1), side('0'), side('1'));
  };
  return build(
    heads.map((head) => ({ ...head, key: naiveKey(head.stream), path: bits(naiveKey(head.stream)) })),
    0,
  );
}

/** The root that a proof comes to, from where the way of a stream ends upwards. */
export function naiveClimb(stream: string, end: Uint8Array, siblings: readonly Uint8Array[]): Buffer {
  const path = bits(naiveKey(stream)).slice(0, siblings.length);
  return [...path]
    .reverse()
    .reduce<Buffer>(
      (hash, bit, n) => (bit === '0' ? sha256(Buffer.of(1), hash, siblings[n]!) : sha256(Buffer.of(1), siblings[n]!, hash)),
      Buffer.from(end),
    );
}
