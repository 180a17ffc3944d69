import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobName, BlobStore } from '../../src/application/record/blob-store.js';
import { ORPHAN_GRACE_MS, sweepOrphans, type Sweep, type SweepCounts } from '../../src/application/record/orphan-sweep.js';
import { newBlobName } from '../../src/infrastructure/blobs/blob-name.js';
import { FileBlobStore } from '../../src/infrastructure/blobs/file-blob-store.js';
import { S3BlobStore } from '../../src/infrastructure/blobs/s3-blob-store.js';
import { failure, inSteps } from '../infrastructure/blobs/bytes.js';
import { startS3Server } from '../support/s3-server.js';

const HOUR = 3_600_000;

describe('The sweep of orphans', () => {
  let folder: string;
  let blobs: BlobStore;
  // A whole second, which every file system keeps exactly.
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const asked: (readonly BlobName[])[] = [];
  beforeEach(async () => {
    asked.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'mes-sweep-'));
    blobs = await FileBlobStore.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** An object that was written so long ago. */
  const written = async (agoMs: number): Promise<BlobName> => {
    const name = newBlobName();
    await blobs.put(name, inSteps(Buffer.of(1)));
    const file = (await readdir(folder, { recursive: true, withFileTypes: true })).find((entry) => entry.name === name);
    await utimes(join(file?.parentPath ?? '', name), new Date(now - agoMs), new Date(now - agoMs));
    return name;
  };
  const sweep = (names: readonly BlobName[], more: Partial<Sweep> = {}): Promise<SweepCounts> => {
    const named = async (some: readonly BlobName[]) => {
      asked.push(some);
      return new Set(some.filter((name) => names.includes(name)));
    };
    return sweepOrphans({ blobs, named, now, ...more });
  };
  const lying = async (name: BlobName): Promise<boolean> => (await blobs.get(name, { start: 0, end: 1 })) !== null;

  it('deletes what no event names, keeps what one does, and does not touch what is young', async () => {
    const [orphan, kept, young] = [await written(25 * HOUR), await written(25 * HOUR), await written(23 * HOUR)];
    expect(await sweep([kept])).toEqual({ seen: 3, kept: 1, deleted: 1, tooYoung: 1 });
    expect([await lying(orphan), await lying(kept), await lying(young)]).toEqual([false, true, true]);
    expect(asked.flat()).not.toContain(young);
  });

  it.each([
    [ORPHAN_GRACE_MS - 1_000, false],
    [ORPHAN_GRACE_MS, false],
    [ORPHAN_GRACE_MS + 1_000, true],
  ])('an orphan of %p ms: deleted is %p', async (age, gone) => {
    const orphan = await written(age);
    await sweep([]);
    expect(await lying(orphan)).toBe(!gone);
  });

  it('finds nothing more to do the second time', async () => {
    const kept = await written(25 * HOUR);
    await written(25 * HOUR);
    await sweep([kept]);
    expect(await sweep([kept])).toEqual({ seen: 1, kept: 1, deleted: 0, tooYoung: 0 });
  });

  it('on trial counts the same and deletes nothing', async () => {
    const orphan = await written(25 * HOUR);
    expect(await sweep([], { dryRun: true })).toEqual({ seen: 1, kept: 0, deleted: 1, tooYoung: 0 });
    expect(await lying(orphan)).toBe(true);
  });

  it('takes another grace period', async () => {
    await written(2 * HOUR);
    expect(await sweep([], { graceMs: HOUR })).toMatchObject({ deleted: 1, tooYoung: 0 });
  });

  it('asks about nobody when everything is young', async () => {
    await written(0);
    expect(await sweep([])).toEqual({ seen: 1, kept: 0, deleted: 0, tooYoung: 1 });
    expect(asked).toEqual([]);
  });

  it('deletes nothing while it cannot be known what is named', async () => {
    const orphan = await written(25 * HOUR);
    const behind = new Error('the read model is behind the log');
    expect(await failure(sweep([], { named: () => Promise.reject(behind) }))).toBe(behind);
    expect(await lying(orphan)).toBe(true);
  });

  it('goes over every page, and tells how far it is', async () => {
    const server = await startS3Server({ pageSize: 3 });
    const bucket = await S3BlobStore.open(server.place);
    try {
      const names = Array.from({ length: 8 }, newBlobName);
      for (const name of names) await bucket.put(name, inSteps(Buffer.of(1)));
      const told: SweepCounts[] = [];
      const later = { blobs: bucket, now: Date.now() + 25 * HOUR, progress: (counts: SweepCounts) => told.push(counts) };
      expect(await sweep(names.slice(0, 5), later)).toEqual({ seen: 8, kept: 5, deleted: 3, tooYoung: 0 });
      expect(told.map(({ seen }) => seen)).toEqual([3, 6, 8]);
      expect(await server.count()).toEqual({ objects: 5, uploads: 0 });
    } finally {
      bucket.close();
      await server.close();
    }
  });
});
