import { createHash } from 'node:crypto';
import { naivePath } from '../support/naive-merkle.js';
import { headOf, leavesOf, policyOf } from './kit/draft.js';
import { GrowingLog, SPACE_A } from './kit/log.js';
import { digestOf, jcs, type Json } from './kit/sealing.js';
import { Bench, reportIn, type Answer } from './kit/verdicts.js';

const ARCHIVE = Buffer.from('an archive');
const log = new GrowingLog();
for (let n = 0; n < 11; n += 1) log.add({ stream: `passage-${SPACE_A}`, t: 'AccessGranted', d: { n } });
log.add({ stream: 'audit-202601-a', t: 'ExportGenerated', d: { sha256: createHash('sha256').update(ARCHIVE).digest('hex') } });
const leaves = leavesOf(log.events);
const LAST = 11;

/** C2SP tlog-proof. */
const receipt = (index: number, { proof = naivePath(index, leaves), note = headOf(leaves, { cosigned: true }), extra = '' } = {}): string =>
  `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
const event = (index: number, more: Json = {}): string => {
  const { h, body } = log.events[index]!;
  return `${jcs({ h, c: digestOf(body), ...more })}\n`;
};
const opened = (index: number, ke = log.events[index]!.ke!): string =>
  event(index, { body: log.events[index]!.body.toString('base64url'), ke: ke.toString('base64url') });

const bench = new Bench();
const policy = bench.file('policy', policyOf('all'));
const archive = ['--archive', bench.file('archive', ARCHIVE)];
const wrongArchive = ['--archive', bench.file('other', 'another archive')];
const CASES: readonly (readonly [title: string, proof: string, event: string, found: readonly string[], more?: readonly string[]])[] = [
  ['holds', receipt(4), event(4), []],
  ['holds with something extra, which proves nothing', receipt(4, { extra: 'extra eA==\n' }), event(4), []],
  ['holds for the last leaf', receipt(LAST), event(LAST), []],
  ['holds with the key of its event', receipt(4), opened(4), []],
  ['of an export holds with its archive', receipt(LAST), opened(LAST), [], archive],
  ['of an export refuses another archive', receipt(LAST), opened(LAST), ['opened/mismatch'], wrongArchive],
  ['that is not opened says nothing of an archive', receipt(LAST), event(LAST), ['key/body'], archive],
  ['of another event is refused', receipt(4), event(5), ['tree/inclusion']],
  ['of another place is refused', receipt(5, { proof: naivePath(4, leaves) }), event(4), ['tree/inclusion']],
  ['without hashes is refused', receipt(4, { proof: [] }), event(4), ['tree/inclusion']],
  ['of an index behind the end is refused', receipt(4).replace('index 4', 'index 12'), event(4), ['tree/inclusion']],
  ['of an index with a zero in front is none', receipt(4).replace('index 4', 'index 04'), event(4), ['note/signature', 'tree/inclusion']],
  ['of another version is none', receipt(4).replace('@v1', '@v2'), event(4), ['note/signature', 'tree/inclusion']],
  ['that too few cosigned is refused', receipt(4, { note: headOf(leaves) }), event(4), ['note/quorum']],
  ['under an altered head is refused', receipt(4).replace('\n12\n', '\n13\n'), event(4), ['note/signature']],
  ['with another key is refused', receipt(4), opened(4, log.events[5]!.ke!), ['key/opens']],
  ['of a header in another form is refused', receipt(4), event(4).replace('{"at"', '{ "at"'), ['event/canonical']],
];
const jobs = CASES.map(([, proof, told, , more = []], n) =>
  bench.job('--proof', bench.file(`${n}.tlog-proof`, proof), '--event', bench.file(`${n}.json`, told), '--policy', policy, ...more),
);
let node: Answer[];
let python: Answer[];

beforeAll(async () => {
  node = bench.node();
  python = await bench.python();
});
afterAll(() => bench.close());

describe('A receipt', () => {
  it.each(CASES.map(([title], n) => [title, n] as const))('%s', (_, n) => {
    const [, , , found] = CASES[n]!;
    const answer = node[jobs[n]!]!;
    expect(Object.keys(reportIn(answer)['byCode'] as object).sort()).toEqual(found);
    expect(answer.code).toBe(found.length === 0 ? 0 : 1);
    expect(python[jobs[n]!]).toEqual(answer);
  });
});
