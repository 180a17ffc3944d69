import { Window } from '../../../src/infrastructure/eventstore/kurrentdb/window.js';

describe('A window of the log in which nothing matches', () => {
  const HEAD = 1_000_000n;
  const looking = (window: Window) => {
    const ends: bigint[] = [];
    window.onEnough(() => ends.push(window.batch().position));
    return ends;
  };

  it('ends by itself, once, where the server had looked by then, however much further it looks', () => {
    const window = new Window(0n, HEAD);
    const ends = looking(window);
    for (let n = 1n; n <= 1_000n; n += 1n) window.looked(n * 500n);
    expect(ends).toEqual([50_000n]);
    expect(window.complete).toBe(true);
    expect(window.batch()).toEqual({ events: [], position: 50_000n, live: false });
  });

  it('ends at the head that was asked for, also where the server looks beyond it', () => {
    const window = new Window(0n, HEAD);
    const ends = looking(window);
    window.looked(500n);
    window.looked(HEAD + 500n);
    window.looked(HEAD + 1_000n);
    expect(ends).toEqual([HEAD]);
    expect(window.batch()).toEqual({ events: [], position: HEAD, live: true });
  });
});
