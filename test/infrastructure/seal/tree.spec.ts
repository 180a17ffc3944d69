import fc from 'fast-check';
import { EMPTY_ROOT, hashLeaf, hashNode } from '../../../src/infrastructure/seal/tree/hash.js';
import { checkEdge, EMPTY_EDGE, grow, rootOf } from '../../../src/infrastructure/seal/tree/growth.js';
import { proveConsistency, proveInclusion } from '../../../src/infrastructure/seal/tree/prove.js';
import { parseTilePath, tilePath } from '../../../src/infrastructure/seal/tree/tile.js';
import { verifyConsistency, verifyInclusion } from '../../../src/infrastructure/seal/tree/verify.js';
import { naiveLeaf, naivePath, naiveRoot, naiveSubproof } from '../../support/naive-merkle.js';
import { leavesOf, planted } from '../../support/planted-tree.js';
import { trustFigures } from '../../support/trust/figures.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const all = leavesOf(700);

/** Published with the reference implementations of RFC 6962: eight leaves, and the root of the tree of each size. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const published = LEAVES.map((content) => hashLeaf(Buffer.from(content, 'hex')));

describe('The tree of RFC 6962', () => {
  afterAll(() => {
    const agreeing = ROOTS.filter((root, size) => hex(rootOf(planted(published.slice(0, size)).edge)) === root);
    trustFigures('tree-vectors', { vectors: ROOTS.length, agreeing: agreeing.length });
  });

  it.each(ROOTS.map((root, size) => [size, root] as const))('of %i published leaves has the published root', (size, root) => {
    expect(hex(rootOf(planted(published.slice(0, size)).edge))).toBe(root);
  });

  it('hashes leaves and nodes as published, and nothing as SHA-256 of nothing', () => {
    expect(hex(hashLeaf(Buffer.from('L123456')))).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56');
    expect(hex(hashNode(Buffer.from('N123'), Buffer.from('N456')))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
    expect(hex(hashLeaf(Buffer.alloc(0)))).toBe(ROOTS[1]);
    expect(hex(EMPTY_ROOT)).toBe(ROOTS[0]);
  });

  it('has the root of the plain recursion, whatever steps it grew in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: all.length }),
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 }),
        (size, steps) => {
          const leaves = all.slice(0, size);
          expect(hex(rootOf(checkEdge(planted(leaves, steps).edge)))).toBe(hex(naiveRoot(leaves)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of 70,000 leaves has the tiles of the specification', () => {
    const many = leavesOf(70_000);
    const { tiles, edge } = planted(many, [4_096]);
    const widths = (level: number): number[] =>
      [...tiles].filter(([name]) => name.startsWith(`${level}/`)).map(([, tile]) => tile.length / 32);
    const counted = [0, 1, 2, 3].map((level) => ({
      full: widths(level).filter((width) => width === 256).length,
      rest: widths(level).filter((width) => width < 256),
    }));
    expect(counted).toEqual([
      { full: 273, rest: [112] },
      { full: 1, rest: [17] },
      { full: 0, rest: [1] },
      { full: 0, rest: [] },
    ]);
    expect(hex(rootOf(edge))).toBe(hex(naiveRoot(many)));
  });

  it('takes no edge that is not one', () => {
    expect(() => checkEdge({ size: 257, tiles: [all[0]!] })).toThrow(RangeError);
    expect(grow(EMPTY_EDGE, new Uint8Array()).tiles).toEqual([]);
  });
});

const cases = fc.integer({ min: 1, max: all.length }).chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
const flipped = (hash: Uint8Array, bit: number): Uint8Array => {
  const other = Buffer.from(hash);
  other[Math.floor(bit / 8) % 32]! ^= 1 << (bit % 8);
  return other;
};

describe('A proof of inclusion', () => {
  const { source } = planted(all, [300]);

  it('is the one of the plain recursion and holds, in every tree', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([size, index]) => {
        const leaves = all.slice(0, size);
        const proof = await proveInclusion(source, index, size);
        expect(proof.map(hex)).toEqual(naivePath(index, leaves).map(hex));
        expect(verifyInclusion({ leaf: all[index]!, index, size, proof, root: naiveRoot(leaves) })).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('is refused when any bit, its place, its size or its length is another', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(1_000_000), async ([size, index], dice) => {
        const claim = {
          leaf: all[index]!,
          index,
          size,
          proof: await proveInclusion(source, index, size),
          root: naiveRoot(all.slice(0, size)),
        };
        const { proof } = claim;
        const lies = [
          { ...claim, leaf: flipped(claim.leaf, dice) },
          { ...claim, root: flipped(claim.root, dice) },
          { ...claim, index: (index + 1 + (dice % size)) % (size + 1) === index ? size : (index + 1 + (dice % size)) % (size + 1) },
          { ...claim, index: -1 },
          { ...claim, size: size * 2 + 1 },
          { ...claim, size: 0 },
          { ...claim, size: index },
          { ...claim, proof: [...proof, claim.root] },
          { ...claim, proof: [claim.root, ...proof] },
          { ...claim, leaf: claim.leaf.subarray(1) },
          ...proof.map((_, place) => ({ ...claim, proof: proof.toSpliced(place, 1) })),
          ...proof.map((hash, place) => ({ ...claim, proof: proof.with(place, flipped(hash, dice)) })),
        ];
        expect(lies.filter(verifyInclusion)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('is not made for a leaf that the tree does not have', async () => {
    await expect(proveInclusion(source, 5, 5)).rejects.toThrow(RangeError);
    await expect(proveInclusion(planted(all.slice(0, 4)).source, 5, 9)).rejects.toThrow();
  });
});

describe('A proof of consistency', () => {
  const { source } = planted(all, [77]);
  const sizes = fc.integer({ min: 1, max: all.length }).chain((to) => fc.tuple(fc.integer({ min: 1, max: to }), fc.constant(to)));
  const claimOf = async (from: number, to: number) => ({
    from,
    fromRoot: naiveRoot(all.slice(0, from)),
    to,
    toRoot: naiveRoot(all.slice(0, to)),
    proof: await proveConsistency(source, from, to),
  });

  it('is the one of the plain recursion and holds, between every two sizes', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ([from, to]) => {
        const claim = await claimOf(from, to);
        expect(claim.proof.map(hex)).toEqual(naiveSubproof(from, all.slice(0, to)).map(hex));
        expect(verifyConsistency(claim)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('is refused when any bit, a size or its length is another', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(1_000_000), async ([from, to], dice) => {
        const claim = await claimOf(from, to);
        const { proof } = claim;
        const lies = [
          { ...claim, fromRoot: flipped(claim.fromRoot, dice) },
          { ...claim, toRoot: flipped(claim.toRoot, dice) },
          { ...claim, from: 0, proof: [] },
          { ...claim, from: to + 1 },
          { ...claim, proof: [...proof, claim.toRoot] },
          ...proof.map((_, place) => ({ ...claim, proof: proof.toSpliced(place, 1) })),
          ...proof.map((hash, place) => ({ ...claim, proof: proof.with(place, flipped(hash, dice)) })),
        ];
        expect(lies.filter(verifyConsistency)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('does not come from a tree without a leaf', async () => {
    await expect(proveConsistency(source, 0, 5)).rejects.toThrow(RangeError);
    const claim = await claimOf(1, 8);
    expect(verifyConsistency({ ...claim, from: 0, fromRoot: EMPTY_ROOT, proof: [] })).toBe(false);
  });
});

describe('The path of a tile', () => {
  it.each([
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['2/x001/x234/067', { level: 2, index: 1_234_067, width: 256 }],
    ['0/x001/000.p/112', { level: 0, index: 1_000, width: 112 }],
  ])('%s is that of the specification', (path, name) => {
    expect(parseTilePath(path)).toEqual(name);
    expect(tilePath(name)).toBe(path);
  });

  it.each([
    '',
    '0',
    '0/0',
    '00/000',
    '64/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/012',
    '0/x000/001',
    '0/001/002',
    '0/x001',
    '-1/000',
    '0/000/',
    'entries/000',
    '0/x999/x999/x999/x999/x999/x999/999',
  ])('%j means nothing', (path) => expect(parseTilePath(path)).toBeNull());
});

it('the plain recursion hashes leaves by itself', () => {
  expect(hex(naiveLeaf(Buffer.from('L123456')))).toBe(hex(hashLeaf(Buffer.from('L123456'))));
});
