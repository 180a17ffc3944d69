import type { Context } from '../../../src/infrastructure/cli/context.js';
import { run } from '../../../src/infrastructure/cli/program.js';
import { tableOf } from '../../../src/infrastructure/cli/terminal.js';
import { link, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a line that needs no system: one that does would fail here. */
async function line(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const none = () => Promise.reject(new Error('this line must not start a system'));
  const context: Context = {
    runtime: { environment: {}, root: false, start: none, generate: none },
    out: { write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    interrupted: new Promise(() => undefined),
  };
  const code = await run(argv, context);
  return { code, out: out.join(''), err: err.join('') };
}

/** Nobody reads it, and nobody ends it. */
const deaf = {
  runtime: { environment: {}, root: false, generate: async () => [] },
  out: { write: () => undefined },
  err: { write: () => undefined },
  interrupted: new Promise<void>(() => undefined),
};

describe('the command line', () => {
  it.each([
    [['--help']],
    [['campaign', '--help']],
    ...[
      'serve',
      'demo',
      'token',
      'replay',
      'as-of',
      'diff',
      'who-could-see',
      'what-could-see',
      'what-if',
      'health',
      'generate',
      'prove',
      'verify',
      'accesses',
      'cases',
      'alerts',
      'audit',
    ].map((name) => [[name, '--help']]),
    [['reference', 'import', '--help']],
    [['replay', 'step', '--help']],
    ...['status', 'check', 'rotate'].map((name) => [['seal', name, '--help']]),
    [['export', '--help']],
    ...['request', 'approve', 'refuse', 'cancel', 'resume', 'status', 'run', 'download'].map((name) => [['export', name, '--help']]),
    ...['generate', 'import', 'open-due', 'pause', 'resume', 'report'].map((name) => [['campaign', name, '--help']]),
  ])('explains %j with an example, and that is no error', async (argv) => {
    const { code, out } = await line(...argv);
    expect(code).toBe(0);
    expect(out).toContain('Usage: mes');
    if (argv.length !== 2 || argv[0] !== 'campaign') expect(out).toMatch(/Examples?:\n {2}\$ mes /);
  });

  it.each([
    [['no-such-command']],
    [['token']],
    [['token', '--as', 'nobody']],
    [['demo', '--count', 'many']],
    [['demo', '--count', '3']],
    [['demo', '--port', '70000']],
    [['campaign', 'import', 'people.csv']],
    [['campaign', 'import', 'people.csv', '--campaign', 'Été 2026']],
    [['campaign', 'pause', 'autumn']],
    [['campaign', 'generate']],
    [['campaign', 'report', 'autumn', '--as-of', 'yesterday']],
    [['reference', 'import', '--file', 'types.json', '--matrix', 'matrix.csv']],
    [['reference', 'import', '--matrix', 'matrix.csv']],
    [['reference', 'import', '--reason', 'an order']],
    [['reference', 'import', '--matrix', 'matrix.csv', '--reason', 'an order', '--from', 'tomorrow']],
    [['as-of', 'space', 'yesterday', '--purpose', 'x']],
    [['as-of', 'space', '2026-01-01T00:00:00Z']],
    [['accesses', '--break-glass']],
    [['accesses', '--purpose', 'x']],
    [['accesses', '--break-glass', '--space', 'x', '--purpose', 'x']],
    [['cases', 'list']],
    [['audit', 'accounts']],
    [['audit', 'accounts', '--purpose', 'x', '--role', 'employer']],
    [['audit', 'accounts', '--purpose', 'x', '--unused-since', 'yesterday']],
    [['audit', 'services']],
    [['cases', 'close', 'x', '--outcome', 'NONE', '--reason', 'x']],
    [['as-of', 'space', '2026-01-01T00:00:00Z', '--purpose', 'x', '--what', 'everything']],
    [['replay', 'step', 'space']],
    [['replay', 'step', 'space', '--purpose', 'x', '--most', '0']],
    [['diff', 'space', 'yesterday', '2026-01-01T00:00:00Z', '--purpose', 'x']],
    [['who-could-see', 'space', 'document', '2026-02-30', '--purpose', 'x']],
    [['what-could-see', 'space', '899990000012', '2026-01-01T00:00:00Z']],
    [['what-if', '--matrix', '1', '--from', '2026-01-01T00:00:00Z', '--purpose', 'x']],
    [['health', '--no-such-option']],
    [['export', 'request']],
    [['export', 'request', '--recipient', 'age1', '--legal-basis', 'x', '--reason', 'x', '--from', '2026-01-01T00:00:00Z']],
    [['export', 'request', '--recipient', 'age1', '--legal-basis', 'x', '--reason', 'x', '--from', 'yesterday', '--until', 'now']],
    [['export', 'request', '--recipient', 'age1', '--legal-basis', 'x', '--reason', 'x', '--mode', 'everything']],
    [['export', 'approve']],
    [['export', 'resume']],
    [['export', 'status']],
    [['export', 'status', '--purpose', 'x', '--as-of', 'yesterday']],
    [['export', 'refuse', 'x']],
    [['export', 'download', 'x']],
    [['export', 'download', 'x', 'y', '--what', 'key']],
    [['export', 'no-such-word']],
    [['seal', 'check', '--from', '-1']],
    [['seal', 'check', '--to', 'many']],
    [['seal', 'releases', '--day', '2026-02-31']],
    [['seal', 'releases', '--day', 'yesterday']],
    [['as-of', '3f0c6a52', '2026-01-01T00:00:00Z', '--purpose', 'x']],
    [['erase', 'space', '--dry-run']],
    [['accesses', '--space', 'x', '--purpose', 'x']],
    [['export', 'status', 'x', '--purpose', 'x']],
    [['prove']],
    [['verify']],
    [['verify', 'no-such-folder', '--policy', 'no-such-file']],
    [['prove', 'space-of-somebody']],
    [['prove', 'space-of-somebody', 'last']],
    [['prove', '--verify', 'proof.json']],
  ])('answers wrong usage with exit code 2 and says what is wrong: %j', async (argv) => {
    const { code, err } = await line(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: /m);
  });

  it.each([
    ['cases', 'show', `-9${'B'.repeat(41)}`, '--purpose', 'x'],
    ['--json', 'cases', 'show', `-${'h'.repeat(42)}`, '--purpose', 'x'],
    ['cases', 'show', '--purpose', 'x', `-${'h'.repeat(42)}`],
    ['cases', 'show', '--purpose', 'x', '--', `-${'h'.repeat(42)}`],
  ])('takes an id that begins with a dash for an id: %s %s %s %s %s', async (...argv) => {
    expect(await line(...argv)).toMatchObject({ code: 1, err: 'mes: this line must not start a system\n' });
  });

  it('answers a failure with exit code 1 in one sentence, without a stack', async () => {
    const { code, err } = await line('health');
    expect(code).toBe(1);
    expect(err).toBe('mes: this line must not start a system\n');
  });

  it('invents a file, says so to machines in one line of JSON, and writes over none that lies there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mes-cli-'));
    try {
      const file = join(folder, 'people.csv');
      const { code, out } = await line('campaign', 'generate', file, '--count', '30', '--seed', 's', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual({ file, count: 30, seed: 's' });
      const written = await readFile(file, 'utf8');
      expect(written.trim().split('\n')).toHaveLength(31);
      expect(await line('campaign', 'generate', file, '--count', '20')).toMatchObject({ code: 1, out: '' });
      const imported = ['campaign', 'import', file, '--campaign', 'autumn', '--report'];
      expect(await line(...imported, join(folder, '.', 'people.csv'))).toMatchObject({ code: 2 });
      await link(file, join(folder, 'other-name'));
      expect(await line(...imported, join(folder, 'other-name'))).toMatchObject({ code: 2 });
      expect(await readFile(file, 'utf8')).toBe(written);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

it('takes an id in whatever letters it is written', async () => {
  const asked: string[] = [];
  const ending = async (space: string): Promise<never> => {
    asked.push(space);
    throw new Error('nobody is asked');
  };
  const system = { endingQuestions: { ending }, clock: { now: () => '' }, stop: async () => undefined };
  const context = { ...deaf, runtime: { ...deaf.runtime, start: async () => system } };
  expect(await run(['erase', '3F0C6A52-5A9C-4B3E-9D55-1F6F4F1D2A10', '--dry-run'], context as unknown as Context)).toBe(1);
  expect(asked).toEqual(['3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10']);
});

it('ends in order when it is told to in the middle of its work, and says so', async () => {
  const err: string[] = [];
  let stopped = 0;
  const system = { sweepOrphans: () => new Promise(() => undefined), stop: async () => void stopped++ };
  const context = {
    ...deaf,
    runtime: { ...deaf.runtime, start: async () => system },
    err: { write: (text: string) => err.push(text) },
    interrupted: Promise.resolve(),
  };
  expect(await run(['sweep'], context as unknown as Context)).toBe(1);
  expect([stopped, err.join('')]).toEqual([1, 'mes: it was ended before it was done; what was written by then stands\n']);
});

describe('mes sweep', () => {
  const swept = async (outOfReach: number, ...options: readonly string[]) => {
    const out: string[] = [];
    const counts = { seen: 12 + outOfReach, kept: 7, deleted: 3, tooYoung: 2, outOfReach };
    const system = { sweepOrphans: async () => counts, stop: async () => undefined };
    const context = {
      ...deaf,
      runtime: { ...deaf.runtime, start: async () => system },
      out: { write: (text: string) => out.push(text) },
    };
    expect(await run([...options, 'sweep'], context as unknown as Context)).toBe(0);
    return out.join('');
  };

  it('says how many objects are out of reach, and in words why they stay', async () => {
    const [head, row, empty, words] = (await swept(9)).split('\n');
    expect([head, row, empty]).toEqual([
      'objects  kept  deleted  too young  out of reach',
      '     21     7        3          2             9',
      '',
    ]);
    expect(words).toMatch(/^Out of reach, and kept: .*closed.*cannot be read.*names/);
  });

  it('needs no words where none is, nor for machines', async () => {
    expect((await swept(0)).split('\n')).toHaveLength(3);
    const counts = { seen: 21, kept: 7, deleted: 3, tooYoung: 2, outOfReach: 9 };
    expect(JSON.parse(await swept(9, '--json'))).toEqual({ ...counts, dryRun: false });
  });
});

it('sets columns under each other, numbers to the right', () => {
  expect(
    tableOf(
      ['word', 'count'],
      [
        ['invité', 12],
        ['a', 3],
      ],
    ),
  ).toEqual(['word    count', 'invité     12', 'a           3']);
});
