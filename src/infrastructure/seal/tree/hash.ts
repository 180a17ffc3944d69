import { hash } from 'node:crypto';

/** Bytes of every hash of the tree (SHA-256). */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** Root of the tree without a leaf (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(Buffer.alloc(0));

/** Hash of a leaf from its content: SHA-256(00 ‖ content). */
export const hashLeaf = (content: Uint8Array): Uint8Array => sha256(Buffer.concat([LEAF, content]));

/** Hash of a node from its children: SHA-256(01 ‖ left ‖ right). */
export const hashNode = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Buffer.concat([NODE, left, right]));

/** True for bytes that can be a hash of the tree. */
export const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;

export const sameHash = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Largest power of two below `count`, for count ≥ 2: where RFC 6962 splits a tree. */
export const splitOf = (count: number): number => {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
};

/** Root over neighbours, each of them a leaf or a complete tree of the same height; only the last may be smaller. */
export const rootOver = (hashes: readonly Uint8Array[]): Uint8Array => {
  const [only = EMPTY_ROOT] = hashes;
  if (hashes.length <= 1) return only;
  const split = splitOf(hashes.length);
  return hashNode(rootOver(hashes.slice(0, split)), rootOver(hashes.slice(split)));
};
