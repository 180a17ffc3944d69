import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyConsistency, verifyInclusion } from '../../../src/infrastructure/seal/tree/verify.js';
import { extendsTree, includes } from '../../../verifier/mes-verify.mjs';
import { ROOT } from '../../support/planted-project.js';

interface Case {
  readonly name: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface Inclusion extends Case {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string | null;
  readonly leafHash: string | null;
}
interface Consistency extends Case {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
}

const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');
const casesOf = <C extends Case>(kind: string): readonly (readonly [string, C])[] =>
  (JSON.parse(readFileSync(join(ROOT, 'test/vectors/merkle', `${kind}.json`), 'utf8')) as C[]).map((one) => [one.name, one] as const);

/** By the software itself, and by the verifier that is given away. */
describe('A proof of inclusion, as published', () => {
  const cases = casesOf<Inclusion>('inclusion');
  it('in 98 cases', () => expect(cases).toHaveLength(98));
  it.each(cases)('%s: is believed or refused as it must be', (_, { leafIdx: index, treeSize: size, root, leafHash, proof, wantErr }) => {
    const claim = { leaf: bytes(leafHash), index, size, proof: (proof ?? []).map(bytes), root: bytes(root) };
    expect([verifyInclusion(claim), includes(claim)]).toEqual([!wantErr, !wantErr]);
  });
});

describe('A proof of consistency, as published', () => {
  const cases = casesOf<Consistency>('consistency');
  it('in 98 cases', () => expect(cases).toHaveLength(98));
  it.each(cases)('%s: is believed or refused as it must be', (_, { size1: from, size2: to, root1, root2, proof, wantErr }) => {
    const claim = { from, to, fromRoot: bytes(root1), toRoot: bytes(root2), proof: (proof ?? []).map(bytes) };
    expect([verifyConsistency(claim), extendsTree(claim)]).toEqual([!wantErr, !wantErr]);
  });
});
