import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { KeyVault } from '../../../src/application/shared/key-vault.js';
import type { Tagged } from '../../../src/domain/shared/decider.js';
import { policy } from '../../../src/domain/enrolment/policy.js';
import { deadlineAfter, instantOf } from '../../../src/domain/shared/time.js';
import type { LedgerEntry } from '../../../src/infrastructure/erasure/deletion-ledger.js';
import type { Step } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, Killed, type ErasureWorld } from '../../support/erasure-world.js';
import { caughtUp } from '../../support/read-side.js';
import { allOf } from '../event-store/samples.js';

/** Notes of how many owners a vault is asked at a time, and answers with what is made of its answers, until it is over. */
function watched(vault: KeyVault, answer: (living: ReadonlySet<string>, owners: readonly string[]) => ReadonlySet<string>) {
  const asked: number[] = [];
  const living = vault.living.bind(vault);
  vault.living = async (owners, except) => {
    asked.push(owners.length);
    return answer(await living(owners, except), owners);
  };
  return { asked, over: () => void (vault.living = living) };
}

/** What a start does before a door opens, where nothing or only a part came back. */
describe('Every start reads the deletion ledger', () => {
  let world: ErasureWorld;
  beforeAll(async () => {
    world = await erasureWorld();
    world.side.projector.start();
  });
  afterAll(async () => {
    await world.side.projector.stop();
    await world.end();
  });

  const decided = async () => {
    const space = await world.space();
    await world.close(space);
    const { revision } = await world.log.journal.read(`space-${space.id}`);
    await world.write(`space-${space.id}`, revision, { ...spaceFacts.DestructionRequested, ground: 'ERASURE' } as Tagged);
    await caughtUp(world.side);
    return space;
  };
  const destroyed = async () => {
    const [space, eraser] = [await decided(), await world.eraser()];
    await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await world.toTheEnd(eraser, space.id);
    return space;
  };
  const tracesOf = (id: string) =>
    world.house.rows(`SELECT step, not_before FROM erasure.destruction WHERE space = $1 AND scope = 'TRACE'`, [id]);
  const forgetTraces = (id: string) => world.house.rows(`DELETE FROM erasure.destruction WHERE space = $1 AND scope = 'TRACE'`, [id]);

  it('and traces that nobody waits for any more end on the day that it names', async () => {
    const [space, eraser] = [await destroyed(), await world.eraser()];
    await forgetTraces(space.id);
    expect(await eraser.afterRestore()).toBe(0);
    expect(await tracesOf(space.id)).toEqual([{ step: 'COLLECT', not_before: new Date(Date.parse(world.archivedUntil) + 1) }]);
  });

  it('and where a line of before names none, ten years after it was written', async () => {
    const [space, eraser] = [await destroyed(), await world.eraser()];
    await forgetTraces(space.id);
    const lines = (await readFile(world.ledgerPath, 'utf8')).split('\n');
    const before = lines.map((line) => (line.includes(space.id) ? line.replace(/,"traceEnd":"[^"]*"/, '') : line));
    expect(before).not.toEqual(lines);
    await writeFile(world.ledgerPath, before.join('\n'));
    await eraser.afterRestore();
    const { over } = deadlineAfter(instantOf(Date.now()), policy.archive);
    expect(await tracesOf(space.id)).toEqual([{ step: 'COLLECT', not_before: new Date(over) }]);
  });

  it('and says of a destruction that it does not name that a restore would undo it', async () => {
    const space = await destroyed();
    const [lines, eraser] = [await readFile(world.ledgerPath, 'utf8'), await world.eraser()];
    await eraser.afterRestore();
    expect(eraser.alarms).toEqual([]);
    await writeFile(world.ledgerPath, lines.replaceAll(new RegExp(`.*${space.id}.*\\n`, 'g'), ''));
    await eraser.afterRestore();
    expect(eraser.alarms).toEqual([expect.stringContaining('DELETION_LEDGER) does not name 1 destructions')]);
    await writeFile(world.ledgerPath, lines);
  });

  it('page by page, however many were destroyed; one that stands on several pages is one', async () => {
    const [space, eraser] = [await destroyed(), await world.eraser()];
    await forgetTraces(space.id);
    const lines = await readFile(world.ledgerPath, 'utf8');
    const dead = Array.from({ length: 25_000 }, () => randomUUID());
    const lineOf = (id: string) =>
      JSON.stringify({ v: 1, on: instantOf(Date.now()), space: id, scope: 'SPACE', ground: 'RETENTION', streams: [], blobs: [] });
    // Two that are named, the first of them twice, and one that is not.
    const others = [dead[0], dead[24_999], randomUUID()];
    await world.house.rows(
      `INSERT INTO erasure.destruction (space, scope, ground, step, not_before, done_at)
       SELECT space, 'SPACE', 'RETENTION', 'DONE', now(), now() FROM unnest($1::uuid[]) AS t(space)`,
      [others],
    );
    await writeFile(world.ledgerPath, `${[...dead, ...dead.slice(0, 1)].map(lineOf).join('\n')}\n${lines}`);
    const { asked, over } = watched(eraser.vault, (living) => living);
    expect(await eraser.afterRestore()).toBe(0);
    over();
    expect(Math.max(...asked)).toBe(10_000);
    expect(eraser.alarms).toEqual([expect.stringContaining('DELETION_LEDGER) does not name 1 destructions')]);
    expect(await tracesOf(space.id)).toEqual([{ step: 'COLLECT', not_before: new Date(Date.parse(world.archivedUntil) + 1) }]);
    await writeFile(world.ledgerPath, lines);
    await world.house.rows('DELETE FROM erasure.destruction WHERE space = ANY ($1::uuid[])', [others]);
  });

  it('and what another process destroys while it is read did not come back', async () => {
    const [space, eraser] = [await destroyed(), await world.eraser()];
    let first = true;
    const { over } = watched(eraser.vault, (living, owners) => {
      const lived = first && owners.includes(space.id);
      if (lived) first = false;
      return lived ? new Set([...living, space.id]) : living;
    });
    expect([await eraser.afterRestore(), first]).toEqual([0, false]);
    over();
  });

  it.each<Step>(['LEDGER', 'KEYS'])('and a destruction that died behind its step %s goes on, which is no restore', async (step) => {
    const [space, doomed] = [await decided(), await world.eraser(step)];
    await doomed.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await expect(world.toTheEnd(doomed, space.id)).rejects.toThrow(Killed);
    expect(await doomed.rows.stepOf(space.id, 'SPACE')).toBe(step);
    await world.house.rows('UPDATE erasure.destruction SET not_before = now() WHERE space = $1 AND scope = $2', [space.id, 'SPACE']);
    const audits = async () =>
      (await allOf(world.log.store, 0n, ['audit'])).filter(({ body }) => Buffer.from(body).includes('StoreRestored'));
    const next = await world.eraser();
    expect([await next.afterRestore(), await audits()]).toEqual([0, []]);
    await world.toTheEnd(next, space.id);
  });

  describe('and when one of those it names lives again', () => {
    /** A space lives of which the ledger says that it was destroyed: as after a restore to before. */
    const risen = async (more: Partial<LedgerEntry> = {}) => {
      const [space, eraser] = [await decided(), await world.eraser()];
      const on = instantOf(Date.now());
      await eraser.ledger.add({ v: 1, on, space: space.id, scope: 'SPACE', ground: 'ERASURE', streams: [], blobs: [], ...more }, null);
      expect(await eraser.afterRestore()).toBe(1);
      return space;
    };
    const forgetAll = () => world.house.rows('DELETE FROM registry.suppression');
    const suppressed = ({ ins }: { readonly ins: string }) => world.log.registry.isSuppressed(ins);

    it('files skip everybody whom it names, and nobody who was allowed to come back before', async () => {
      const [gone, back] = [await destroyed(), await destroyed()];
      await world.log.registry.release(back.ins);
      // Said again after a crash it counts once.
      await world.log.registry.release(back.ins);
      await forgetAll();
      await risen();
      expect([await suppressed(gone), await suppressed(back)]).toEqual([true, false]);
    });

    it('and who was destroyed again after he came back is skipped', async () => {
      const eraser = await world.eraser();
      const gone = await destroyed();
      await world.log.registry.release(gone.ins);
      const again = { v: 1, on: instantOf(Date.now()), scope: 'SPACE', ground: 'ERASURE', streams: [], blobs: [] } as const;
      const { digest } = world.log.peppers.suppression(gone.ins)[0];
      await eraser.ledger.add({ ...again, space: randomUUID() }, { digest, lifted: 1 });
      await risen();
      expect(await suppressed(gone)).toBe(true);
    });

    it('a line of before that names its person suppresses him', async () => {
      const digest = randomBytes(32);
      await risen({ suppression: digest.toString('base64') });
      expect(await world.house.rows('SELECT 1 FROM registry.suppression WHERE digest = $1', [digest])).toHaveLength(1);
    });
  });
});
