import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { selftest, verifyPackage } from '../../verifier/mes-verify.mjs';
import { naiveRoot } from '../support/naive-merkle.js';
import { ROOT } from '../support/planted-project.js';
import { textOf } from '../support/project-files.js';
import { headOf, leavesOf, OUR_LOG, policyOf, WITNESSES } from './kit/draft.js';
import { packageOf, writeFolder } from './kit/files.js';
import { draft, LOG } from './kit/samples.js';
import { Bench, reportIn, type Answer, type Finding } from './kit/verdicts.js';

const PROGRAM = join(ROOT, 'verifier/mes-verify.mjs');
const bench = new Bench();
writeFolder(bench.path('good'), packageOf(draft('authority, whole log')));
const altered = draft('authority, whole log');
altered.lines.splice(7, 1);
writeFolder(bench.path('bad'), packageOf(altered));
mkdirSync(bench.path('empty'));
const policy = bench.file('policy', policyOf('none'));
const [w1, w2] = WITNESSES.map(({ vkey }) => vkey);
const root = Buffer.from(naiveRoot(leavesOf(LOG.events))).toString('base64');

const POLICIES: Readonly<Record<string, string>> = {
  empty: '',
  'no quorum': `log ${OUR_LOG.vkey}\n`,
  'two quorums': `log ${OUR_LOG.vkey}\nquorum none\nquorum none\n`,
  'no log': 'quorum none\n',
  'a key that is none': 'log x+y+z\nquorum none\n',
  'an id that is not that of its key': `log ${OUR_LOG.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}\nquorum none\n`,
  'the key of a witness as log': `log ${w1}\nquorum none\n`,
  'the key of a log as witness': `log ${OUR_LOG.vkey}\nwitness w ${OUR_LOG.vkey}\nquorum w\n`,
  'a witness twice': `log ${OUR_LOG.vkey}\nwitness a ${w1}\nwitness b ${w1}\nquorum none\n`,
  'a name twice': `log ${OUR_LOG.vkey}\nwitness a ${w1}\nwitness a ${w2}\nquorum none\n`,
  'a group of nobody': `log ${OUR_LOG.vkey}\nwitness a ${w1}\ngroup g any\nquorum none\n`,
  'a group that needs more than it has': `log ${OUR_LOG.vkey}\nwitness a ${w1}\ngroup g 2 a\nquorum g\n`,
  'a member of two groups': `log ${OUR_LOG.vkey}\nwitness a ${w1}\ngroup g any a\ngroup h any a\nquorum none\n`,
  'a member that comes later': `log ${OUR_LOG.vkey}\ngroup g any a\nwitness a ${w1}\nquorum g\n`,
  'a group of none': `log ${OUR_LOG.vkey}\ngroup g any none\nquorum g\n`,
  'a carriage return': `log ${OUR_LOG.vkey}\r\nquorum none\n`,
  'a word that is none': `log ${OUR_LOG.vkey}\nquorum none\ntrust everybody\n`,
};
const UNUSABLE: readonly (readonly [string, string, readonly string[]])[] = [
  ['no argument', 'usage', []],
  ['an option that is none', 'usage', ['@/good', '--policy', policy, '--force']],
  ['a folder without a policy', 'usage', ['@/good']],
  ['two folders', 'usage', ['@/good', '@/bad', '--policy', policy]],
  ['a sample without a seed', 'usage', ['@/good', '--policy', policy, '--sample', '3']],
  ['a sample of nothing', 'usage', ['@/good', '--policy', policy, '--sample', '0', '--seed', 'x']],
  ['a receipt without an event', 'usage', ['--proof', policy, '--policy', policy]],
  ['a root that is none', 'usage', ['sample', '--size', '9', '--root', 'x', '-k', '3', '--seed', 's']],
  ['a folder that is not there', 'folder', ['@/nowhere', '--policy', policy]],
  ['a file for a folder', 'folder', ['@/policy', '--policy', policy]],
  ['a policy that is not there', 'policy', ['@/good', '--policy', '@/nowhere']],
  ['an older head that is not there', 'since', ['@/good', '--policy', policy, '--since', '@/nowhere']],
  ['an older head that is none', 'since', ['@/good', '--policy', policy, '--since', policy]],
  ['an older head of an empty log', 'since', ['@/good', '--policy', policy, '--since', bench.file('zero', headOf([]))]],
  ...Object.entries(POLICIES).map(
    ([title, text], n) => [`a policy with ${title}`, 'policy', ['@/good', '--policy', bench.file(`policy-${n}`, text)]] as const,
  ),
];
const unusable = UNUSABLE.map(([, , argv]) => bench.job(...argv));
const emptyFolder = bench.job('@/empty', '--policy', policy);
const SAMPLES = [
  ['--size', '1000', '-k', '7', '--seed', 'dé'],
  ['--size', '3', '-k', '9', '--seed', 'a'],
  ['--size', '999999999999', '-k', '40', '--seed', ''],
];
const samples = SAMPLES.map((argv) => bench.job('sample', '--root', root, ...argv));
const selftests = bench.job('--selftest');
let node: Answer[];
let python: Answer[];

beforeAll(async () => {
  node = bench.node();
  python = await bench.python();
});
afterAll(() => bench.close());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
const program = (...argv: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [PROGRAM, ...argv.map((word) => word.replace(/^@\//, `${bench.folder}/`))])
    .then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }))
    .catch((error: unknown) => error as Ended);

describe('The verifier', () => {
  it.each(UNUSABLE.map(([title, what], n) => [title, what, n] as const))('says 2 where nothing can be checked: %s', (_, what, n) => {
    expect(node[unusable[n]!]).toEqual({ code: 2, out: `{"ok":false,"unusable":"${what}","v":1}\n` });
    expect(python[unusable[n]!]).toEqual(node[unusable[n]!]);
  });

  it('says 1 of an empty folder: everything is missing', () => {
    expect(node[emptyFolder]!.code).toBe(1);
    expect(python[emptyFolder]).toEqual(node[emptyFolder]);
  });

  it('ends with 0, 1 and 2 as a program, with a sentence each in French', async () => {
    expect(await program('@/good', '--policy', policy)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('RÉSULTAT : tout concorde'),
    });
    expect(await program('@/bad', '--policy', policy)).toMatchObject({ code: 1, stdout: expect.stringContaining('event/order') });
    expect(await program('@/good')).toMatchObject({ code: 2, stderr: expect.stringContaining('--policy manque') });
  });

  it('helps in French and English, and says what it does not prove', async () => {
    const { code, stdout } = await program('--help');
    expect(code).toBe(0);
    for (const words of ['NE PROUVE PAS', 'DOES NOT PROVE', 'Code de sortie', '--since']) expect(stdout).toContain(words);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(140);
  });

  it('imports nothing but modules of Node', () => {
    const imported = [...textOf('verifier/mes-verify.mjs').matchAll(/^import .* from '([^']+)';$/gm)].map(([, name]) => name);
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
    expect(textOf('verifier/mes-verify.mjs')).not.toMatch(/\bimport\(|\brequire\(|\bfetch\(/);
  });

  it('in Python imports nothing but the standard library', () => {
    const imported = [...textOf('verifier/mes_verify.py').matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name);
    expect(imported.sort()).toEqual(['base64', 'functools', 'hashlib', 'json', 'os', 're', 'stat', 'sys']);
  });

  it('holds against published values, and so does the one in Python', () => {
    expect(selftest()).toEqual([]);
    expect(python[selftests]).toEqual({ code: 0, out: '{"failed":[],"kind":"selftest","ok":true,"v":1}\n' });
  });

  it.each(SAMPLES.map((argv, n) => [argv.join(' '), n] as const))('draws the same places as the other one: %s', (_, n) => {
    const { places } = reportIn(node[samples[n]!]!) as unknown as { places: readonly number[] };
    expect(new Set(places).size).toBe(n === 1 ? 3 : places.length);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(python[samples[n]!]).toEqual(node[samples[n]!]);
  });

  it('draws evenly: no place of ten comes a tenth more or less often than the others would have it', async () => {
    const { stdout } = await program('sample', '--size', '100000', '--root', root, '-k', '20000', '--seed', 'even', '--json');
    const { places } = JSON.parse(stdout) as { places: readonly number[] };
    const tenths = Array.from({ length: 10 }, (_, tenth) => places.filter((place) => Math.floor(place / 10_000) === tenth).length);
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it.each(['good', 'bad'])('says the same of a package however few streams it holds in memory at a time: %s', (folder) => {
    const options = { policy: bench.path('policy') };
    const whole = verifyPackage(bench.path(folder), options) as { findings: readonly Finding[] };
    for (const window of [1, 2, 3, 7]) expect(verifyPackage(bench.path(folder), { ...options, window })).toEqual(whole);
  });
});
