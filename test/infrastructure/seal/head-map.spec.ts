import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { keyOf, type HeadRecord } from '../../../src/infrastructure/seal/heads/map-node.js';
import { proveKey, verifyMapProof } from '../../../src/infrastructure/seal/heads/map-proof.js';
import { change, nodeOf, rowBytes, rowIn, type MapRow } from '../../../src/infrastructure/seal/heads/map-row.js';
import { naiveMapRoot, type NaiveHead } from '../../support/naive-map.js';

const named = (n: number): StreamName => `passage-${n}`;
const leafOf = (n: number, rev: number): Buffer => createHash('sha256').update(`${n} ${rev}`).digest();

/** A map over rows in memory, taken in by steps, each row through its bytes. */
function grown(steps: readonly (readonly (readonly [stream: number, more: number])[])[]) {
  const rows = new Map<string, MapRow>();
  const heads = new Map<number, NaiveHead>();
  let fresh = 0;
  for (const step of steps) {
    const changes: HeadRecord[] = [];
    for (const [n, more] of step) {
      const count = (heads.get(n)?.count ?? 0) + more;
      heads.set(n, { stream: named(n), rev: count - 1, count, leaf: leafOf(n, count - 1) });
      changes.push({ key: keyOf(named(n)), rev: count - 1, leaf: leafOf(n, count - 1), count });
    }
    const changed = new Map<string, MapRow>();
    fresh += change('', rows, changes, changed).fresh;
    for (const [prefix, row] of changed) rows.set(prefix, rowIn(prefix, row.children !== null, rowBytes(row)));
  }
  const root = nodeOf(rows.get('') ?? { prefix: '', records: [], children: null }).hash;
  return { rows, heads, root, fresh };
}
const all = (count: number): readonly (readonly [number, number])[] => Array.from({ length: count }, (_, n) => [n, 1 + (n % 3)] as const);

describe('The map of stream heads', () => {
  it.each([0, 1, 2, 16, 17, 18, 100, 1_000])('of %d streams has the root that its definition gives', (count) => {
    const { root, heads, fresh } = grown([all(count)]);
    expect(Buffer.from(root)).toEqual(naiveMapRoot([...heads.values()]));
    expect(fresh).toBe(count);
  });

  it('has the same root however its streams came, in whatever steps', () => {
    const step = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 4 })), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const { root, heads, fresh } = grown(steps);
        expect(Buffer.from(root)).toEqual(naiveMapRoot([...heads.values()]));
        expect(fresh).toBe(heads.size);
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 2, 17, 400])('of %d streams proves of each its head, and of every other that it is not there', (count) => {
    const { rows, heads, root } = grown([all(count)]);
    for (let n = 0; n < count + 50; n += 1) {
      const proof = proveKey(keyOf(named(n)), rows);
      const head = heads.get(n);
      const answer = verifyMapProof(named(n), proof, root);
      if (head === undefined) expect(answer).toEqual({ absent: true });
      else expect(answer).toMatchObject({ present: { rev: head.rev, count: head.count } });
    }
  });

  it('proves nothing of the kind when a proof, a head or a root is another', () => {
    const { rows, root } = grown([all(200)]);
    fc.assert(
      fc.property(fc.nat(250), fc.nat(2_000), fc.nat(7), (n, place, bit) => {
        const proof = proveKey(keyOf(named(n)), rows);
        const flipped = (bytes: Uint8Array): Buffer => {
          const other = Buffer.from(bytes);
          other[place % other.length]! ^= 1 << bit;
          return other;
        };
        const { end, siblings } = proof;
        const at = place % Math.max(1, siblings.length);
        expect(verifyMapProof(named(n), { end, siblings: siblings.map((one, m) => (m === at ? flipped(one) : one)) }, root)).toBeNull();
        expect(verifyMapProof(named(n), proof, flipped(root))).toBeNull();
        expect(verifyMapProof(named(n), { end, siblings: siblings.slice(1) }, root)).toBeNull();
        if (end !== null) expect(verifyMapProof(named(n), { end: { ...end, rev: end.rev + 1 }, siblings }, root)).toBeNull();
        if (end !== null) expect(verifyMapProof(named(n), { end: null, siblings }, root)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('writes no more rows than lie on the ways of what changed', () => {
    const { rows } = grown([all(5_000)]);
    const changed = new Map<string, MapRow>();
    change('', rows, [{ key: keyOf(named(7)), rev: 9, leaf: leafOf(7, 9), count: 10 }], changed);
    expect(changed.size).toBeLessThan(6);
    expect([...changed.keys()].every((prefix) => keyOf(named(7)).toString('hex').startsWith(prefix))).toBe(true);
  });
});
