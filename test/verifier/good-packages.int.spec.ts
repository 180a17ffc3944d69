import { Bench, reportIn, type Answer } from './kit/verdicts.js';
import { packageOf, writeFolder } from './kit/files.js';
import { policyOf } from './kit/draft.js';
import { draft, goldenDrafts, KINDS, quorumOf, SINCE, withClosedLines, withPurgedStream } from './kit/samples.js';

/** Beside the one in which authorities read. */
const PURGED_MODES = ['pseudonymised', 'nominative'] as const;
const PURGED_STREAMS = ['a purged stream', ...PURGED_MODES.map((mode) => `a purged stream, ${mode}`)];
const bench = new Bench();
const jobs = new Map<string, number>();
let node: Answer[];
let python: Answer[];

beforeAll(async () => {
  for (const [place, kind] of Object.keys(KINDS).entries()) {
    writeFolder(bench.path(`kind-${place}`), packageOf(draft(kind)));
    const policy = bench.file(`policy-${place}`, quorumOf(kind));
    jobs.set(kind, bench.job(`@/kind-${place}`, '--policy', policy));
  }
  for (const [name, made] of [
    ...goldenDrafts().map((made, n) => [`golden events ${n}`, made] as const),
    ['closed lines', withClosedLines()],
    ['a purged stream', withPurgedStream()],
    ...PURGED_MODES.map((mode) => [`a purged stream, ${mode}`, withPurgedStream(mode)] as const),
  ] as const) {
    const folder = name.replaceAll(/\W+/g, '-');
    writeFolder(bench.path(folder), packageOf(made));
    jobs.set(name, bench.job(`@/${folder}`, '--policy', bench.file('policy', policyOf('none')), '--sample', '9999', '--seed', 'x'));
  }
  jobs.set(
    'since',
    bench.job('@/kind-0', '--policy', '@/policy', '--since', bench.file('since', SINCE), '--sample', '5', '--seed', 'dé à six faces'),
  );
  node = bench.node();
  python = await bench.python();
});

afterAll(() => bench.close());

describe('A draw', () => {
  it.each([
    ['closed lines', withClosedLines()],
    ['a purged stream', withPurgedStream()],
  ])('names no line that nothing opens: %s', (name, { lines }) => {
    const open = lines.filter((line) => !('closed' in line)).map(({ index }) => index);
    expect(open.length).toBeLessThan(lines.length);
    expect(reportIn(node[jobs.get(name)!]!).sample).toMatchObject({ indexes: open, size: open.length });
  });
});

describe('A package that nobody altered', () => {
  it.each([...Object.keys(KINDS), ...goldenDrafts().map((_, n) => `golden events ${n}`), 'closed lines', ...PURGED_STREAMS, 'since'])(
    'holds in both verifiers: %s',
    (name) => {
      const job = jobs.get(name)!;
      expect(reportIn(node[job]!).findings).toEqual([]);
      expect(node[job]!.code).toBe(0);
      expect(python[job]).toEqual(node[job]);
    },
  );

  it.each(PURGED_STREAMS)('has a certificate for each line whose bytes were removed: %s', (name) => {
    const { lines } = withPurgedStream();
    const purged = lines.filter(({ closed }) => closed === 'purged').length;
    expect(reportIn(node[jobs.get(name)!]!).proven).toMatchObject({ purged: { lines: purged, certified: purged } });
  });

  it('says nothing of removed lines where it is not of the whole log', () => {
    expect(reportIn(node[jobs.get('nominative, space')!]!).proven).toMatchObject({ purged: null });
  });
});
