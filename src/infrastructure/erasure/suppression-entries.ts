import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../sync-folder.js';

const NAME = /^[0-9a-f]{64}$/;

/** Whom files skip from now on, and how often they were told to name him again before. */
export interface SuppressedPerson {
  readonly digest: Buffer;
  readonly lifted: number;
}

/**
 * Whom files skip, beside the deletion ledger: a file for each person, named by his digest, which holds one byte for each time a space of his was destroyed
 * and nothing else. Not a line of the ledger, nor in its order: who knows an INS and the pepper finds that its person was destroyed, and not which space was
 * his. All files have the same date; what the file system itself keeps (inode, time of change) does not leave the disk with a copy of them.
 */
export class SuppressionEntries {
  constructor(readonly folder: string) {}

  /**
   * Resolves when it is on disk, once for each destruction however often that is written: nobody is destroyed again before he was let back. Null: the folder
   * alone is made, so that a ledger without it is known to be half of one.
   */
  async add(person: SuppressedPerson | null): Promise<void> {
    const made = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    if (person === null) return;
    const file = await open(join(this.folder, person.digest.toString('hex')), 'a', 0o600);
    try {
      if ((await file.stat()).size <= person.lifted) await file.appendFile('+');
      await file.utimes(0, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(this.folder);
  }

  /** Every digest, in hexadecimal, and how often its person was destroyed. */
  async all(): Promise<ReadonlyMap<string, number>> {
    const times = new Map<string, number>();
    if (!(await this.isThere())) return times;
    for (const name of await readdir(this.folder)) if (NAME.test(name)) times.set(name, (await stat(join(this.folder, name))).size);
    return times;
  }

  async isThere(): Promise<boolean> {
    try {
      return (await stat(this.folder)).isDirectory();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}
