import 'reflect-metadata';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeArchive } from '../../../src/infrastructure/export/archive-writer.js';
import { EncryptedSpool } from '../../../src/infrastructure/export/encrypted-spool.js';
import { ExportCancelled } from '../../../src/infrastructure/export/request.js';
import { StreamHeads } from '../../../src/infrastructure/export/stream-heads.js';
import { packagePartsOf } from '../../../src/infrastructure/system/exports.js';
import { sealDeskOf, sealing } from '../../../src/infrastructure/system/sealed-log.js';
import { exportInClear, linesIn, orderOf } from '../../support/exporting.js';
import { eventually } from '../../support/read-side.js';
import { remove } from '../../support/lying-log.js';
import { openWorld, type Invited, type World } from '../../support/world.js';

describe('An export that does not find everything, or is ended early', () => {
  let world: World;
  let seal: ReturnType<typeof sealing>;
  let invited: Invited;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-ending-'));
    world = await openWorld({ SEAL_EVERY: '10' });
    seal = sealing(world.platform);
    await seal.start();
    invited = await world.invite();
    await eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
  });
  afterAll(async () => {
    await seal.stop();
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('called off in the middle it leaves nothing behind', async () => {
    const off = new AbortController();
    const work = {
      order: orderOf(),
      attempt: 'a',
      folder,
      at: '2026-01-05T10:00:00.000Z',
      signal: off.signal,
      progress: () => off.abort(),
    };
    const order = orderOf({ recipient: 'age1c5ps9zxznymcmgl4h9kg4k3a0x6msendday3p58wy0rjnuwrnqlquj775k' });
    await expect(writeArchive(packagePartsOf(world.platform), { ...work, order })).rejects.toBeInstanceOf(ExportCancelled);
    expect(await readdir(folder)).toEqual([]);
  });

  it('finds what a process left that died more than a day ago, and takes that away', async () => {
    const dead = await mkdtemp(join(folder, 'spool-'));
    const living = await mkdtemp(join(folder, 'spool-'));
    const before = new Date(Date.now() - 25 * 3_600_000);
    await utimes(dead, before, before);
    await (await EncryptedSpool.open(folder)).destroy();
    expect(await readdir(folder)).toEqual([basename(living)]);
    await rm(living, { recursive: true });
  });

  it('names for each stream how far it was sealed, also where the end of it is gone from the store', async () => {
    const stream = `space-${invited.address.id}` as const;
    const last = (await world.platform.store.read(stream)).length - 1;
    await remove(world, stream, last);
    for (const scope of [{ kind: 'space', space: invited.address.id }, { kind: 'all' }] as const) {
      const made = await exportInClear(world.platform, { scope });
      const heads = await linesIn(made.folder, '.');
      expect(heads.find((head) => head['stream'] === stream)).toEqual({ stream, rev: last, count: last });
      expect(made.written.counts.missing).toBe(1);
      await rm(made.folder, { recursive: true });
    }
  });

  it('counts heads of more streams than fit into memory, in order, each once', async () => {
    const aside = await EncryptedSpool.open(folder);
    const heads = new StreamHeads(aside, 3);
    for (let rev = 0; rev < 3; rev += 1) for (const n of [7, 3, 9, 1, 5, 8]) await heads.note(`space-${n}`, rev, rev !== 1);
    const written: string[] = [];
    const sink = {
      open: async () => ({
        write: async (bytes: Uint8Array) => void written.push(Buffer.from(bytes).toString()),
        close: async () => undefined,
      }),
    };
    expect(await heads.write(sink, true, async () => undefined)).toEqual({ lines: 6, missing: 6 });
    expect(written.map((line) => JSON.parse(line))).toEqual([1, 3, 5, 7, 8, 9].map((n) => ({ stream: `space-${n}`, rev: 2, count: 2 })));
    await aside.destroy();
  });
});
