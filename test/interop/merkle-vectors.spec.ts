import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/planted-project.js';

/** Every published case of test/vectors/merkle: names of those that mes_verify.py does not decide as published. */
const PYTHON = `
import base64, json, pathlib, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import mes_verify
data = lambda text: base64.b64decode(text or "")
wrong, seen = [], 0
for kind in ("inclusion", "consistency"):
    for case in json.loads(pathlib.Path(sys.argv[2], kind + ".json").read_text()):
        proof = [data(item) for item in case["proof"] or []]
        if kind == "inclusion":
            holds = mes_verify.includes(data(case["leafHash"]), case["leafIdx"], case["treeSize"], data(case["root"]), proof)
        else:
            holds = mes_verify.extends_tree(case["size1"], data(case["root1"]), case["size2"], data(case["root2"]), proof)
        seen += 1
        if holds == case["wantErr"]:
            wrong.append(kind + "/" + case["name"])
print(json.dumps({"seen": seen, "wrong": wrong}))
`;

describe('The verifier in Python', () => {
  it('decides every published case as published', () => {
    const said = execFileSync('python3', ['-c', PYTHON, join(ROOT, 'verifier'), join(ROOT, 'test/vectors/merkle')], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ seen: 196, wrong: [] });
  });
});
