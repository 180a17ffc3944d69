import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file as it lay there when somebody looked. */
export interface Lying {
  readonly path: string;
  readonly bytes: Buffer;
}

const gone = <T>(instead: T) => {
  return (error: unknown): T => {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return instead;
    throw error;
  };
};

/** Every file below a folder; what goes while it is read is left out. */
export async function lyingIn(folder: string): Promise<readonly Lying[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(gone([]));
  const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const read = await Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path).catch(gone(null)) })));
  return read.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, bytes }]));
}

/** Words that stand in packages, archives and what they hold; of five bytes at least, which chance does not write into some megabytes of what is encrypted. */
const WORDS = [
  'BagIt',
  'ustar',
  'PK\u0003\u0004\u0014',
  '%PDF-',
  '"stream"',
  '"index"',
  'historique',
  'manifest-sha512',
  'AccessConsentRecorded',
  'LISEZMOI',
];

/** Paths of files in which something can be read. */
export const readable = (files: readonly Lying[]): readonly string[] =>
  files.filter(({ bytes }) => WORDS.some((word) => bytes.includes(word))).map(({ path }) => path);
