import { readFile, writeFile } from 'node:fs/promises';
import type { Tagged } from '../../../src/domain/shared/decider.js';
import { policy } from '../../../src/domain/enrolment/policy.js';
import { deadlineAfter, instantOf } from '../../../src/domain/shared/time.js';
import type { Step } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, Killed, type ErasureWorld } from '../../support/erasure-world.js';
import { caughtUp } from '../../support/read-side.js';
import { allOf } from '../event-store/samples.js';

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
});
