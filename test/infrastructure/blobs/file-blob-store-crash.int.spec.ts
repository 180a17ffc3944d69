import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FileBlobStore } from '../../../src/infrastructure/blobs/file-blob-store.js';
import { freshName } from './bytes.js';

const run = promisify(execFile);
const CHILD = join(import.meta.dirname, '../../support/blob-child.mjs');

let folder: string;
const drafts = () => readdir(join(folder, 'drafts'));
const objects = async () => {
  const names: string[] = [];
  for await (const page of (await FileBlobStore.open(folder)).list()) names.push(...page.map(({ name }) => name));
  return names;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mes-blobs-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('A folder of objects', () => {
  it('shows nothing of what a process was writing when it was killed, and clears it later', async () => {
    const name = freshName();
    const child = spawn(process.execPath, [CHILD, folder, name, 'hang'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const store = await FileBlobStore.open(folder);
    expect(await store.get(name)).toBeNull();
    expect(await objects()).toEqual([]);
    const [draft = ''] = await drafts();
    const long = new Date(Date.now() - 61 * 60_000);
    await utimes(join(folder, 'drafts', draft), long, long);
    await FileBlobStore.open(folder);
    expect(await drafts()).toEqual([]);
  });

  it('is away when the system takes no more bytes, and keeps none of them', async () => {
    // The limit of a process on the size of files: writing fails in the middle, as it does on a full disk.
    const { stdout } = await run('sh', ['-c', 'ulimit -f 200; exec "$@"', 'sh', process.execPath, CHILD, folder, freshName(), 'end']);
    expect(JSON.parse(stdout)).toEqual({ error: 'StoreUnavailable', message: 'the store of documents is away (EFBIG)' });
    expect(await objects()).toEqual([]);
    expect(await drafts()).toEqual([]);
  });

  it('takes the same object where there is room', async () => {
    const name = freshName();
    const { stdout } = await run(process.execPath, [CHILD, folder, name, 'end']);
    expect(JSON.parse(stdout)).toEqual({ size: 1024 * 1024 });
    expect(await objects()).toEqual([name]);
  });
});
