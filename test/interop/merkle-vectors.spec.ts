import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyConsistency, verifyInclusion } from '../../src/infrastructure/seal/tree/verify.js';

/** `testdata` of the repository transparency-dev/merkle, which belongs to its authors: taken from a checkout of whoever runs this. */
const folder = process.env['MERKLE_TESTDATA'];

interface Inclusion {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string | null;
  readonly leafHash: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface Consistency {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');
const casesIn = <T>(kind: string): readonly (readonly [string, T])[] => {
  if (folder === undefined) throw new Error('set MERKLE_TESTDATA to the folder testdata of a checkout of transparency-dev/merkle');
  const files = readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  return files.map((path) => [path, JSON.parse(readFileSync(join(folder, kind, path), 'utf8')) as T]);
};

describe('The published cases of inclusion', () => {
  const cases = casesIn<Inclusion>('inclusion');
  it('are there', () => expect(cases.length).toBeGreaterThanOrEqual(98));
  it.each(cases)('%s', (_, { leafIdx: index, treeSize: size, root, leafHash, proof, wantErr }) => {
    expect(verifyInclusion({ leaf: bytes(leafHash), index, size, proof: (proof ?? []).map(bytes), root: bytes(root) })).toBe(!wantErr);
  });
});

describe('The published cases of consistency', () => {
  const cases = casesIn<Consistency>('consistency');
  it('are there', () => expect(cases.length).toBeGreaterThanOrEqual(98));
  it.each(cases)('%s', (_, { size1: from, size2: to, root1, root2, proof, wantErr }) => {
    expect(verifyConsistency({ from, to, fromRoot: bytes(root1), toRoot: bytes(root2), proof: (proof ?? []).map(bytes) })).toBe(!wantErr);
  });
});
