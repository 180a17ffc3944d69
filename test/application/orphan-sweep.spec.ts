import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobName, BlobStore } from '../../src/application/record/blob-store.js';
import type { NamedBlobs } from '../../src/application/record/named-blobs.js';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { ORPHAN_GRACE_MS, sweepOrphans, type Sweep, type SweepCounts } from '../../src/application/record/orphan-sweep.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { newBlobName } from '../../src/infrastructure/blobs/blob-name.js';
import { FileBlobStore } from '../../src/infrastructure/blobs/file-blob-store.js';
import { S3BlobStore } from '../../src/infrastructure/blobs/s3-blob-store.js';
import { failure, inSteps } from '../infrastructure/blobs/bytes.js';
import { startS3Server } from '../support/s3-server.js';

const HOUR = 3_600_000;
const stream = (): StreamName => `record-${randomUUID()}`;

describe('The sweep of orphans', () => {
  let folder: string;
  let blobs: BlobStore;
  // A whole second, which every file system keeps exactly.
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const asked: StreamName[] = [];
  const records = [stream(), stream(), stream()] as const;
  beforeEach(async () => {
    asked.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'mes-sweep-'));
    blobs = await FileBlobStore.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** An object that was written so long ago. */
  const written = async (agoMs: number, name: BlobName = newBlobName(records[0])): Promise<BlobName> => {
    await blobs.put(name, inSteps(Buffer.of(1)));
    const file = (await readdir(folder, { recursive: true, withFileTypes: true })).find((entry) => entry.name === name);
    await utimes(join(file?.parentPath ?? '', name), new Date(now - agoMs), new Date(now - agoMs));
    return name;
  };
  const sweep = (names: readonly BlobName[], more: Partial<Sweep> = {}): Promise<SweepCounts> => {
    const named = async (of: StreamName): Promise<NamedBlobs> => {
      asked.push(of);
      return { names: new Set(names.filter((name) => name.startsWith(of))), complete: true };
    };
    return sweepOrphans({ blobs, named, now, ...more });
  };
  const lying = async (name: BlobName): Promise<boolean> => (await blobs.get(name, { start: 0, end: 1 })) !== null;

  it('deletes what no event names, keeps what one does, and does not touch what is young', async () => {
    const [orphan, kept, young] = [await written(25 * HOUR), await written(25 * HOUR), await written(23 * HOUR, newBlobName(records[1]))];
    expect(await sweep([kept])).toEqual({ seen: 3, kept: 1, deleted: 1, tooYoung: 1, outOfReach: 0 });
    expect([await lying(orphan), await lying(kept), await lying(young)]).toEqual([false, true, true]);
    expect(asked).toEqual([records[0]]);
  });

  it('asks once for a page about each stream that its old objects name, and about no other', async () => {
    for (const record of [records[0], records[1], records[0], records[1]]) await written(25 * HOUR, newBlobName(record));
    await written(23 * HOUR, newBlobName(records[2]));
    expect(await sweep([])).toMatchObject({ deleted: 4, tooYoung: 1 });
    expect(asked.toSorted()).toEqual([records[0], records[1]].toSorted());
  });

  it('keeps what may be named where not all can be read, and sweeps the rest', async () => {
    const [shut, kept, orphan] = [await written(25 * HOUR), await written(25 * HOUR), await written(25 * HOUR, newBlobName(records[1]))];
    const named = async (of: StreamName): Promise<NamedBlobs> => ({ names: new Set([kept]), complete: of !== records[0] });
    expect(await sweep([], { named })).toEqual({ seen: 3, kept: 1, deleted: 1, tooYoung: 0, outOfReach: 1 });
    expect([await lying(shut), await lying(kept), await lying(orphan)]).toEqual([true, true, false]);
  });

  it('keeps an object whose name says no stream, and asks about none for it', async () => {
    const old = await written(25 * HOUR, 'q0W_zT1-9yYh7b2a5c8D0e4F6gH_i1J2' as BlobName);
    expect(await sweep([])).toEqual({ seen: 1, kept: 0, deleted: 0, tooYoung: 0, outOfReach: 1 });
    expect([await lying(old), asked]).toEqual([true, []]);
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
    expect(await sweep([kept])).toEqual({ seen: 1, kept: 1, deleted: 0, tooYoung: 0, outOfReach: 0 });
  });

  it('on trial counts the same and deletes nothing', async () => {
    const orphan = await written(25 * HOUR);
    expect(await sweep([], { dryRun: true })).toEqual({ seen: 1, kept: 0, deleted: 1, tooYoung: 0, outOfReach: 0 });
    expect(await lying(orphan)).toBe(true);
  });

  it('takes another grace period', async () => {
    await written(2 * HOUR);
    expect(await sweep([], { graceMs: HOUR })).toMatchObject({ deleted: 1, tooYoung: 0 });
  });

  it('asks about nobody when everything is young', async () => {
    await written(0);
    expect(await sweep([])).toEqual({ seen: 1, kept: 0, deleted: 0, tooYoung: 1, outOfReach: 0 });
    expect(asked).toEqual([]);
  });

  it('deletes nothing while it cannot be known what is named', async () => {
    const orphan = await written(25 * HOUR);
    const behind = new StoreUnavailable('the log is away');
    expect(await failure(sweep([], { named: () => Promise.reject(behind) }))).toBe(behind);
    expect(await lying(orphan)).toBe(true);
  });

  it('goes over every page, and tells how far it is', async () => {
    const server = await startS3Server({ pageSize: 3 });
    const bucket = await S3BlobStore.open(server.place);
    try {
      const names = Array.from({ length: 8 }, () => newBlobName(records[0]));
      for (const name of names) await bucket.put(name, inSteps(Buffer.of(1)));
      const told: SweepCounts[] = [];
      const later = { blobs: bucket, now: Date.now() + 25 * HOUR, progress: (counts: SweepCounts) => told.push(counts) };
      expect(await sweep(names.slice(0, 5), later)).toEqual({ seen: 8, kept: 5, deleted: 3, tooYoung: 0, outOfReach: 0 });
      expect(told.map(({ seen }) => seen)).toEqual([3, 6, 8]);
      expect(await server.count()).toEqual({ objects: 5, uploads: 0 });
    } finally {
      bucket.close();
      await server.close();
    }
  });
});
