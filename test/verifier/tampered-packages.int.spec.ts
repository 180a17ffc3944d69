import { Dice } from '../attacks/dice.js';
import { BAG_TAMPERING } from './kit/bag-tampering.js';
import { COUNT_TAMPERING } from './kit/count-tampering.js';
import { writeFolder } from './kit/files.js';
import { KEY_TAMPERING } from './kit/key-tampering.js';
import { LINE_TAMPERING } from './kit/line-tampering.js';
import { PROOF_TAMPERING } from './kit/proof-tampering.js';
import { PURGE_TAMPERING } from './kit/purge-tampering.js';
import type { Tampered } from './kit/tampering.js';
import { Bench, reportIn, type Answer } from './kit/verdicts.js';
import { trustFigures } from '../support/trust/figures.js';

const KINDS = { ...BAG_TAMPERING, ...PROOF_TAMPERING, ...LINE_TAMPERING, ...PURGE_TAMPERING, ...KEY_TAMPERING, ...COUNT_TAMPERING };
/** Each kind this often, at places that the dice choose. */
const TIMES = 2;
/** Those whose place is any bit, more often. */
const MANY = 12;

const bench = new Bench();
const made: { readonly kind: string; readonly expected: Tampered['expected']; readonly job: number }[] = [];
let node: Answer[];
let python: Answer[];

beforeAll(async () => {
  for (const [place, [kind, tampering]] of Object.entries(KINDS).entries()) {
    const dice = new Dice(1_000 + place);
    for (let time = 0; time < (/bit/.test(kind) ? MANY : TIMES); time += 1) {
      const { files, expected, links, policy = '', since } = tampering(dice);
      const name = `${place}-${time}`;
      writeFolder(bench.path(name), files, links);
      const older = since === undefined ? [] : ['--since', bench.file(`${name}.since`, since)];
      made.push({ kind, expected, job: bench.job(`@/${name}`, '--policy', bench.file(`${name}.policy`, policy), ...older) });
    }
  }
  node = bench.node();
  python = await bench.python();
});

afterAll(() => bench.close());

describe('An altered package', () => {
  afterAll(() => {
    const found = made.filter(({ job }) => node[job]?.code === 1);
    const agreed = made.filter(({ job }) => JSON.stringify(python[job]) === JSON.stringify(node[job]));
    trustFigures('altered-packages', {
      packages: made.length,
      kinds: Object.keys(KINDS).length,
      found: found.length,
      agreed: agreed.length,
    });
  });

  it('is tried in at least two hundred ways', () => {
    expect(made.length).toBeGreaterThanOrEqual(200);
  });

  it.each(Object.keys(KINDS))('is found, at its place: %s', (kind) => {
    for (const { expected, job } of made.filter((one) => one.kind === kind)) {
      const { findings } = reportIn(node[job]!);
      // A bit may fall anywhere: what is found then depends on it.
      const { code, ...place } = expected;
      expect(findings).toContainEqual(expect.objectContaining(code === '' ? place : expected));
      expect(node[job]!.code).toBe(1);
    }
  });

  it.each(Object.keys(KINDS))('is the same to both verifiers: %s', (kind) => {
    for (const { job } of made.filter((one) => one.kind === kind)) expect(python[job]).toEqual(node[job]);
  });
});
