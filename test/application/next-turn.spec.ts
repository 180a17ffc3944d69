import { inNextTurn } from '../../src/application/shared/next-turn.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that counts how often it ran, and does more when it is told to. */
function counted(more: (ask: () => void) => void = () => undefined) {
  const seen = { runs: 0 };
  const ask = inNextTurn(() => {
    seen.runs += 1;
    more(ask);
  });
  return { seen, ask };
}

describe('In the next turn of the event loop', () => {
  it('work runs once, however often it was asked to in this one, and not before the turn is over', async () => {
    const { seen, ask } = counted();
    for (let n = 0; n < 3; n += 1) ask();
    await Promise.resolve().then(ask);
    expect(seen.runs).toBe(0);
    await turn();
    expect(seen.runs).toBe(1);
    await turn();
    expect(seen.runs).toBe(1);
  });

  it('it runs again for who asks later', async () => {
    const { seen, ask } = counted();
    ask();
    await turn();
    ask();
    await turn();
    expect(seen.runs).toBe(2);
  });

  it('who asks while it runs has it run once more, in the turn after', async () => {
    const { seen, ask } = counted((again) => {
      if (seen.runs > 1) return;
      again();
      again();
    });
    ask();
    await turn();
    expect(seen.runs).toBe(1);
    await turn();
    expect(seen.runs).toBe(2);
    await turn();
    expect(seen.runs).toBe(2);
  });
});
