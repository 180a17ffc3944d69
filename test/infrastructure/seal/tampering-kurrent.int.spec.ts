import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { Monitor, type CheckResult } from '../../../src/infrastructure/seal/monitor.js';
import { Dice } from '../../attacks/dice.js';
import type { DiskRecord } from '../../kurrentdb/loopback.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { fill, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import type { Trace } from '../../support/tampering.js';
import { openLoopbackStore } from '../event-store/kurrentdb.js';
import { allOf, persistently } from '../event-store/samples.js';

const ROUNDS = 6;
const byIndex = (found: readonly Trace[]): Trace[] => found.toSorted((a, b) => (a.index ?? -1) - (b.index ?? -1));
const traces = ({ findings }: CheckResult): Trace[] => findings.map(({ kind, index, stream, rev }) => ({ kind, index, stream, rev }));
const flipped = (base64: string, dice: Dice): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
  return bytes.toString('base64');
};

/** The disk of the server, in the hands of somebody who leaves at its place whatever he does not touch. */
class Disk {
  readonly #slots: (DiskRecord | undefined)[];

  constructor(
    private readonly original: readonly DiskRecord[],
    private readonly log: readonly StoredEvent[],
  ) {
    this.#slots = [...original];
  }

  trace(kind: Trace['kind'], index: number): Trace {
    const { stream, rev } = this.log[index]!;
    return { kind, index, stream, rev };
  }

  record(index: number): DiskRecord {
    return this.original[this.#place(index)]!;
  }

  /** Without a record, nothing lies there any more. */
  put(index: number, record?: DiskRecord): void {
    this.#slots[this.#place(index)] = record;
  }

  /** The room of what is gone is left empty, behind the line in front of it. */
  get lines(): readonly DiskRecord[] {
    let room = 0;
    return this.#slots.reduceRight<DiskRecord[]>((behind, slot, place) => {
      room += this.original[place]!.room;
      if (slot === undefined) return behind;
      const line = { ...slot, room };
      room = 0;
      return [line, ...behind];
    }, []);
  }

  #place(index: number): number {
    const { stream, rev } = this.log[index]!;
    return this.original.findIndex((record) => record.stream === stream && record.rev === String(rev));
  }
}

/** One way to forge the disk, at one event or at two. Gives what must be found. */
type Forging = (disk: Disk, indexes: readonly [number, number], dice: Dice) => readonly Trace[];
const forgings: Readonly<Record<string, Forging>> = {
  'a bit of a body': (disk, [index], dice) => {
    const record = disk.record(index);
    disk.put(index, { ...record, data: flipped(record.data, dice) });
    return [disk.trace('altered', index)];
  },
  'a bit of a header': (disk, [index], dice) => {
    const record = disk.record(index);
    disk.put(index, { ...record, metadata: flipped(record.metadata, dice) });
    return [disk.trace('altered', index)];
  },
  'a type that is not that of the header': (disk, [index]) => {
    disk.put(index, { ...disk.record(index), type: 'SampleForged' });
    return [disk.trace('altered', index)];
  },
  'an event put into another stream': (disk, [index]) => {
    disk.put(index, { ...disk.record(index), stream: 'space-forged' });
    return [disk.trace('deleted', index), { ...disk.trace('inserted', index), stream: 'space-forged' }];
  },
  'an event taken out': (disk, [index]) => {
    disk.put(index);
    return [disk.trace('deleted', index)];
  },
  'two events exchanged': (disk, [one, other]) => {
    const [first, second] = [disk.record(one), disk.record(other)];
    disk.put(one, second);
    disk.put(other, first);
    return [disk.trace('moved', one), disk.trace('moved', other)];
  },
};

describe('A log in EventStoreDB / KurrentDB whose disk somebody altered', () => {
  let opened: Awaited<ReturnType<typeof openLoopbackStore>>;
  let database: TestDatabase;
  let seal: Seal;
  let monitor: Monitor;
  let log: readonly StoredEvent[];
  let original: readonly DiskRecord[];

  beforeAll(async () => {
    [opened, database] = await Promise.all([openLoopbackStore(), freshDatabase()]);
    await fill(opened.store, 90);
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
    expect(await found(new Disk(original, log).lines)).toEqual([]);
  });

  it.each(Array.from({ length: ROUNDS }, (_, n) => [n + 1]))(
    'is found out, every event with its exact index, stream and revision (dice %i)',
    async (seed) => {
      const [dice, disk] = [new Dice(seed), new Disk(original, log)];
      // The last event stays: in front of it, what is gone was taken out and not cut off.
      const untouched = [...log.keys()].slice(0, -1);
      const one = (): number => untouched.splice(dice.below(untouched.length), 1)[0]!;
      const expected = Object.values(forgings).flatMap((forge) => forge(disk, [one(), one()], dice));
      expect(await found(disk.lines)).toEqual(byIndex(expected));
    },
  );

  it('is found out where its end was cut off: every event that is gone', async () => {
    const disk = new Disk(original, log);
    const cut = [...log.keys()].slice(-7);
    for (const index of cut) disk.put(index);
    expect(await found(disk.lines)).toEqual(cut.map((index) => disk.trace('truncated', index)));
  });

  it('is found out where a line was taken out and all behind it moved up: the one that is gone, and each that moved', async () => {
    const disk = new Disk(original, log);
    const moved = [...log.keys()].slice(101).map((index) => disk.trace('moved', index));
    const lines = original.filter((record) => record !== disk.record(100));
    expect(await found(lines)).toEqual([disk.trace('deleted', 100), ...moved]);
  });
});
