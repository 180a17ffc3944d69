import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { Monitor, type CheckResult } from '../../../src/infrastructure/seal/monitor.js';
import { Dice } from '../../attacks/dice.js';
import type { DiskRecord } from '../../kurrentdb/loopback.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { ForgedDisk, forgings } from '../../support/forged-disk.js';
import { fill, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import type { Trace } from '../../support/tampering.js';
import { trustFigures } from '../../support/trust/figures.js';
import { openLoopbackStore } from '../event-store/kurrentdb.js';
import { allOf, persistently } from '../event-store/samples.js';

const TRIALS = 200;
const SEED = Number(process.env['TAMPERING_SEED'] ?? 1);
const names = Object.keys(forgings);
/** Each forging takes a server down and up again: one of each kind goes onto the same disk, where TAMPERING_ALONE=1 does not ask for one at a time. */
const AT_ONCE = process.env['TAMPERING_ALONE'] === '1' ? 1 : names.length;

const traces = ({ findings }: CheckResult): Trace[] => findings.map(({ kind, index, stream, rev }) => ({ kind, index, stream, rev }));

describe(`A log in EventStoreDB / KurrentDB whose disk somebody altered (seed ${SEED}; another one: TAMPERING_SEED)`, () => {
  let opened: Awaited<ReturnType<typeof openLoopbackStore>>;
  let database: TestDatabase;
  let seal: Seal;
  let monitor: Monitor;
  let log: readonly StoredEvent[];
  let original: readonly DiskRecord[];

  beforeAll(async () => {
    [opened, database] = await Promise.all([openLoopbackStore(), freshDatabase()]);
    await fill(opened.store, 190);
    seal = sealOn(database.url, opened.store);
    seal.sealer.start();
    await sealed(seal, opened.store);
    await seal.sealer.stop();
    log = await allOf(opened.store, 0n);
    monitor = new Monitor(opened.store, seal.tree, [signer]);
    await opened.server.forge((records) => (original = records));
  });
  afterAll(async () => {
    await seal.close();
    await opened.close();
    await database.drop();
  });
  const found = async (lines: readonly DiskRecord[]): Promise<readonly Trace[]> => {
    await opened.server.forge(() => lines);
    return traces(await persistently(() => monitor.check()));
  };

  it('agrees with its seal as long as nobody did', async () => {
    expect(await found(new ForgedDisk(original, log).lines)).toEqual([]);
    expect(log.length).toBeGreaterThan(400);
  });

  const trials = Array.from({ length: TRIALS }, (_, n) => ({ name: names[n % names.length]!, seed: SEED + n }));
  const disks = Array.from({ length: Math.ceil(TRIALS / AT_ONCE) }, (_, n) => trials.slice(n * AT_ONCE, (n + 1) * AT_ONCE));

  it(`is found out: ${TRIALS} of ${TRIALS} alterations by whoever has the disk, each with its exact index, stream and revision`, async () => {
    const missed: unknown[] = [];
    const strange: string[] = [];
    for (const these of disks) {
      const disk = new ForgedDisk(original, log);
      const forged = these.map((trial) => ({ ...trial, traces: forgings[trial.name]!(disk, new Dice(trial.seed)) }));
      const left = new Set((await found(disk.lines)).map((trace) => JSON.stringify(trace)));
      for (const { traces: expected, ...trial } of forged) {
        const unfound = expected().filter((trace) => !left.delete(JSON.stringify(trace)));
        if (unfound.length > 0) missed.push({ ...trial, unfound });
      }
      strange.push(...left);
    }
    trustFigures('tampering-kurrentdb', { alterations: TRIALS, found: TRIALS - missed.length, ways: names.length, events: log.length });
    expect({ missed, strange }).toEqual({ missed: [], strange: [] });
    expect(await found(original)).toEqual([]);
  });

  it('is found out where a line was taken out and all behind it moved up: the one that is gone, and each that moved', async () => {
    const disk = new ForgedDisk(original, log);
    const moved = [...log.keys()].slice(101).map((index) => disk.trace('moved', index));
    const lines = original.filter((record) => record !== disk.record(100));
    expect(await found(lines)).toEqual([disk.trace('deleted', 100), ...moved]);
  });
});
