// Runs mes_verify.py in Python compiled to WebAssembly: argument 1 is a folder with jobs.json (a list of argument lists), which gets answers.json.
// Paths in the arguments begin with @/ and are those of the folder; the verifier sees it, and its own folder, and nothing else.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';

const [folder] = process.argv.slice(2);
const python = await loadPyodide();
for (const [place, root] of [
  ['/packages', folder],
  ['/verifier', fileURLToPath(new URL('../../../verifier', import.meta.url))],
]) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.globals.set('jobs_text', readFileSync(join(folder, 'jobs.json'), 'utf8'));
const answers = python.runPython(`
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/verifier")
import mes_verify

def answer(argv):
    out, err = [], []
    code = mes_verify.main([word.replace("@/", "/packages/", 1) if word.startswith("@/") else word for word in argv], out.append, err.append)
    return {"code": code, "out": "".join(out)}

json.dumps([answer(argv) for argv in json.loads(jobs_text)])
`);
writeFileSync(join(folder, 'answers.json'), answers);
