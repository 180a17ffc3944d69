import { canonicalJson, NotCanonical } from '../eventstore/canonical-json.js';
import { bytesOf } from './note/canonical-bytes.js';
import { openCheckpoint, type Checkpoint } from './note/checkpoint.js';
import { BadNote, type Verifier } from './note/signed-note.js';
import type { LeafProof } from './leaf-proof.js';
import { HASH_BYTES, hashLeaf } from './tree/hash.js';
import { verifyInclusion } from './tree/verify.js';

/** Everything that proves that an event lies in the sealed log, for somebody without it. Says nothing of what is in its body. */
export interface ProofBundle {
  readonly format: 'mes-proof-v1';
  /** The header of the event (docs/reference/event-format.md). */
  readonly header: Readonly<Record<string, unknown>>;
  /** SHA-256 of its body, base64url: whoever holds the body compares. */
  readonly bodyDigest: string;
  /** Place of its leaf, from 0. */
  readonly index: number;
  /** Hashes of the tree, base64, from the leaf upwards (RFC 9162 section 2.1.3). */
  readonly inclusion: readonly string[];
  /** Signed head of the log (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}

/** Why a bundle proves nothing. */
export class BadProof extends Error {}

/** The bundle of a proof. */
export const bundleOf = ({ header, bodyDigest, index, inclusion, checkpoint }: LeafProof): ProofBundle => ({
  format: 'mes-proof-v1',
  header,
  bodyDigest,
  index,
  inclusion: inclusion.map((hash) => Buffer.from(hash).toString('base64')),
  checkpoint,
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isHashText = (value: unknown): boolean => typeof value === 'string' && bytesOf(value)?.length === HASH_BYTES;
const DIGEST = /^[\w-]{43}$/;

/** One check per member. */
const MEMBERS: { readonly [M in keyof ProofBundle]: (value: unknown) => boolean } = {
  format: (value) => value === 'mes-proof-v1',
  header: isObject,
  bodyDigest: (value) => typeof value === 'string' && DIGEST.test(value),
  index: (value) => Number.isSafeInteger(value),
  inclusion: (value) => Array.isArray(value) && value.length <= 64 && value.every(isHashText),
  checkpoint: (value) => typeof value === 'string',
};

/** Reads the text of a bundle. Throws BadProof. */
export function parseBundle(text: string): ProofBundle {
  const parsed = parseJson(text);
  if (!isObject(parsed)) throw new BadProof('the file is no proof');
  for (const [member, holds] of Object.entries(MEMBERS))
    if (!holds(parsed[member])) throw new BadProof(`member ${member} of the proof is missing or not of its form`);
  return parsed as unknown as ProofBundle;
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if ((error as Error).name === 'SyntaxError') throw new BadProof('the file is no JSON');
    throw error;
  }
};

/** Checks signature and inclusion, with nothing but the bundle and the keys. Returns the head that was signed; throws BadProof. */
export function verifyBundle(
  { header, bodyDigest, index, inclusion, checkpoint }: ProofBundle,
  verifiers: readonly Verifier[],
): Checkpoint {
  const head = headOf(checkpoint, verifiers);
  const proof = inclusion.map((hash) => Buffer.from(hash, 'base64'));
  if (!verifyInclusion({ leaf: leafOf(header, bodyDigest), index, size: head.size, proof, root: head.root }))
    throw new BadProof('the event is not in the log that was signed');
  return head;
}

const headOf = (note: string, verifiers: readonly Verifier[]): Checkpoint => {
  try {
    return openCheckpoint(note, verifiers);
  } catch (error) {
    throw error instanceof BadNote ? new BadProof(error.message) : error;
  }
};

/** The leaf of docs/reference/event-format.md, from what the bundle says. */
const leafOf = (header: ProofBundle['header'], bodyDigest: string): Uint8Array => {
  try {
    return hashLeaf(Buffer.from(canonicalJson({ c: bodyDigest, h: header })));
  } catch (error) {
    throw error instanceof NotCanonical ? new BadProof('the header has no canonical form') : error;
  }
};
