import { ahead } from '../../src/application/shared/ahead.js';

/** Numbers from 1 on, and how far they were asked for. */
function counted(upTo: number, failing = false) {
  const seen = { asked: 0, ended: false };
  async function* numbers(): AsyncGenerator<number, void> {
    try {
      while (seen.asked < upTo) yield await Promise.resolve(++seen.asked);
      if (failing) throw new Error('the source broke');
    } finally {
      seen.ended = true;
    }
  }
  return { seen, numbers: numbers() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('reading ahead', () => {
  it('gives the same items in their order', async () => {
    const given: number[] = [];
    for await (const item of ahead(counted(7).numbers, 2)) given.push(item);
    expect(given).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('asks for as many more as it was told, and no further, while one item is worked on', async () => {
    const { seen, numbers } = counted(100);
    const items = ahead(numbers, 2);
    await items.next();
    await settled();
    expect(seen.asked).toBe(3);
    await items.return();
  });

  it('throws what the source throws only behind the items before it', async () => {
    const given: number[] = [];
    const reading = async () => {
      for await (const item of ahead(counted(2, true).numbers, 5)) given.push(item);
    };
    await expect(reading()).rejects.toThrow('the source broke');
    expect(given).toEqual([1, 2]);
  });

  it('ends the source when whoever reads stops early', async () => {
    const { seen, numbers } = counted(100);
    for await (const item of ahead(numbers, 2)) if (item === 2) break;
    expect(seen.ended).toBe(true);
  });
});
