import type { StoredEvent } from '../../src/application/shared/event-store.js';
import type { Dice } from '../attacks/dice.js';
import type { DiskRecord } from '../kurrentdb/loopback.js';
import { sealable } from './sealing.js';
import type { Trace } from './tampering.js';

/** A record and where it begins on the disk. */
interface Placed {
  readonly record: DiskRecord;
  readonly position: number;
}

/** The disk of a server, in the hands of somebody who leaves at its place whatever he does not touch. What is chosen once is chosen by nobody else. */
export class ForgedDisk {
  readonly #places: readonly Placed[];
  readonly #placeOf: ReadonlyMap<string, number>;
  /** By place; undefined where nothing lies any more. */
  readonly #slots: (DiskRecord | undefined)[];
  readonly #slippedIn: Placed[] = [];
  #free: number[];
  #endsEarlier = false;

  constructor(
    original: readonly DiskRecord[],
    private readonly log: readonly StoredEvent[],
  ) {
    let end = 0;
    this.#places = original.map((record) => ({ record, position: (end += record.room) - record.room }));
    this.#placeOf = new Map(original.map(({ stream, rev }, place) => [`${stream}@${rev}`, place]));
    this.#slots = [...original];
    this.#free = [...log.keys()];
  }

  trace(kind: Trace['kind'], index: number): Trace {
    const { stream, rev } = this.log[index]!;
    return { kind, index, stream, rev };
  }

  /** The event of a leaf as it lay there. */
  record(index: number): DiskRecord {
    return this.#places[this.#place(index)]!.record;
  }

  put(index: number, record: DiskRecord): void {
    this.#slots[this.#place(index)] = record;
  }

  /** Gives what must be found of each: behind everything that is left they were cut off, elsewhere taken out. */
  takeOut(indexes: readonly number[]): () => readonly Trace[] {
    for (const index of indexes) this.#slots[this.#place(index)] = undefined;
    return () => {
      const end = this.#slots.findLastIndex((slot) => slot !== undefined);
      return indexes.map((index) => this.trace(this.#place(index) > end ? 'truncated' : 'deleted', index));
    };
  }

  /** Into the last byte of room in front of the event of this leaf. */
  slipIn(index: number, record: DiskRecord): void {
    this.#slippedIn.push({ record, position: this.#places[this.#place(index)]!.position - 1 });
  }

  /** The file ends with what is left, and no room behind it says that there was more. */
  endEarlier(): void {
    this.#endsEarlier = true;
  }

  choose(dice: Dice, count: number): readonly number[] {
    const chosen = Array.from({ length: count }, () => this.#free.splice(dice.below(this.#free.length), 1)[0]!);
    return chosen.sort((a, b) => a - b);
  }

  /** As long as nobody chose anything else. */
  chooseLast(count: number): readonly number[] {
    return this.#free.splice(-count);
  }

  /** All events of a stream of which nobody chose one. */
  chooseStream(dice: Dice): readonly number[] {
    const taken = new Set([...this.log.keys()].filter((index) => !this.#free.includes(index)).map((index) => this.log[index]!.stream));
    const { stream } = this.log[dice.of(this.#free.filter((index) => !taken.has(this.log[index]!.stream)))]!;
    const chosen = [...this.log.keys()].filter((index) => this.log[index]!.stream === stream);
    this.#free = this.#free.filter((index) => !chosen.includes(index));
    return chosen;
  }

  /** What lies there now. The room of what is gone is left empty, behind the line in front of it. */
  get lines(): readonly DiskRecord[] {
    const left = this.#places.flatMap(({ position }, place): Placed[] => {
      const record = this.#slots[place];
      return record === undefined ? [] : [{ record, position }];
    });
    const lines = [...left, ...this.#slippedIn].sort((a, b) => a.position - b.position);
    const last = this.#places.at(-1)!;
    const end = this.#endsEarlier ? lines.at(-1)!.position + lines.at(-1)!.record.room : last.position + last.record.room;
    return lines.map(({ record, position }, n) => ({ ...record, room: (lines[n + 1]?.position ?? end) - position }));
  }

  #place(index: number): number {
    const { stream, rev } = this.log[index]!;
    return this.#placeOf.get(`${stream}@${rev}`)!;
  }
}

/** One way to forge a disk. Gives what must be found, once everybody has done his. */
type Forging = (disk: ForgedDisk, dice: Dice) => () => readonly Trace[];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const flipped = (text: string, dice: Dice): string => {
  const bytes = Buffer.from(text, 'base64');
  bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
  return base64(bytes);
};
/** One event with another record in its place: its bytes are not those that were sealed. */
const altering =
  (alter: (record: DiskRecord, dice: Dice) => Partial<DiskRecord>): Forging =>
  (disk, dice) => {
    const [index = 0] = disk.choose(dice, 1);
    const record = disk.record(index);
    disk.put(index, { ...record, ...alter(record, dice) });
    return () => [disk.trace('altered', index)];
  };
/** One event under a name that is not that in its header: nothing is left of its own, and what lies there was never sealed. */
const renaming =
  (rename: (record: DiskRecord) => Partial<DiskRecord>): Forging =>
  (disk, dice) => {
    const [index = 0] = disk.choose(dice, 1);
    const record = { ...disk.record(index), ...rename(disk.record(index)) };
    disk.put(index, record);
    const slipped: Trace = { kind: 'inserted', index, stream: record.stream as Trace['stream'], rev: Number(record.rev) };
    return () => [disk.trace('deleted', index), slipped];
  };
/** Every event in the place of the next one, the last in that of the first. */
function rotated(disk: ForgedDisk, indexes: readonly number[]): () => readonly Trace[] {
  const records = indexes.map((index) => disk.record(index));
  for (const [n, record] of records.entries()) disk.put(indexes[(n + 1) % indexes.length]!, record);
  return () => indexes.map((index) => disk.trace('moved', index));
}
const slippingIn =
  (made: (disk: ForgedDisk, index: number) => DiskRecord): Forging =>
  (disk, dice) => {
    const [index = 0] = disk.choose(dice, 1);
    const record = made(disk, index);
    disk.slipIn(index, record);
    return () => [{ kind: 'inserted', index, stream: record.stream as Trace['stream'], rev: Number(record.rev) }];
  };

/** Those that cut off come first: an end is one only as long as nothing in it was chosen by others. */
export const forgings: Readonly<Record<string, Forging>> = {
  'the end cut off': (disk, dice) => disk.takeOut(disk.chooseLast(1 + dice.below(40))),
  'the end cut off, and the file with it': (disk, dice) => {
    disk.endEarlier();
    return disk.takeOut(disk.chooseLast(1 + dice.below(40)));
  },
  'a bit of a body': altering(({ data }, dice) => ({ data: flipped(data, dice) })),
  'a bit of a header': altering(({ metadata }, dice) => ({ metadata: flipped(metadata, dice) })),
  'who did it, in a header that stays canonical': altering(({ metadata }) => ({
    metadata: base64(Buffer.from(Buffer.from(metadata, 'base64').toString().replace('"by":"system"', '"by":"person"'))),
  })),
  'a type that is not that of the header': altering(() => ({ type: 'SampleForged' })),
  'an id that is not that of the header': altering(({ id }) => ({ id: id.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })),
  'a body that calls itself JSON': altering(() => ({ contentType: 'application/json' })),
  'two bodies exchanged': (disk, dice) => {
    const [one = 0, other = 0] = disk.choose(dice, 2);
    disk.put(one, { ...disk.record(one), data: disk.record(other).data });
    disk.put(other, { ...disk.record(other), data: disk.record(one).data });
    return () => [disk.trace('altered', one), disk.trace('altered', other)];
  },
  'an event put into another stream': renaming(() => ({ stream: 'space-forged' })),
  'another revision': renaming(({ rev }) => ({ rev: String(Number(rev) + 1000) })),
  'one event deleted': (disk, dice) => disk.takeOut(disk.choose(dice, 1)),
  'several events deleted': (disk, dice) => disk.takeOut(disk.choose(dice, 2 + dice.below(10))),
  'a stream deleted': (disk, dice) => disk.takeOut(disk.chooseStream(dice)),
  'two events exchanged': (disk, dice) => rotated(disk, disk.choose(dice, 2)),
  'some events in another order': (disk, dice) => rotated(disk, disk.choose(dice, 3 + dice.below(5))),
  'an event slipped in': slippingIn((disk, index) => {
    const stream = `space-slipped_${index}` as const;
    const { header, body } = sealable(stream, 0);
    const { id } = JSON.parse(Buffer.from(header).toString()) as { readonly id: string };
    return { ...disk.record(index), stream, rev: '0', id, data: base64(body), metadata: base64(header), type: 'SampleRecorded' };
  }),
  'a copy of an event': slippingIn((disk, index) => disk.record(index)),
};
