import { performance } from 'node:perf_hooks';
import { classOf } from '../../application/shared/class-of.js';
import { readPrivateText, replacePrivateText, UnsafeSecrets } from '../keys/private-file.js';
import { openCheckpoint, saidBy, type Checkpoint } from './note/checkpoint.js';
import { BadNote, type Verifier } from './note/signed-note.js';
import { proveConsistency, type Tiles } from './tree/prove.js';
import { verifyConsistency } from './tree/verify.js';

/** What lies there: a note that nobody has checked yet, or why it cannot be read. Null: no head was kept. */
export type Kept = { readonly note: string } | { readonly fault: string } | null;

const KEPT = 'the head kept beside SEAL_KEY_FILE';
/** The file of a head, by that of the keys. */
export const headFileOf = (keyFile: string): string => `${keyFile}.head`;

/**
 * Between two writes. Each waits for the disk twice, some milliseconds, and a sealer that has much to catch up signs several heads a second; what a file
 * that is a second old does not show is a log taken back by less than that.
 */
const PAUSE_MS = 1_000;

/** The newest head that a sealer signed, in a file outside of the database: what log and seal are held against when both are taken back together. */
export class KeptHead {
  private waiting: string | null = null;
  private next = 0;
  /** Why it could not be written; null once it could again. */
  private told: string | null = null;

  constructor(
    private readonly path: string,
    /** Told when it cannot be written, once while the reason stays the same. */
    private readonly alarm: (reason: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Read it before the seal: a head is in the database before it is here, so that a seal that is read afterwards begins with it. */
  async read(): Promise<Kept> {
    try {
      return { note: await readPrivateText(this.path) };
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? null : { fault: `${KEPT} cannot be read: ${reasonOf(error)}` };
    }
  }

  /** Takes a head that is in the database; sooner or later it is in the file. Never throws: nobody waits with the seal for this disk. */
  async take(note: string): Promise<void> {
    this.waiting = note;
    await this.settle();
  }

  /** Writes what waits, unless something was written just now. */
  async settle(): Promise<void> {
    if (this.now() >= this.next) await this.flush();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.waiting === null) return;
    this.next = this.now() + PAUSE_MS;
    try {
      await this.write(this.waiting);
      this.waiting = null;
      this.told = null;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.told) this.alarm(`the newest signed head is not kept beside SEAL_KEY_FILE: ${reason}`);
      this.told = reason;
    }
  }

  /** A larger one stays: another process of this machine sealed meanwhile. So does what is no head: whoever reads it says so. */
  private async write(note: string): Promise<void> {
    const there = await this.read();
    if (there !== null && 'fault' in there) throw new BadNote(there.fault);
    if (there === null || saidBy(there.note).size < saidBy(note).size) await replacePrivateText(this.path, note);
  }
}

/** A seal as far as it was signed. */
interface Sealed {
  readonly size: number;
  /** Looked at only where the size is not 0. */
  readonly root: Uint8Array;
}

/** Why the seal is not one that begins with the head that was kept; null where it is, or none was. */
export async function faultOfKept(
  kept: Kept,
  seal: Sealed,
  { tiles, verifiers }: { readonly tiles: Tiles; readonly verifiers: readonly Verifier[] },
): Promise<string | null> {
  if (kept === null) return null;
  if ('fault' in kept) return kept.fault;
  try {
    const head = opened(kept.note, verifiers);
    if (head.size > seal.size)
      return `${KEPT} is over ${head.size} leaves, and the seal has ${seal.size}: log and seal were taken back, or they are others`;
    return (await beginsWith(head, seal, tiles)) ? null : `the seal of ${seal.size} leaves does not begin with ${KEPT}, over ${head.size}`;
  } catch (error) {
    if (error instanceof BadNote) return `${KEPT} is not one of ours: ${error.message}`;
    throw error;
  }
}

/** Throws BadNote, and names the other log where it is the head of one. */
function opened(note: string, verifiers: readonly Verifier[]): Checkpoint {
  const { origin } = saidBy(note);
  const [ours] = verifiers;
  if (ours !== undefined && !verifiers.some(({ name }) => name === origin))
    throw new BadNote(`it is that of the log ${origin}, and this one is ${ours.name}`);
  return openCheckpoint(note, verifiers);
}

/** Proved and verified: that the tiles give both roots one by one would not show that the one tree is the beginning of the other. */
async function beginsWith(head: Checkpoint, { size, root }: Sealed, tiles: Tiles): Promise<boolean> {
  try {
    const proof = await proveConsistency(tiles, head.size, size);
    return verifyConsistency({ from: head.size, fromRoot: head.root, to: size, toRoot: root, proof });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
/** Without the path that the system names, and without anything that was read. */
const reasonOf = (error: unknown): string => {
  if (error instanceof BadNote || error instanceof UnsafeSecrets) return error.message;
  return codeOf(error) ?? classOf(error);
};
