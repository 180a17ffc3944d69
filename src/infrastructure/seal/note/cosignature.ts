import { verify } from 'node:crypto';
import { BadNote, WITNESS_KEY, parseKey, type NoteKey } from './note-key.js';
import { signatureIn } from './signed-note.js';

// C2SP tlog-cosignature, Ed25519: a witness says that at some time this was the largest consistent head it knew of the log.

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** What one witness said of one checkpoint. */
export interface Cosignature {
  readonly witness: NoteKey;
  /** Seconds since 1970, by the clock of the witness. */
  readonly time: bigint;
  /** As it stands under the checkpoint, with its line feed. */
  readonly line: string;
}

/** Reads the verifier key of a witness (type 04). Throws BadNote. */
export const parseWitnessKey = (text: string): NoteKey => parseKey(text, WITNESS_KEY);

/**
 * The cosignatures by this witness among these lines, over the text of a checkpoint. Lines by others are passed over; one in its name and id that does
 * not hold, or that says no time, throws BadNote.
 */
export function cosignaturesBy(witness: NoteKey, lines: string, text: string): readonly Cosignature[] {
  if (!lines.endsWith('\n')) throw new BadNote('the lines of cosignatures end with a line feed');
  return lines
    .slice(0, -1)
    .split('\n')
    .flatMap((line) => {
      const { name, id, bytes } = signatureIn(line);
      if (name !== witness.name || id !== witness.id) return [];
      if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) throw new BadNote('a cosignature is a time and a signature');
      const time = bytes.readBigUInt64BE();
      const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
      if (time === 0n || !verify(null, message, witness.key, bytes.subarray(TIME_BYTES))) throw new BadNote('a cosignature does not hold');
      return [{ witness, time, line: `${line}\n` }];
    });
}
