import fc from 'fast-check';
import { RangeWalk } from '../../src/application/shared/range-walk.js';
import { ALL_RANGES, claimOf, coversStream, NO_RANGES, rangeLeases, rangeOf, RANGES, singly } from '../../src/application/shared/ranges.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { told } from '../support/projecting.js';

const ranges = fc.bigInt({ min: 0n, max: ALL_RANGES });

describe('The range of a stream', () => {
  it('is the same for ever: checkpoints name it', () => {
    const ids = ['00000000-0000-0000-0000-000000000000', 'a3f1c2d4-5b6e-4f70-8a91-b2c3d4e5f607', 'habilitations', 'x'];
    expect(ids.map((id) => rangeOf(`space-${id}`))).toEqual([17, 36, 42, 7]);
  });

  it('is one for all streams of a space', () =>
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(new Set((['space', 'access', 'record', 'passage'] as const).map((category) => rangeOf(`${category}-${id}`))).size).toBe(1);
      }),
    ));

  it('is any of the 64, none much more often than another', () => {
    const counts = new Array<number>(RANGES).fill(0);
    for (let n = 0; n < 64_000; n++) {
      const range = rangeOf(`space-${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);
      counts[range] = (counts[range] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1_300);
  });

  it('lies in exactly one of the single ranges that a set is made of, when it lies in the set', () =>
    fc.assert(
      fc.property(ranges, fc.uuid(), (set, id) => {
        const stream: StreamName = `space-${id}`;
        expect(singly(set).filter((one) => coversStream(one, stream))).toHaveLength(coversStream(set, stream) ? 1 : 0);
        expect(singly(set).reduce((all, one) => all | one, NO_RANGES)).toBe(set);
      }),
    ));
});

describe('A claim', () => {
  it('has the ranges that its leases name, and the youngest fence', () => {
    const names = rangeLeases('projections');
    expect(claimOf(names.map((name, i) => ({ name, fence: BigInt(i + 5) })))).toMatchObject({ ranges: ALL_RANGES, fence: 68n });
    expect(claimOf([{ name: names[3] ?? '', fence: 9n }])).toMatchObject({ ranges: 8n, fence: 9n });
    expect(claimOf([])).toMatchObject({ ranges: NO_RANGES, fence: 0n });
  });
});

describe('A walk through ranges that were left at different places', () => {
  it('takes each fact of its ranges once, whatever was taken before', () =>
    fc.assert(
      fc.property(ranges, fc.nat({ max: 10 }), fc.nat({ max: 10 }), fc.nat({ max: 10 }), (set, first, second, cut) => {
        const points = [
          { ranges: set, position: BigInt(first) },
          { ranges: ALL_RANGES & ~set, position: BigInt(second) },
        ].filter((point) => point.ranges !== NO_RANGES);
        const log = Array.from({ length: 10 }, (_, i) => ({
          ...(told(`space-${i}`, { type: 'X' })[0] as Recorded),
          position: BigInt(i + 1),
        }));
        const walk = new RangeWalk(points);
        const taken: Recorded[] = [];
        for (const batch of [log.slice(0, cut), log.slice(cut)]) {
          taken.push(...walk.fresh(batch));
          if (batch.length > 0) walk.moved(batch.at(-1)?.position ?? 0n);
        }
        expect(taken).toEqual(
          log.filter(({ stream, position }) => points.some((one) => coversStream(one.ranges, stream) && position > one.position)),
        );
        expect(walk.position).toBe(10n);
      }),
    ));
});
