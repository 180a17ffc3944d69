import { GivingWay } from '../../../src/infrastructure/seal/giving-way.js';

const LOOK = 20;

describe('Long work in the thread of others', () => {
  /** A clock that goes forward while the thread is looked at, and what the others were found to use of it then. */
  const beside = (others: (look: number) => number) => {
    let [time, looks] = [0, 0];
    const busy = async (): Promise<number> => ((time += LOOK), others(++looks));
    const way = new GivingWay(busy, () => time);
    const never = new AbortController().signal;
    return {
      /** How long it rests after a step of so many milliseconds. */
      restAfter: async (step: number, signal = never): Promise<number> => {
        time += step;
        const before = time;
        await way.rest(signal);
        return time - before;
      },
    };
  };

  it('goes on after one look where nobody else has work', async () => {
    const { restAfter } = beside(() => 0.1);
    expect(await restAfter(400)).toBe(LOOK);
    expect(await restAfter(400)).toBe(LOOK);
  });

  it('rests for as long as others need the thread', async () => {
    const { restAfter } = beside((look) => (look <= 5 ? 0.9 : 0.2));
    expect(await restAfter(400)).toBe(6 * LOOK);
  });

  it('keeps an eighth of the time, however busy the others are', async () => {
    const { restAfter } = beside(() => 1);
    for (const step of [200, 400, 2_000]) expect(await restAfter(step)).toBe(7 * step);
  });

  it('does not stop after steps that nobody feels, until they have added up', async () => {
    const { restAfter } = beside(() => 0);
    expect([await restAfter(80), await restAfter(80), await restAfter(80), await restAfter(80)]).toEqual([0, 0, LOOK, 0]);
  });

  it('ends its rest when it is told to stop', async () => {
    const { restAfter } = beside(() => 1);
    expect(await restAfter(10_000, AbortSignal.abort())).toBe(LOOK);
  });

  it('sees in a real thread whether it is used', async () => {
    const way = new GivingWay();
    const spin = (milliseconds: number): void => {
      const until = performance.now() + milliseconds;
      while (performance.now() < until);
    };
    let asked = true;
    let turns = 0;
    const others = (): void => {
      spin(5);
      turns += 1;
      if (asked) setImmediate(others);
    };
    setImmediate(others);
    spin(250);
    await way.rest(new AbortController().signal);
    asked = false;
    expect(turns).toBeGreaterThan(5);
  });
});
