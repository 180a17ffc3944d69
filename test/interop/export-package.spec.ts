import { execFileSync, spawnSync } from 'node:child_process';
import 'reflect-metadata';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeArchive } from '../../src/infrastructure/export/archive-writer.js';
import { ZipPacking } from '../../src/infrastructure/portability/zip-packing.js';
import { packagePartsOf } from '../../src/infrastructure/system/exports.js';
import { sealDeskOf, sealing } from '../../src/infrastructure/system/sealed-log.js';
import { orderOf } from '../support/exporting.js';
import { policyOf } from '../support/opened-package.js';
import { eventually } from '../support/read-side.js';
import { openWorld } from '../support/world.js';
import { OUR_LOG } from '../verifier/kit/draft.js';
import { packageOf, writeFolder } from '../verifier/kit/files.js';
import { draft, KINDS, LOG, quorumOf } from '../verifier/kit/samples.js';
import { ROOT } from '../support/planted-project.js';

/** Program and the Debian package it is in. */
const TOOLS = {
  age: 'age',
  'age-keygen': 'age',
  tar: 'tar',
  sha256sum: 'coreutils',
  sha512sum: 'coreutils',
  python3: 'python3',
  openssl: 'openssl',
  go: 'golang-go',
};
/** Where Debian puts the sources of Go packages (golang-golang-x-mod-dev). */
const GOPATH = '/usr/share/gocode';

for (const [tool, debian] of Object.entries(TOOLS))
  if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
    throw new Error(`${tool} is missing: install it (Debian: apt-get install ${debian}) to run the interoperability tests`);

const folder = mkdtempSync(join(tmpdir(), 'mes-interop-'));
const at = (...names: string[]): string => join(folder, ...names);
const run = (program: string, args: readonly string[], options: { cwd?: string; input?: Buffer; env?: NodeJS.ProcessEnv } = {}): string =>
  execFileSync(program, args, { encoding: 'utf8', cwd: folder, ...options });

const kinds = Object.keys(KINDS).filter((kind) => kind !== 'nominative, nothing');
const nameOf = (kind: string): string => `export-${kinds.indexOf(kind)}`;

beforeAll(() => {
  run('age-keygen', ['-o', at('auditor.key')]);
  const recipient = run('age-keygen', ['-y', at('auditor.key')]).trim();
  for (const kind of kinds) {
    const name = nameOf(kind);
    writeFolder(at('made', name), packageOf(draft(kind)));
    writeFileSync(at(`${name}.policy`), quorumOf(kind));
    run('tar', ['-C', at('made'), '--format=ustar', '-cf', at(`${name}.tar`), name]);
    run('age', ['-r', recipient, '-o', at(`${name}.tar.age`), at(`${name}.tar`)]);
    // What is looked at below is what came out of the encrypted archive.
    run('sh', ['-c', `age -d -i auditor.key ${name}.tar.age | tar x`]);
  }
  mkdirSync(at('go/src/interop'), { recursive: true });
  writeFileSync(at('go/src/interop/main.go'), readFileSync(join(ROOT, 'test/interop/go/main.go')));
  run('go', ['build', '-o', at('check'), 'interop'], {
    env: { ...process.env, GOPATH: `${at('go')}:${GOPATH}`, GO111MODULE: 'off', GOFLAGS: '', GOCACHE: at('cache') },
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(kinds)('A package opened with the tools of Debian: %s', (kind) => {
  const name = nameOf(kind);

  it('has the digests that its lists name, says sha512sum', () => {
    run('sha512sum', ['-c', '--strict', '--quiet', 'manifest-sha512.txt', 'tagmanifest-sha512.txt'], { cwd: at(name) });
  });

  it('holds, say both verifiers, with the same bytes', () => {
    const args = [at(name), '--policy', at(`${name}.policy`), '--json'];
    const python = run('python3', [join(ROOT, 'verifier/mes_verify.py'), ...args]);
    expect(run(process.execPath, [join(ROOT, 'verifier/mes-verify.mjs'), ...args])).toBe(python);
    expect(JSON.parse(python)).toMatchObject({ ok: true, findings: [] });
  });

  it('is signed by its log, says openssl', () => {
    const note = readFileSync(at(name, 'data/preuves/checkpoint'), 'utf8');
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const blob = Buffer.from(note.split('\n— ')[1]?.split(/[ \n]/)[1] ?? '', 'base64');
    const key = Buffer.from(OUR_LOG.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
    writeFileSync(at('key.der'), Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]));
    writeFileSync(at('signature'), blob.subarray(4));
    writeFileSync(at('text'), text);
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.der', '-keyform', 'DER', '-rawin', '-sigfile', 'signature'];
    expect(run('openssl', [...verify, '-in', 'text'])).toContain('Verified Successfully');
    writeFileSync(at('text'), text.replace('essai', 'assai'));
    expect(spawnSync('openssl', [...verify, '-in', 'text'], { cwd: folder }).status).not.toBe(0);
  });

  it('lies in its log, event by event, says the code of Go’s checksum database', () => {
    const events = draft(kind).lines.length;
    expect(run(at('check'), [at(name), OUR_LOG.vkey])).toBe(`size ${LOG.events.length}, events ${events}, proofs ${events}\n`);
  });
});

describe('What the product writes itself', () => {
  it('an archive is opened by age and tar, its digests are those that sha256sum and sha512sum say, and both verifiers accept it', async () => {
    const world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    const sealer = sealing(world.platform);
    await sealer.start();
    try {
      await world.invite();
      await eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
      const order = orderOf({ recipient: run('age-keygen', ['-y', 'auditor.key']).trim() });
      const work = { order, attempt: 'a1', folder: at('ours'), at: '2026-01-05T10:00:00.000Z' };
      const quiet = { signal: new AbortController().signal, progress: () => undefined };
      const { name, sha256, archive } = await writeArchive(packagePartsOf(world.platform), { ...work, ...quiet });
      writeFileSync(at('ours', 'sums'), `${archive}  ${name}.tar.age\n`);
      run('sha256sum', ['-c', '--strict', '--quiet', 'sums'], { cwd: at('ours') });
      expect(run('sh', ['-c', `age -d -i auditor.key ours/${name}.tar.age | sha256sum`])).toBe(`${sha256}  -\n`);
      run('sh', ['-c', `age -d -i auditor.key ours/${name}.tar.age | tar x`]);
      run('sha512sum', ['-c', '--strict', '--quiet', 'manifest-sha512.txt', 'tagmanifest-sha512.txt'], { cwd: at(name) });
      writeFileSync(at('ours.policy'), policyOf((await sealDeskOf(world.platform).status()).keys));
      const args = [at(name), '--policy', at('ours.policy'), '--json'];
      const python = run('python3', [join(ROOT, 'verifier/mes_verify.py'), ...args]);
      expect(run(process.execPath, [join(ROOT, 'verifier/mes-verify.mjs'), ...args])).toBe(python);
    } finally {
      await sealer.stop();
      await world.close();
    }
  });

  it('a copy is a ZIP that Python reads, with digests that sha512sum says', async () => {
    const piece = async function* (text: string) {
      yield Buffer.from(text);
    };
    const files = async function* () {
      yield { path: 'LISEZMOI.txt', bytes: piece('Bonjour, é') };
      yield { path: 'documents/0001-compte-rendu.txt', bytes: piece('examen '.repeat(100_000)) };
    };
    await writeFile(at('copy.zip'), new ZipPacking().pack(files(), '2026-03-02T08:00:00.000Z').bytes);
    expect(run('python3', ['-m', 'zipfile', '-t', 'copy.zip'])).toBe('Done testing\n');
    run('python3', ['-m', 'zipfile', '-e', 'copy.zip', 'copy']);
    run('sha512sum', ['-c', '--strict', '--quiet', 'manifest-sha512.txt'], { cwd: at('copy') });
    expect(readFileSync(at('copy', 'LISEZMOI.txt'), 'utf8')).toBe('Bonjour, é');
  });
});

describe('A package altered by one byte', () => {
  it('is found by sha512sum, by Go and by both verifiers', () => {
    const name = nameOf('authority, whole log');
    const file = at(name, 'data/evenements/evenements-000001.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"by":"person"', '"by":"system"'));
    const statusOf = (program: string, ...args: string[]): number | null => spawnSync(program, args, { cwd: at(name) }).status;
    expect(statusOf('sha512sum', '-c', '--strict', '--quiet', 'manifest-sha512.txt')).toBe(1);
    expect(statusOf(at('check'), at(name), OUR_LOG.vkey)).toBe(1);
    for (const [program, script] of [
      [process.execPath, 'mes-verify.mjs'],
      ['python3', 'mes_verify.py'],
    ] as const)
      expect(statusOf(program, join(ROOT, 'verifier', script), at(name), '--policy', at(`${name}.policy`))).toBe(1);
  });
});
