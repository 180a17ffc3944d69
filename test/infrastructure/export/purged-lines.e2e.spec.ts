import 'reflect-metadata';
import { cp, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { leafHash } from '../../../src/infrastructure/eventstore/leaf.js';
import { sealDeskOf, sealing } from '../../../src/infrastructure/system/sealed-log.js';
import { exportInClear, linesIn } from '../../support/exporting.js';
import { remove } from '../../support/lying-log.js';
import { eventually } from '../../support/read-side.js';
import { openWorld, type World } from '../../support/world.js';
import { Bench, reportIn } from '../../verifier/kit/verdicts.js';

describe('A stream that the owner of the database took out of the log, in an export of the whole of it', () => {
  const bench = new Bench();
  let world: World;
  let seal: ReturnType<typeof sealing>;
  let policy: string;
  let gone: readonly StoredEvent[];

  /** Leaf hashes are said to have been kept of what was removed, as a destruction keeps them. */
  const keep = async (leafOf: (event: StoredEvent) => Uint8Array): Promise<void> => {
    await world.rows('DELETE FROM erasure.purged');
    for (const event of gone)
      await world.rows('INSERT INTO erasure.purged VALUES ($1, $2)', [String(event.position), Buffer.from(leafOf(event))]);
  };
  const exported = async (name: string) => {
    const { folder, written } = await exportInClear(world.platform, { mode: 'authority' });
    const lines = await linesIn(folder, 'evenements');
    await cp(folder, bench.path(name), { recursive: true });
    await rm(folder, { recursive: true });
    const job = bench.job(`@/${name}`, '--policy', policy);
    return { purged: lines.filter(({ closed }) => closed === 'purged'), missing: written.counts.missing, job };
  };

  beforeAll(async () => {
    world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    seal = sealing(world.platform);
    await seal.start();
    const { address } = await world.invite();
    await eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
    const { keys } = await sealDeskOf(world.platform).status();
    policy = bench.file('policy', `${keys.map((key) => `log ${key}\n`).join('')}quorum none\n`);
    gone = await world.platform.store.read(`space-${address.id}`);
    for (const { stream, rev } of gone) await remove(world, stream, rev);
  });
  afterAll(async () => {
    await seal.stop();
    await world.close();
    bench.close();
  });

  it('is missing where what is said to be kept of it is not what was sealed', async () => {
    await keep(() => new Uint8Array(32));
    const { purged, missing, job } = await exported('other-leaves');
    expect(purged).toEqual([]);
    expect(missing).toBe(gone.length);
    expect(reportIn(bench.node()[job]!).findings).toContainEqual(expect.objectContaining({ code: 'event/order' }));
  });

  it('is missing where no certificate accounts for it, and both verifiers say so', async () => {
    await keep(leafHash);
    const { purged, missing, job } = await exported('no-certificate');
    expect(purged).toHaveLength(gone.length);
    expect(missing).toBe(gone.length);
    const report = bench.node()[job]!;
    const [first] = purged;
    expect(reportIn(report).findings).toEqual([expect.objectContaining({ code: 'event/purged', index: first!['index'] })]);
    expect(reportIn(report).proven).toMatchObject({ purged: { lines: gone.length, certified: 0 } });
    expect((await bench.python())[job]).toEqual(report);
  });
});
