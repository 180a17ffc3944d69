import { readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Instant } from '../../src/domain/shared/time.js';
import type { ExportOrder } from '../../src/infrastructure/export/request.js';
import { sealDeskOf, sealing } from '../../src/infrastructure/system/sealed-log.js';
import { exportInClear, linesIn } from '../support/exporting.js';
import { eventually } from '../support/read-side.js';
import { openWorld, type World } from '../support/world.js';
import { Bench, reportIn, type Answer } from './kit/verdicts.js';

const FAR: { readonly from: Instant; readonly until: Instant } = {
  from: '2020-01-01T00:00:00.000Z' as Instant,
  until: '2100-01-01T00:00:00.000Z' as Instant,
};
const MODES = ['pseudonymised', 'authority', 'nominative'] as const;

/** A file of a package is changed, and the lists of the bag are made to fit. */
function forge(folder: string, path: string, change: (text: string) => string): void {
  const replace = (file: string, edit: (text: string) => string): readonly [string, string] => {
    const digest = (): string =>
      createHash('sha512')
        .update(readFileSync(join(folder, file)))
        .digest('hex');
    const before = digest();
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')));
    return [before, digest()];
  };
  const [was, is] = replace(path, change);
  const [listed, lists] = replace('manifest-sha512.txt', (text) => text.replace(was, is));
  writeFileSync(
    join(folder, 'tagmanifest-sha512.txt'),
    readFileSync(join(folder, 'tagmanifest-sha512.txt'), 'utf8').replace(listed, lists),
  );
}

describe('A package that the product wrote', () => {
  const bench = new Bench();
  const folders: string[] = [];
  const jobs = new Map<string, number>();
  let world: World;
  let worker: ReturnType<typeof sealing>;
  let drawn: readonly number[];
  let node: Answer[];
  let python: Answer[];

  /** Places in the log that the draw among the lines of a package names. */
  const drawnIn = (name: string, policy: string): readonly number[] => {
    const job = bench.job(`@/${name}`, '--policy', policy, '--sample', '7', '--seed', '30 6 11 2');
    jobs.set('drawn', job);
    return (reportIn(bench.node()[job]!).sample as { readonly indexes: readonly number[] }).indexes;
  };
  const packed = async (name: string, policy: string, more: Partial<ExportOrder>): Promise<void> => {
    const { folder } = await exportInClear(world.platform, more);
    folders.push(folder);
    await cp(folder, bench.path(name), { recursive: true });
    jobs.set(name, bench.job(`@/${name}`, '--policy', policy));
  };

  beforeAll(async () => {
    world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    worker = sealing(world.platform);
    await worker.start();
    const { address } = await world.invite();
    await world.invite();
    await eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
    const { keys } = await sealDeskOf(world.platform).status();
    const policy = bench.file('policy', `${keys.map((key) => `log ${key}\n`).join('')}quorum none\n`);
    for (const mode of MODES) {
      await packed(`${mode}-all`, policy, { mode, scope: { kind: 'all' } });
      await packed(`${mode}-space`, policy, { mode, scope: { kind: 'space', space: address.id } });
      await packed(`${mode}-period`, policy, { mode, scope: { kind: 'period' }, period: FAR });
    }
    drawn = drawnIn('pseudonymised-all', policy);
    await packed('sample', policy, { mode: 'nominative', scope: { kind: 'events', indexes: drawn } });
    await packed('sample-of-days', policy, { mode: 'nominative', scope: { kind: 'events', indexes: drawn }, period: FAR });
    await cp(bench.path('nominative-space'), bench.path('forged'), { recursive: true });
    forge(bench.path('forged'), 'data/evenements/evenements-000001.ndjson', (text) => text.replace(/"by":"\w+"/, '"by":"staff"'));
    jobs.set('forged', bench.job('@/forged', '--policy', policy));
    node = bench.node();
    python = await bench.python();
  });

  afterAll(async () => {
    await worker.stop();
    await world.close();
    bench.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  it.each(MODES.flatMap((mode) => ['all', 'space', 'period'].map((scope) => `${mode}-${scope}`)))('holds in both verifiers: %s', (name) => {
    const job = jobs.get(name)!;
    expect(reportIn(node[job]!).findings).toEqual([]);
    expect(python[job]).toEqual(node[job]);
  });

  it.each(['drawn', 'sample', 'sample-of-days'])('holds in both verifiers: %s', (name) => {
    const job = jobs.get(name)!;
    expect(reportIn(node[job]!).findings).toEqual([]);
    expect(python[job]).toEqual(node[job]);
  });

  it('opens by their own keys exactly the lines that were drawn, which are those of the first package', async () => {
    const [first, second] = await Promise.all(['pseudonymised-all', 'sample'].map((name) => linesIn(bench.path(name), 'evenements')));
    const sealed = ({ index, h, c }: Record<string, unknown>) => ({ index, h, c });
    expect(drawn).toHaveLength(7);
    expect(second!.map(sealed)).toEqual(first!.filter(({ index }) => drawn.includes(index as number)).map(sealed));
    expect((await linesIn(bench.path('sample'), 'cles')).map(({ index }) => index)).toEqual(drawn);
    expect(reportIn(node[jobs.get('sample')!]!)).toMatchObject({ counts: { events: 7, keys: 7 }, proven: { streams: 'partial' } });
  });

  it('and that somebody altered is found by both', () => {
    const job = jobs.get('forged')!;
    expect(reportIn(node[job]!).findings).toContainEqual(expect.objectContaining({ code: 'event/leaf', line: 1 }));
    expect(python[job]).toEqual(node[job]);
  });
});
