import { checkPixels, unfit } from './verdict.js';

/** Bytes of one value of each field type (TIFF 6.0, section 2). */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 };
const WIDTH = 256;
const HEIGHT = 257;
/** Offsets of the pixels with the tag of their lengths: strips, tiles, the thumbnail of old JPEG. */
const PIXELS: readonly (readonly [number, number])[] = [
  [273, 279],
  [324, 325],
  [513, 514],
];
/** Tags that point to further directories: sub-images, Exif, GPS, interoperability. */
const DIRECTORIES = [330, 34665, 34853, 40965];
const MOST_DIRECTORIES = 1000;
const MOST_STRIPS = 1_000_000;
/** Writers round the end of a file up; more than this behind the last byte that is used is something else's. */
const SLACK = 16;

interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly at: number;
}

/** One TIFF while it is walked. Every offset is checked before it is followed; `used` is the furthest byte that anything points to. */
class TiffWalk {
  private used = 8;
  private readonly little: boolean;
  private readonly seen = new Set<number>();

  constructor(private readonly bytes: Buffer) {
    this.little = bytes[0] === 0x49;
  }

  check(): void {
    const waiting = [this.long(4)];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (at === 0) continue;
      if (this.seen.has(at) || this.seen.size >= MOST_DIRECTORIES) unfit('record/type-not-accepted');
      this.seen.add(at);
      waiting.push(...this.directory(at));
    }
    if (this.seen.size === 0) unfit('record/truncated');
    if (this.bytes.length - this.used > SLACK) unfit('record/type-not-accepted');
  }

  /** Checks one directory and returns the offsets of those it leads to. */
  private directory(at: number): number[] {
    const count = this.short(at);
    const end = at + 2 + count * 12;
    this.within(at, end + 4 - at);
    const fields = new Map<number, Field>();
    for (let entry = at + 2; entry < end; entry += 12) {
      const field = this.field(entry);
      fields.set(field.tag, field);
    }
    this.checkImage(fields);
    const inner = DIRECTORIES.flatMap((tag) => this.values(fields.get(tag)));
    return [this.long(end), ...inner];
  }

  private field(entry: number): Field {
    const tag = this.short(entry);
    const type = this.short(entry + 2);
    const count = this.long(entry + 4);
    const size = (SIZES[type] ?? 1) * count;
    const at = size <= 4 ? entry + 8 : this.long(entry + 8);
    this.within(at, size);
    return { tag, type, count, at };
  }

  private checkImage(fields: ReadonlyMap<number, Field>): void {
    const [width] = this.values(fields.get(WIDTH));
    const [height] = this.values(fields.get(HEIGHT));
    if (width !== undefined && height !== undefined) checkPixels(width, height);
    for (const [offsets, lengths] of PIXELS) {
      const sizes = this.values(fields.get(lengths));
      this.values(fields.get(offsets)).forEach((at, index) => this.within(at, sizes[index] ?? 0));
    }
  }

  /** The whole numbers of a field; none for a field that is absent. */
  private values(field: Field | undefined): number[] {
    if (field === undefined) return [];
    if (field.count > MOST_STRIPS) unfit('record/type-not-accepted');
    const size = SIZES[field.type] ?? 1;
    return Array.from({ length: field.count }, (_, index) => this.whole(field.at + index * size, size));
  }

  private whole(at: number, size: number): number {
    if (size === 1) return this.bytes[at] ?? 0;
    return size === 2 ? this.short(at) : this.long(at);
  }

  private within(at: number, size: number): void {
    if (at + size > this.bytes.length) unfit('record/truncated');
    this.used = Math.max(this.used, at + size);
  }

  private short(at: number): number {
    this.within(at, 2);
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  private long(at: number): number {
    this.within(at, 4);
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }
}

/** Refuses a TIFF whose directories or pixels lie outside of it or lead in circles, one with data behind it that nothing points to, or with too many pixels. */
export function checkTiff(bytes: Buffer): void {
  new TiffWalk(bytes).check();
}
