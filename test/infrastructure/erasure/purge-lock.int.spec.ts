import type { Tagged } from '../../../src/domain/shared/decider.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { unlessWalked, whileNothingLeaves } from '../../../src/infrastructure/erasure/purge-lock.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import { eventually } from '../../support/read-side.js';

/** Holds back every removal until it is told to go on. */
function walkOn(world: ErasureWorld) {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  let walk: Promise<string> = Promise.resolve('');
  const begun = new Promise<void>((begin) => {
    walk = whileNothingLeaves(world.log.pools.pool('mes_projector'))(async () => {
      begin();
      await over;
      return 'walked';
    });
  });
  return { begun, walk, end: () => end() };
}

describe('What is certified to be destroyed, while an export walks through the log', () => {
  let world: ErasureWorld;

  beforeAll(async () => {
    world = await erasureWorld();
    world.side.projector.start();
  });
  afterAll(async () => {
    await world.side.projector.stop();
    await world.end();
  });

  it('stays where it lies, unreadable, until the export is through, and goes then', async () => {
    const space = await world.space();
    await world.close(space);
    const stream: StreamName = `space-${space.id}`;
    const { revision } = await world.log.journal.read(stream);
    await world.write(stream, revision, { ...spaceFacts.DestructionRequested, ground: 'ERASURE' } as Tagged);
    const eraser = await world.eraser();
    const { begun, end, walk } = walkOn(world);
    await begun;
    await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await eventually(async () => {
      await eraser.destruction.drain(space.id);
      expect(await eraser.rows.stepOf(space.id, 'SPACE')).toBe('PURGE');
    });
    expect(await eraser.destruction.drain(space.id)).toBeLessThanOrEqual(1);
    expect(await eraser.rows.stepOf(space.id, 'SPACE')).toBe('PURGE');
    expect((await world.log.store.read(stream)).length).toBeGreaterThan(0);
    end();
    expect(await walk).toBe('walked');
    await world.toTheEnd(eraser, space.id);
    expect(await world.log.store.read(stream)).toEqual([]);
    expect(eraser.alarms).toEqual([]);
  });

  it('is removed by one while no walk begins: that one waits', async () => {
    const vault = world.log.pools.pool('mes_vault');
    const order: string[] = [];
    let later: Promise<unknown> = Promise.resolve();
    const isDone = await unlessWalked(vault, async () => {
      const { end, walk, begun } = walkOn(world);
      later = begun.then(() => (order.push('walk'), end(), walk));
      await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, 200))]);
      order.push('removed');
    });
    await later;
    expect(isDone).toBe(true);
    expect(order).toEqual(['removed', 'walk']);
  });

  it('says of what failed in a walk what it was: a full disk is no database that is away', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const walk = whileNothingLeaves(world.log.pools.pool('mes_projector'))(() => Promise.reject(full));
    await expect(walk).rejects.toBe(full);
  });
});
