import { Dice } from '../attacks/dice.js';
import { writeFolder } from './kit/files.js';
import { anyMutation } from './kit/mutation.js';
import { Bench, reportIn, type Answer } from './kit/verdicts.js';

const HOW_MANY = 150;
const bench = new Bench();
let node: Answer[];
let python: Answer[];

beforeAll(async () => {
  const dice = new Dice(39);
  for (let n = 0; n < HOW_MANY; n += 1) {
    const { files, policy } = anyMutation(dice);
    writeFolder(bench.path(`${n}`), files);
    bench.job(`@/${n}`, '--policy', bench.file(`${n}.policy`, policy), '--sample', '3', '--seed', `${n}`);
  }
  node = bench.node();
  python = await bench.python();
});

afterAll(() => bench.close());

describe('Whatever is done to a package', () => {
  it('the two verifiers say the same of it, byte for byte', () => {
    for (const [n, answer] of node.entries()) expect({ n, ...python[n] }).toEqual({ n, ...answer });
  });

  it('there is a verdict: neither ends with a defect', () => {
    expect(node.filter(({ code }) => code === 2)).toEqual([]);
  });

  it('nearly everything is found; the rest is text that nothing proves', () => {
    const found = node.filter((answer) => !reportIn(answer).ok).length;
    expect(found).toBeGreaterThan(HOW_MANY * 0.7);
  });
});
