import { Deadlines, type PendingWish } from '../../src/application/shared/deadlines.js';
import { Ticker } from '../../src/application/shared/ticker.js';
import type { Wishes } from '../../src/application/shared/wishes.js';
import { instant } from '../../src/domain/shared/time.js';

const NOW = instant('2027-01-01T00:00:00Z');
const wishes = (count: number): PendingWish[] =>
  Array.from({ length: count }, (_, rev) => ({
    ...{ process: 'opening', stream: 'space-1' as const, rev, index: 0, target: String(rev), wish: { type: 'Open' }, notBefore: NOW },
  }));

/** As the table does: the oldest first; what fails is put off. */
class Calendar extends Deadlines {
  constructor(private due: readonly PendingWish[]) {
    super();
  }
  async fireDue(_: unknown, limit: number, fire: (wish: PendingWish) => Promise<void>): Promise<number> {
    const taken = this.due.slice(0, limit);
    this.due = this.due.slice(limit);
    const outcomes = await Promise.allSettled(taken.map(fire));
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }
  keep = (): Promise<never> => Promise.reject(new Error('nobody keeps wishes here'));
  purge = (): Promise<never> => Promise.reject(new Error('nobody purges here'));
}

/** How many of so many wishes are carried out at once where these cannot be. */
function carriedOut(count: number, broken: (rev: number) => boolean): Promise<number> {
  const refusing = {
    send: async ({ rev }: PendingWish) => {
      if (broken(rev)) throw new TypeError('broken');
    },
  };
  return new Ticker(new Calendar(wishes(count)), refusing as unknown as Wishes, { now: () => NOW }, () => undefined).drain();
}

describe('What is due is carried out at once', () => {
  it.each([
    ['all of it, however much', 700, () => false, 700],
    ['but for what fails, wherever it stands', 700, (rev: number) => rev === 3 || rev === 300, 698],
    ['and no more is tried where nothing can be carried out', 700, (rev: number) => rev < 512, 0],
  ])('%s', async (_, count, broken, done) => {
    expect(await carriedOut(count, broken)).toBe(done);
  });
});
