import { isHash } from '../tree/hash.js';
import { bytesOf } from './canonical-bytes.js';
import { BadNote, openNote, partsOf, signNote, type Signer, type Verifier } from './signed-note.js';

/** The head of a log at some size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Name of the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const SIZE = /^(?:0|[1-9]\d*)$/;

const textOf = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** The signed note of a checkpoint; the keys are named like the log. */
export const signCheckpoint = (checkpoint: Checkpoint, signers: readonly Signer[]): string => signNote(textOf(checkpoint), signers);

/** Reads what a note says; extension lines are passed over. Throws BadNote when it is no checkpoint. */
function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = bytesOf(root);
  if (origin === '' || !SIZE.test(size) || !Number.isSafeInteger(Number(size)) || bytes === null || !isHash(bytes))
    throw new BadNote('the note is no checkpoint');
  return { origin, size: Number(size), root: bytes };
}

/** What a note says, whoever signed it: for one who has no key to check it with. Throws BadNote when it is no checkpoint. */
export const saidBy = (note: string): Checkpoint => parseCheckpoint(partsOf(note).text);

/** A checkpoint that was signed by one of these. Throws BadNote, also when it is that of a log of another name than the key's. */
export function openCheckpoint(note: string, verifiers: readonly Verifier[]): Checkpoint {
  const { text, by } = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(text);
  if (by.some(({ name }) => name !== checkpoint.origin)) throw new BadNote('the key belongs to another log');
  return checkpoint;
}
