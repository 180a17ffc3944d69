import { constants } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../sync-folder.js';

/** A file of secrets cannot be used as it is. */
export class UnsafeSecrets extends Error {}

/** Written whole under another name, private from its first byte, and on disk before it is seen: nobody ever reads half a file. */
async function writeAside(path: string, content: object): Promise<string> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return aside;
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

/** Of several processes that start together one creates the file, the others find it. */
async function createOnce(path: string, content: object): Promise<void> {
  const aside = await writeAside(path, content);
  try {
    await link(aside, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(aside);
  }
  await syncFolder(dirname(path));
}

/** The JSON of a file that nobody but its owner may read or change. Throws UnsafeSecrets when others may. */
export async function readPrivate(path: string): Promise<unknown> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { mode } = await file.stat();
    if ((mode & 0o177) !== 0) throw new UnsafeSecrets(`${path} may be read or changed by others: only its owner may (mode 0600).`);
    return JSON.parse(await file.readFile('utf8')) as unknown;
  } finally {
    await file.close();
  }
}

/** The same, of a file that is made with this content when there is none; what that throws is thrown, and no file is made. */
export async function readOrCreatePrivate(path: string, first: () => object | Promise<object>): Promise<unknown> {
  try {
    return await readPrivate(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    await createOnce(path, await first());
    return readPrivate(path);
  }
}

/** Puts other content in its place, whole and on disk. */
export async function replacePrivate(path: string, content: object): Promise<void> {
  await rename(await writeAside(path, content), path);
  await syncFolder(dirname(path));
}

/** Production keeps secrets in a key management service, unless it says that files are meant. */
export function filesAllowed({ NODE_ENV, ALLOW_EMBEDDED_KEK }: Readonly<Record<string, string | undefined>>): void {
  if (NODE_ENV === 'production' && ALLOW_EMBEDDED_KEK !== '1')
    throw new UnsafeSecrets(
      'In production keys do not lie in a file beside the data: use a key management service, or set ALLOW_EMBEDDED_KEK=1.',
    );
}
