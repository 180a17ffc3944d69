import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const noteIn = (stateDir: string): string => join(stateDir, 'clock-ahead-ms');

/** How far the simulated clock of this state folder is ahead, milliseconds: for programs beside the running one, which cannot ask its database. */
export async function aheadOf(stateDir: string): Promise<number> {
  try {
    return Number(await readFile(noteIn(stateDir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Notes it; whole or not at all. */
export async function noteAhead(stateDir: string, milliseconds: number): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o711 });
  const draft = `${noteIn(stateDir)}.${process.pid}`;
  await writeFile(draft, String(milliseconds), { mode: 0o600 });
  await rename(draft, noteIn(stateDir));
}
