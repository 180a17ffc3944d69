import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyConsistency, verifyInclusion } from '../../src/infrastructure/seal/tree/verify.js';
import { extendsTree, includes } from '../../verifier/mes-verify.mjs';
import { ROOT } from '../support/planted-project.js';

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
    const claim = { leaf: bytes(leafHash), index, size, proof: (proof ?? []).map(bytes), root: bytes(root) };
    expect([verifyInclusion(claim), includes(claim)]).toEqual([!wantErr, !wantErr]);
  });
});

describe('The published cases of consistency', () => {
  const cases = casesIn<Consistency>('consistency');
  it('are there', () => expect(cases.length).toBeGreaterThanOrEqual(98));
  it.each(cases)('%s', (_, { size1: from, size2: to, root1, root2, proof, wantErr }) => {
    const claim = { from, to, fromRoot: bytes(root1), toRoot: bytes(root2), proof: (proof ?? []).map(bytes) };
    expect([verifyConsistency(claim), extendsTree(claim)]).toEqual([!wantErr, !wantErr]);
  });
});

/** Every case again: paths of those that mes_verify.py does not decide as published. */
const PYTHON = `
import base64, json, pathlib, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import mes_verify
data = lambda text: base64.b64decode(text or "")
wrong, seen = [], 0
for kind in ("inclusion", "consistency"):
    for path in sorted(pathlib.Path(sys.argv[2], kind).rglob("*.json")):
        case = json.loads(path.read_text())
        proof = [data(item) for item in case["proof"] or []]
        if kind == "inclusion":
            holds = mes_verify.includes(data(case["leafHash"]), case["leafIdx"], case["treeSize"], data(case["root"]), proof)
        else:
            holds = mes_verify.extends_tree(case["size1"], data(case["root1"]), case["size2"], data(case["root2"]), proof)
        seen += 1
        if holds == case["wantErr"]:
            wrong.append(str(path))
print(json.dumps({"seen": seen, "wrong": wrong}))
`;

describe('The verifier in Python', () => {
  it('decides every published case as published', () => {
    const said = execFileSync('python3', ['-c', PYTHON, join(ROOT, 'verifier'), folder ?? ''], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ seen: casesIn('inclusion').length + casesIn('consistency').length, wrong: [] });
  });
});
