import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import canonicalizing from 'canonicalize';
import { sealDeskOf, sealing } from '../../../src/infrastructure/system/sealed-log.js';
import type { ExportOrder } from '../../../src/infrastructure/export/request.js';
import { WitnessBook } from '../../../src/infrastructure/seal/witness/witness-book.js';
import { exportInClear, linesIn } from '../../support/exporting.js';
import { naiveRoot } from '../../support/naive-merkle.js';
import { eventually } from '../../support/read-side.js';
import { openWorld, type Invited, type World } from '../../support/world.js';

const canonicalize = canonicalizing as unknown as (value: unknown) => string;
type Line = { index: number; h: { stream: string; rev: number; type: string }; c: string } & Record<string, unknown>;

describe('A package of a small history', () => {
  let world: World;
  let worker: ReturnType<typeof sealing>;
  let invited: Invited;
  const folders: string[] = [];
  const packageOf = async (more: Partial<ExportOrder> = {}) => {
    const made = await exportInClear(world.platform, more);
    folders.push(made.folder);
    return made;
  };
  const json = async (folder: string, path: string) =>
    JSON.parse(await readFile(join(folder, 'data', path), 'utf8')) as Record<string, unknown>;

  beforeAll(async () => {
    world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    worker = sealing(world.platform);
    await worker.start();
    invited = await world.invite();
    await eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
  });
  afterAll(async () => {
    await worker.stop();
    await world.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  it('is a bag that coreutils check', async () => {
    const { folder } = await packageOf();
    const check = (manifest: string) => execFileSync('sha512sum', ['-c', '--strict', '--quiet', manifest], { cwd: folder }).toString();
    expect(check('manifest-sha512.txt')).toBe('');
    expect(check('tagmanifest-sha512.txt')).toBe('');
  });

  it('holds a line for every leaf, whose hashes give the signed root', async () => {
    const { folder, written } = await packageOf();
    const lines = (await linesIn(folder, 'evenements')) as Line[];
    const leaves = lines.map(({ h, c }) =>
      createHash('sha256')
        .update(`\0${canonicalize({ c, h })}`)
        .digest(),
    );
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: written.size }, (_, n) => n));
    expect(await readFile(join(folder, 'data/preuves/feuilles.bin'))).toEqual(Buffer.concat(leaves));
    const [, , root] = (await readFile(join(folder, 'data/preuves/checkpoint'), 'utf8')).split('\n');
    expect(Buffer.from(naiveRoot(leaves)).toString('base64')).toBe(root);
  });

  it('names for each stream how far it reaches, and how many of its events are there', async () => {
    const { folder } = await packageOf();
    const lines = (await linesIn(folder, 'evenements')) as Line[];
    const heads = (await readFile(join(folder, 'data/tetes-de-flux.ndjson'), 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const streams = [...new Set(lines.map(({ h }) => h.stream))].sort();
    expect(heads).toEqual(
      streams.map((stream) => ({
        stream,
        rev: lines.filter(({ h }) => h.stream === stream).length - 1,
        count: lines.filter(({ h }) => h.stream === stream).length,
      })),
    );
  });

  it('gives figures that anybody counts again, without small cells where it is pseudonymised', async () => {
    const { folder } = await packageOf();
    const lines = (await linesIn(folder, 'evenements')) as Line[];
    const { byType, suppressed, events } = await json(folder, 'stats.json');
    expect(events).toBe(lines.length);
    for (const [type, count] of Object.entries(byType as Record<string, number | null>)) {
      const real = lines.filter(({ t, h }) => (t ?? h.type) === type).length;
      expect(count).toBe(real < 11 ? null : real);
      expect((suppressed as string[]).includes(`byType/${type}`)).toBe(real < 11);
    }
  });

  it('opens exactly the chosen events, each by its own key, where it is nominative', async () => {
    const { folder } = await packageOf({ mode: 'nominative', scope: { kind: 'space', space: invited.address.id } });
    const lines = (await linesIn(folder, 'evenements')) as Line[];
    const keys = await linesIn(folder, 'cles');
    expect(lines.length).toBeGreaterThan(2);
    expect(keys.map(({ index }) => index)).toEqual(lines.map(({ index }) => index));
    expect(lines.some((line) => 't' in line)).toBe(false);
    for (const { index, body, ke } of keys as { index: number; body: string; ke: string }[]) {
      const { h, c } = lines.find((line) => line.index === index)!;
      const bytes = Buffer.from(body, 'base64url');
      expect(createHash('sha256').update(bytes).digest('base64url')).toBe(c);
      const decipher = createDecipheriv('aes-256-gcm', Buffer.from(ke, 'base64url'), bytes.subarray(1, 13), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(canonicalize(h))).setAuthTag(bytes.subarray(-16));
      const plain = Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()]);
      expect(plain.subarray(0, 32)).toEqual(Buffer.alloc(32));
      expect(JSON.parse(plain.subarray(32).toString())).toMatchObject({ t: expect.any(String), m: expect.any(Object) });
    }
  });

  it('says what was asked, by whom, and on which head of the log', async () => {
    const { folder, written } = await packageOf({ scope: { kind: 'space', space: invited.address.id } });
    const request = await json(folder, 'demande.json');
    expect(request).toMatchObject({
      v: 1,
      mode: 'pseudonymised',
      counts: { events: written.counts.events },
      log: { origin: 'log.example/essai', size: written.size },
      truncated: false,
    });
    expect(JSON.stringify(request)).not.toContain(invited.address.id);
  });

  it('copies the policy of the running service, with its witnesses and its quorum', async () => {
    const policyIn = async () => readFile(join((await packageOf()).folder, 'data/preuves/policy.txt'), 'utf8');
    const { keys } = await sealDeskOf(world.platform).status();
    const logs = keys.map((key) => `log ${key}\n`).join('');
    expect(await policyIn()).toBe(`${logs}quorum none\n`);
    const witness = `${logs}witness cnil witness.example/cnil+0c3d0c3d+BA\nquorum cnil\n`;
    await new WitnessBook(world.platform.pools.pool('mes_sealer')).adopt({ text: witness, patience: 0, witnesses: [] });
    expect(await policyIn()).toBe(witness);
  });
});
