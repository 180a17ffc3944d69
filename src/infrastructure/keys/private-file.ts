import { constants } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../sync-folder.js';

/** A file of secrets cannot be used as it is. */
export class UnsafeSecrets extends Error {}

const ASIDE_BYTES = 6;
const ASIDE = /^[0-9a-f]{12}$/;

/** Written whole under another name, private from its first byte, and on disk before it is seen: nobody ever reads half a file. Gone where `use` fails. */
async function writeAside(path: string, content: string, use: (aside: string) => Promise<void>): Promise<void> {
  const aside = `${path}.${randomBytes(ASIDE_BYTES).toString('hex')}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await use(aside);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** What somebody left who died before his file was in its place: secrets that were to be taken out lie there too. */
async function sweepAside(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const left of await readdir(folder))
    if (left.startsWith(`${name}.`) && ASIDE.test(left.slice(name.length + 1))) await rm(join(folder, left), { force: true });
}

const textOf = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;
const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

/** Of several processes that start together one creates the file, the others find it. */
async function createOnce(path: string, content: object): Promise<void> {
  await writeAside(path, textOf(content), async (aside) => {
    try {
      await link(aside, path);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    await rm(aside, { force: true });
  });
  await syncFolder(dirname(path));
}

/** A file that nobody but its owner may read or change. Throws UnsafeSecrets when others may. */
export async function readPrivateText(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { mode } = await file.stat();
    if ((mode & 0o177) !== 0) throw new UnsafeSecrets(`${path} may be read or changed by others: only its owner may (mode 0600).`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The JSON of such a file. */
export const readPrivate = async (path: string): Promise<unknown> => JSON.parse(await readPrivateText(path)) as unknown;

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

/** Puts other JSON in its place; the caller sees to it that only one process does this at a time. */
export const replacePrivate = (path: string, content: object): Promise<void> => replacePrivateText(path, textOf(content));

/** The same with any text: whole and on disk, in a file that need not be there. */
export async function replacePrivateText(path: string, content: string): Promise<void> {
  await sweepAside(path);
  await writeAside(path, content, (aside) => rename(aside, path));
  await syncFolder(dirname(path));
}

/** Production keeps secrets in a key management service, unless it says that files are meant. */
export function filesAllowed({ NODE_ENV, ALLOW_EMBEDDED_KEK }: Readonly<Record<string, string | undefined>>): void {
  if (NODE_ENV === 'production' && ALLOW_EMBEDDED_KEK !== '1')
    throw new UnsafeSecrets(
      'In production keys do not lie in a file beside the data: use a key management service, or set ALLOW_EMBEDDED_KEK=1.',
    );
}
