import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../../src/application/record/blob-store.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { FileBlobStore } from '../../../src/infrastructure/blobs/file-blob-store.js';
import { blobStoreContract } from './blob-store.contract.js';
import { bytesOf, collected, failure, freshName, inSteps } from './bytes.js';

blobStoreContract('A folder of objects', async () => {
  const base = await mkdtemp(join(tmpdir(), 'mes-blobs-'));
  const folder = join(base, 'deep', 'folder');
  return {
    store: await FileBlobStore.open(folder),
    another: () => FileBlobStore.open(folder),
    leftovers: async () => (await readdir(join(folder, 'drafts'))).length,
    goAway: async () => {
      // What a disk leaves behind that is not mounted any more.
      await rename(folder, join(base, 'unmounted'));
      await mkdir(folder);
    },
    close: () => rm(base, { recursive: true }),
  };
});

describe('A folder of objects', () => {
  let folder: string;
  let store: BlobStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-blobs-'));
    store = await FileBlobStore.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const files = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

  it('holds each object under two levels of folders, its name being the last part', async () => {
    const name = freshName();
    await store.put(name, inSteps(bytesOf(5)));
    const [file] = await files();
    expect(join(file?.parentPath ?? '', file?.name ?? '').slice(folder.length)).toMatch(new RegExp(`^/[0-9a-f]{2}/[0-9a-f]{2}/${name}$`));
  });

  it('is closed to others, whatever the process allows by default', async () => {
    const before = process.umask(0o000);
    try {
      await store.put(freshName(), inSteps(bytesOf(5)));
    } finally {
      process.umask(before);
    }
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of all) expect((await stat(join(parentPath, name))).mode & 0o077).toBe(0);
  });

  it('when opened, clears what nobody wrote to for an hour, and leaves what somebody may be writing', async () => {
    const [abandoned, living] = [join(folder, 'drafts', 'abandoned'), join(folder, 'drafts', 'living')];
    for (const draft of [abandoned, living]) await writeFile(draft, 'half');
    const long = new Date(Date.now() - 61 * 60_000);
    await utimes(abandoned, long, long);
    await FileBlobStore.open(folder);
    expect(await readdir(join(folder, 'drafts'))).toEqual(['living']);
  });

  it('does not list what others put there', async () => {
    const name = freshName();
    await store.put(name, inSteps(bytesOf(5)));
    const [file] = await files();
    await writeFile(join(file?.parentPath ?? '', '.DS_Store'), '');
    await writeFile(join(folder, 'note.txt'), '');
    for await (const page of store.list()) expect(page.map((found) => found.name)).toEqual([name]);
  });

  it('lists on when objects are deleted meanwhile', async () => {
    await store.put(freshName(), inSteps(bytesOf(5)));
    const [file] = await files();
    const among = file?.parentPath ?? '';
    await Promise.all(Array.from({ length: 1_100 }, () => writeFile(join(among, freshName()), '')));
    const pages: number[] = [];
    for await (const page of store.list()) {
      pages.push(page.length);
      for (const name of await readdir(among)) await rm(join(among, name));
    }
    expect(pages).toEqual([1_000]);
  });

  it('still gives to the end what is deleted while it is read', async () => {
    const name = freshName();
    await store.put(name, inSteps(bytesOf(300_000)));
    const reading = await store.get(name);
    await store.delete(name);
    expect((await collected(reading)).equals(bytesOf(300_000))).toBe(true);
  });

  it('is away where there can be no folder', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await failure(FileBlobStore.open(join(folder, 'file', 'blobs')))).toBeInstanceOf(StoreUnavailable);
  });

  it('puts nothing where a folder cannot be made, and leaves nothing', async () => {
    const name = freshName();
    await store.put(name, inSteps(bytesOf(1)));
    const [file] = await files();
    await rm(file?.parentPath ?? '', { recursive: true });
    await writeFile(file?.parentPath ?? '', 'in the way');
    expect(await failure(store.put(name, inSteps(bytesOf(5))))).toBeInstanceOf(StoreUnavailable);
    expect(await readdir(join(folder, 'drafts'))).toEqual([]);
  });
});
