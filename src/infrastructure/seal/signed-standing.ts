import { openCheckpoint, type Checkpoint } from './note/checkpoint.js';
import { BadNote, type Verifier } from './note/signed-note.js';
import type { Heads, SealWriter, Standing } from './seal-writer.js';
import { BrokenLog } from './sealing.js';
import { sameHash } from './tree/hash.js';

/** Whose heads count: the name of the log, and every key that signs it or formerly did, from outside the database. */
export interface Ours {
  readonly origin: string;
  readonly verifiers: readonly Verifier[];
}

/**
 * Where the seal stands, once its tables are found to be what was signed last: whoever owns the database can alter events with their leaves and all that
 * is above, but not the head that was signed over them. Without this the sealer would sign whatever lies there. Throws BrokenLog.
 */
export async function signedStanding(writer: Pick<SealWriter, 'standing'>, heads: Heads, ours: Ours): Promise<Standing> {
  const signed = signedHead(heads, ours);
  const standing = await standingAt(writer, heads.size);
  if (signed !== null && !sameHash(standing.root, signed.root))
    throw new BrokenLog(`the tiles do not give the root that was signed over ${heads.size} leaves`);
  const { position = 0n } = standing.last ?? {};
  if (position !== heads.position)
    throw new BrokenLog(`the roll of the last leaves does not end at position ${heads.position}, as the seal does`);
  return standing;
}

/** The newest head, signed by one of ours and as large as the seal; null when nothing was sealed yet. */
function signedHead({ size, origin, signed }: Heads, ours: Ours): Checkpoint | null {
  if (origin !== null && origin !== ours.origin)
    throw new BrokenLog(`the log is sealed under the name ${origin}, and this one is ${ours.origin}`);
  if (signed === null && size === 0) return null;
  if (signed === null) throw new BrokenLog(`${size} leaves are sealed, and there is no signed head`);
  if (signed.size !== size) throw new BrokenLog(`${size} leaves are sealed, and the newest signed head is over ${signed.size}`);
  const head = opened(signed, ours.verifiers);
  if (head.origin !== ours.origin || head.size !== size)
    throw new BrokenLog(`the newest signed head, over ${size} leaves, says that it is over ${head.size} of ${head.origin}`);
  return head;
}

function opened({ size, note }: NonNullable<Heads['signed']>, verifiers: readonly Verifier[]): Checkpoint {
  try {
    return openCheckpoint(note, verifiers);
  } catch (error) {
    throw error instanceof BadNote
      ? new BrokenLog(`the newest head, over ${size} leaves, is not signed as it must be: ${error.message}`)
      : error;
  }
}

async function standingAt(writer: Pick<SealWriter, 'standing'>, size: number): Promise<Standing> {
  try {
    return await writer.standing(size);
  } catch (error) {
    throw error instanceof RangeError ? new BrokenLog(error.message) : error;
  }
}
