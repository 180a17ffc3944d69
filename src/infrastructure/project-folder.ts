import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Above this file, wherever it lies: among the sources, compiled, or within the program that is made of all of them. */
const FOLDER = above(dirname(fileURLToPath(import.meta.url)));

function above(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('this software does not lie in its folder: package.json is missing');
  return above(dirname(folder));
}

/** A file or folder that comes with this software, by its path beside package.json. */
export const inProject = (path: string): string => join(FOLDER, path);

/** What a thread of this name runs: it loads JavaScript, also where the rest runs from the sources. */
export const threadProgram = (name: string): URL => pathToFileURL(inProject(`dist/program/${name}.mjs`));
