import 'reflect-metadata';
import type { ActorEvent } from '../../../src/domain/access/passage.js';
import { doorsOf } from '../../support/doors.js';
import { factsIn, openSystem, type RunningSystem } from '../../support/system.js';

describe('A system that ends', () => {
  let running: RunningSystem;
  beforeAll(async () => {
    running = await openSystem();
  });
  afterAll(() => running.close());

  it('has written how often it refused, for all that it had only counted', async () => {
    const { rest } = doorsOf(running);
    const said = await Promise.all([1, 2, 3, 4, 5].map(() => rest('GET', '/campaigns/essai', { as: 'alice' })));
    expect(said.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    await running.system.stop();
    const facts = (await running.inside(factsIn)).map(({ event }) => event as ActorEvent);
    const denied = facts.filter(({ type }) => type === 'AccessDenied').length;
    const again = facts.reduce((sum, one) => sum + (one.type === 'AccessDeniedAgain' ? one.count : 0), 0);
    // Two lines when the minute ended in between.
    expect([denied >= 1 && denied <= 2, denied + again]).toEqual([true, 5]);
  });
});
