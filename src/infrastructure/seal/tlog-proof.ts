import { canonicalJson, NotCanonical } from '../eventstore/canonical-json.js';
import type { TlogProof } from './leaf-proof.js';
import { BadProof } from './proof-bundle.js';
import { bytesOf } from './note/canonical-bytes.js';
import type { Checkpoint } from './note/checkpoint.js';
import { HASH_BYTES, hashLeaf } from './tree/hash.js';
import { verifyInclusion } from './tree/verify.js';

// C2SP tlog-proof: everything that proves that a leaf is in a log, as a text; and beside it what the leaf is made of.

const FIRST = 'c2sp.org/tlog-proof@v1';
const MOST_HASHES = 63;
const INDEX = /^index (0|[1-9]\d{0,15})$/;
const EXTRA = /^extra [A-Za-z0-9+/]+={0,2}$/;

/** The text of a `.tlog-proof`. */
export const writeTlogProof = ({ index, inclusion, checkpoint }: TlogProof): string =>
  [FIRST, `index ${index}`, ...inclusion.map((hash) => Buffer.from(hash).toString('base64')), '', checkpoint].join('\n');

/** Reads such a text; `extra` data are passed over. Throws BadProof. */
export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(blank, 0)).split('\n');
  if (first !== FIRST) throw new BadProof('the file is no tlog-proof of version 1');
  const [at = '', ...hashes] = EXTRA.test(lines[0] ?? '') ? lines.slice(1) : lines;
  const index = Number(INDEX.exec(at)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(index)) throw new BadProof('the proof names no index');
  const inclusion = hashes.map((hash) => bytesOf(hash));
  if (inclusion.length > MOST_HASHES || !inclusion.every((hash): hash is Buffer => hash?.length === HASH_BYTES))
    throw new BadProof('a line of the proof is no hash');
  return { index, inclusion, checkpoint: text.slice(blank + 2) };
}

/** The text of the file beside it: header and body digest of the event in canonical JSON, and a line feed. */
export const writeEvent = (header: Readonly<Record<string, unknown>>, bodyDigest: string): string =>
  `${canonicalJson({ c: bodyDigest, h: header })}\n`;

/** Header, body digest and leaf hash of an event, from such a text. Throws BadProof. */
export function parseEvent(text: string): {
  readonly header: Readonly<Record<string, unknown>>;
  readonly bodyDigest: string;
  readonly leaf: Uint8Array;
} {
  try {
    const { c, h, ...more } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof c !== 'string' || typeof h !== 'object' || h === null || Object.keys(more).length > 0)
      throw new BadProof('the event has other members than h and c');
    const header = h as Readonly<Record<string, unknown>>;
    return { header, bodyDigest: c, leaf: hashLeaf(Buffer.from(canonicalJson({ c, h: header }))) };
  } catch (error) {
    if (error instanceof NotCanonical || (error as Error).name === 'SyntaxError') throw new BadProof('the event is no canonical JSON');
    throw error;
  }
}

/** Checks that the event of this text is in the log that was signed. Returns its index and the head; throws BadProof, and what `opened` throws. */
export function verifyTlogProof<H extends Checkpoint>(
  proof: string,
  event: string,
  opened: (note: string) => H,
): { readonly index: number; readonly head: H } {
  const { index, inclusion, checkpoint } = parseTlogProof(proof);
  const head = opened(checkpoint);
  const { leaf } = parseEvent(event);
  if (!verifyInclusion({ leaf, index, size: head.size, proof: inclusion, root: head.root }))
    throw new BadProof('the event is not in the log that was signed');
  return { index, head };
}
