import { idOf, type StreamName } from '../../domain/shared/fact.js';
import type { Lease } from './leases.js';

/** How many ranges there are, for ever: checkpoints name them. */
export const RANGES = 64;

/** A set of ranges: bit n is range n. */
export type Ranges = bigint;
/** What a process holds that is alone. */
export const ALL_RANGES: Ranges = (1n << BigInt(RANGES)) - 1n;
/** What a process holds that got no lease: it stands still. */
export const NO_RANGES: Ranges = 0n;

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * The range of a stream: 32-bit FNV-1a over the characters of its id, modulo 64, fixed for ever. The category has no part in it, so all streams
 * of a space lie in one range; a stream of nobody in particular lies in one range as well, and is taken once.
 */
export function rangeOf(stream: StreamName): number {
  const id = idOf(stream);
  let hash = OFFSET;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), PRIME);
  return (hash >>> 0) % RANGES;
}

const bit = (range: number): Ranges => 1n << BigInt(range);

/** True when the stream lies in one of these ranges. Asked for every fact: a process that has all of them does not compute. */
export const coversStream = (ranges: Ranges, stream: StreamName): boolean =>
  ranges === ALL_RANGES || (ranges & bit(rangeOf(stream))) !== NO_RANGES;

/** Each of them alone. */
export const singly = (ranges: Ranges): readonly Ranges[] =>
  Array.from({ length: RANGES }, (_, range) => bit(range)).filter((one) => (ranges & one) !== NO_RANGES);

/** Names of the leases under which the ranges of a work are held. */
export const rangeLeases = (work: string): readonly string[] =>
  Array.from({ length: RANGES }, (_, range) => `${work}/${String(range).padStart(2, '0')}`);

/** Ranges that a process holds, and what its writes are compared with. */
export interface Claim {
  readonly ranges: Ranges;
  /** That of the youngest lease: nobody else ever has it. */
  readonly fence: bigint;
  readonly leases: readonly Lease[];
}

/** What these leases (of one work, named by rangeLeases) give. */
export const claimOf = (leases: readonly Lease[]): Claim => ({
  ranges: leases.reduce((all, { name }) => all | bit(Number(name.slice(name.lastIndexOf('/') + 1))), NO_RANGES),
  fence: leases.reduce((youngest, { fence }) => (fence > youngest ? fence : youngest), 0n),
  leases,
});
