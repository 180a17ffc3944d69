import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { NoMatrixInForce } from '../../src/application/access/matrices.js';
import { Clock, StoreUnavailable } from '../../src/application/shared/ports.js';
import type { MatrixRow } from '../../src/domain/access/matrix-version.js';
import { instantOf, type Instant } from '../../src/domain/shared/time.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { entry, sealedHouse, type SealedLog } from '../support/sealed-log.js';

/** The clock of decisions, wherever a test sets it; the store goes by its own. */
class SetClock extends Clock {
  at = Date.now();
  now = (): Instant => instantOf(this.at);
}

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let clock: SetClock;
let matrices: JournalMatrices;
const row = (...allowed: string[]): readonly MatrixRow[] => [{ profession: '1.2|10', allowed }];
const from = (seconds: number): Instant => instantOf(clock.at + seconds * 1_000);
const published = (version: number, appliesFrom: Instant, rows = row(`T${version}`)) => ({
  type: 'MatrixVersionPublished',
  v: 1,
  version,
  appliesFrom,
  source: `sha256:${'0'.repeat(64)}`,
  rows,
});
const publish = async (version: number, appliesFrom: Instant) => {
  const { revision } = await log.journal.read('matrix-habilitations');
  await log.journal.append(entry('matrix-habilitations', revision, published(version, appliesFrom)));
};
const versionAt = async (seconds: number): Promise<number> => (await matrices.inForce(from(seconds))).version;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(knownFacts);
  clock = new SetClock();
  matrices = new JournalMatrices(log.journal, clock);
});
afterEach(() => house.close());

it('while there is no version nothing is decided, and the first one counts at once', async () => {
  await expect(matrices.inForce(clock.now())).rejects.toThrow(NoMatrixInForce);
  await publish(1, from(-3_600));
  expect(await versionAt(0)).toBe(1);
});

it('decisions of a past moment are read under the version of then', async () => {
  await publish(1, from(-3_600));
  await publish(2, from(60));
  expect(await versionAt(0)).toBe(1);
  expect(await versionAt(59.999)).toBe(1);
  expect(await versionAt(60)).toBe(2);
  clock.at += 86_400_000;
  expect(await versionAt(0)).toBe(2);
  expect(await versionAt(-86_400)).toBe(1);
  await expect(matrices.inForce(from(-90_001))).rejects.toThrow(NoMatrixInForce);
});

it('a clock that jumps finds the version of its new moment, though it was read a moment ago', async () => {
  await publish(1, from(-3_600));
  expect(await versionAt(0)).toBe(1);
  await publish(2, from(60));
  clock.at += 61_000;
  expect(await versionAt(0)).toBe(2);
});

it('a question about the future does not make the present forget what comes', async () => {
  await publish(1, from(-3_600));
  expect(await versionAt(1_000)).toBe(1);
  await publish(2, from(60));
  clock.at += 100_000;
  expect(await versionAt(0)).toBe(2);
});

it('a version counts four seconds after its publication at the earliest, whatever it says', async () => {
  await publish(1, from(-3_600));
  await publish(2, from(-1_800));
  expect(await versionAt(-1)).toBe(1);
  expect(await versionAt(3)).toBe(1);
  expect(await versionAt(10)).toBe(2);
});

it('a version with an earlier moment takes the place of one that still waits', async () => {
  await publish(1, from(-3_600));
  await publish(2, from(600));
  await publish(3, from(300));
  for (const [seconds, version] of [
    [0, 1],
    [300, 3],
    [601, 3],
  ] as const)
    expect(await versionAt(seconds)).toBe(version);
});

it('the log is read once for many who ask together, and a version is one object for as long as it is known', async () => {
  await publish(1, from(-3_600));
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => matrices.inForce(clock.now())));
  for (const other of others) expect(other).toBe(first);
  clock.at += 5_000;
  expect(await matrices.inForce(clock.now())).toBe(first);
});

it('what cannot be read is not decided with, and speaks of no space', async () => {
  const newer = await house.process({ ...knownFacts, matrix: { ...knownFacts.matrix, MatrixVersionWithdrawn: 1 } });
  await publish(1, from(-3_600));
  await newer.journal.append(entry('matrix-habilitations', 0, { type: 'MatrixVersionWithdrawn', v: 1 }));
  const refusal = matrices.inForce(clock.now());
  await expect(refusal).rejects.toThrow(StoreUnavailable);
  await expect(refusal).rejects.toThrow('the authorisation matrix cannot be read');
  expect((await new JournalMatrices(newer.journal, clock).inForce(clock.now())).version).toBe(1);
});
