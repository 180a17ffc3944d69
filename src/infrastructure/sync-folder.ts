import { open } from 'node:fs/promises';

/** Puts the names in a folder on disk: a file that was written and synchronised can still lose its name when the power goes. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
