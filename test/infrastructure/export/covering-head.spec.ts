import { describe, expect, it } from '@jest/globals';
import { NothingSealed, onGrounds, type CoveringParts, type Grounds } from '../../../src/infrastructure/export/covering-head.js';
import type { HeadsFact, StillHeads } from '../../../src/infrastructure/seal/heads/stream-heads.js';
import type { PublishedHead } from '../../../src/infrastructure/seal/witness/published-heads.js';

const head = (size: number): PublishedHead => ({ size, root: new Uint8Array(32), note: '', signedAt: new Date(0), quorum: true });
const FACT: HeadsFact = { index: 5, h: {}, c: '', body: '' };
const STILL: StillHeads = { size: 5, fact: () => Promise.resolve(FACT), of: () => Promise.resolve([]) };

/** A log that is sealed up to `sealed`, whose heads come out one after the other: the last one stays. */
function parts(sealed: number, out: readonly (number | null)[], more: { still?: StillHeads | null; trouble?: string } = {}): CoveringParts {
  const { still = STILL, trouble = null } = more;
  const left = [...out];
  const published = (): Promise<PublishedHead | null> => {
    const size = (left.length > 1 ? left.shift() : left[0]) ?? null;
    return Promise.resolve(size === null ? null : head(size));
  };
  return {
    tree: { head: () => Promise.resolve({ size: sealed, position: 0n, trouble }) } as CoveringParts['tree'],
    heads: { published },
    streamHeads: { still: (work) => work(still) },
    patience: 300,
  };
}
const groundsOf = (of: CoveringParts): Promise<readonly [number, boolean]> =>
  onGrounds(of, new AbortController().signal, ({ head: { size }, heads }: Grounds) => Promise.resolve([size, heads !== null] as const));

describe('The head of the log on which a package is built', () => {
  it('covers what was sealed when it was asked for, also where the root of stream heads lies further below', async () => {
    expect(await groundsOf(parts(9, [7, 8, 9]))).toEqual([9, true]);
  });

  it('is waited for where there is no root of stream heads', async () => {
    expect(await groundsOf(parts(9, [7, 9], { still: null }))).toEqual([9, false]);
  });

  it('is the one there is where none comes in time, or the sealer stopped', async () => {
    expect(await groundsOf(parts(9, [7]))).toEqual([7, true]);
    expect(await groundsOf(parts(9, [5, 9], { trouble: 'stopped' }))).toEqual([5, false]);
  });

  it('needs one that is signed', async () => {
    await expect(groundsOf(parts(0, [null], { still: null }))).rejects.toBeInstanceOf(NothingSealed);
    await expect(groundsOf(parts(9, [null]))).rejects.toBeInstanceOf(NothingSealed);
  });
});
