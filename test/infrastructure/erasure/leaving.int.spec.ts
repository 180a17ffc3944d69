import type { Tagged } from '../../../src/domain/shared/decider.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import { caughtUp } from '../../support/read-side.js';

/** What a destruction writes down of what it leaves, and what it takes along beside the log and the read models. */
describe('A space that is destroyed', () => {
  let world: ErasureWorld;
  beforeAll(async () => {
    world = await erasureWorld();
    world.side.projector.start();
  });
  afterAll(async () => {
    await world.side.projector.stop();
    await world.end();
  });

  const decided = async (ground: 'ERASURE' | 'RETENTION') => {
    const space = await world.space();
    await world.close(space);
    const { revision } = await world.log.journal.read(`space-${space.id}`);
    await world.write(`space-${space.id}`, revision, { ...spaceFacts.DestructionRequested, ground } as Tagged);
    await caughtUp(world.side);
    return space;
  };
  const destroy = async ({ id }: { readonly id: string }, ground: 'ERASURE' | 'RETENTION') => {
    const eraser = await world.eraser();
    await eraser.destruction.request(id, ground, world.archivedUntil);
    await world.toTheEnd(eraser, id);
    return eraser;
  };

  it('has in the ledger when the traces that outlive it are to go', async () => {
    const [erased, ended] = [await decided('ERASURE'), await decided('RETENTION')];
    const { ledger } = await destroy(erased, 'ERASURE');
    await destroy(ended, 'RETENTION');
    const ends = new Map<string, Instant | null | undefined>();
    for await (const page of ledger.pages()) for (const { space, traceEnd } of page) ends.set(space, traceEnd);
    expect([ends.get(erased.id), ends.get(ended.id)]).toEqual([instantOf(Date.parse(world.archivedUntil) + 1), null]);
  });

  it('takes along the days before this one on which its keys were handed out', async () => {
    const space = await decided('ERASURE');
    await world.house.rows(`INSERT INTO vault.release VALUES ('2026-01-01', $1, 2, 1)`, [space.id]);
    await destroy(space, 'ERASURE');
    expect(await world.house.rows(`SELECT 1 FROM vault.release WHERE owner = $1 AND day = '2026-01-01'`, [space.id])).toEqual([]);
  });
});
