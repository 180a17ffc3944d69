import { hashNode, isHash, sameHash } from './hash.js';

const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);
const isCount = (number: number, least: number): boolean => Number.isSafeInteger(number) && number >= least;
const isPowerOfTwo = (number: number): boolean => {
  let power = 1;
  while (power < number) power *= 2;
  return power === number;
};

/** A place in the tree on the way up: `node` among the nodes of its level, `last` the last node there. */
interface Place {
  readonly node: number;
  readonly last: number;
}
const above = ({ node, last }: Place): Place => ({ node: half(node), last: half(last) });
/** True when the sibling that comes next in a proof stands to the left. */
const fromLeft = ({ node, last }: Place): boolean => isOdd(node) || node === last;
/** A last node without a sibling moves up until it is a right child: no hash of the proof is used for that. */
const untilRight = (place: Place): Place => {
  let at = place;
  while (!isOdd(at.node) && at.node !== 0) at = above(at);
  return at;
};

/** What a proof of inclusion claims. */
export interface Inclusion {
  readonly leaf: Uint8Array;
  /** From 0. */
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2: true when the tree of this size and root holds the leaf at this index. */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion): boolean {
  if (!isCount(size, 1) || !isCount(index, 0) || index >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  let at: Place = { node: index, last: size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (at.last === 0) return false;
    const left = fromLeft(at);
    hash = left ? hashNode(sibling, hash) : hashNode(hash, sibling);
    at = above(left ? untilRight(at) : at);
  }
  return at.last === 0 && sameHash(hash, root);
}

/** What a proof of consistency claims: the tree of the larger size begins with that of the smaller one. */
export interface Consistency {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** RFC 9162 section 2.1.4.2. A tree without a leaf is consistent with everything and proves nothing: size 0 is refused. */
export function verifyConsistency({ from, fromRoot, to, toRoot, proof }: Consistency): boolean {
  if (!isCount(from, 1) || !isCount(to, 1) || from > to) return false;
  if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot);
  if (![fromRoot, toRoot, ...proof].every(isHash)) return false;
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  return climb(first, rest, { from, fromRoot, to, toRoot });
}

function climb(first: Uint8Array, rest: readonly Uint8Array[], claim: Omit<Consistency, 'proof'>): boolean {
  let at: Place = { node: claim.from - 1, last: claim.to - 1 };
  while (isOdd(at.node)) at = above(at);
  let before = first;
  let after = first;
  for (const sibling of rest) {
    if (at.last === 0) return false;
    const left = fromLeft(at);
    before = left ? hashNode(sibling, before) : before;
    after = left ? hashNode(sibling, after) : hashNode(after, sibling);
    at = above(left ? untilRight(at) : at);
  }
  return at.last === 0 && sameHash(before, claim.fromRoot) && sameHash(after, claim.toRoot);
}
