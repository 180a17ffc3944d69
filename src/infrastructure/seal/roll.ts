import type { StreamName } from '../../domain/shared/fact.js';
import { isUuid } from '../uuid.js';

/** Which event a leaf is: the tree holds only its hash. */
export interface Entry {
  readonly stream: StreamName;
  readonly rev: number;
  /** Where it lay in the log when it was sealed. */
  readonly position: bigint;
}

/*
 * The entries of one tile of leaves, as short as they can be said: some 25 bytes for the first event of a stream, 2 for those that follow it.
 *
 *   entry     distance place            distance: from the position of the entry before, the first from 0
 *   place     0                         the stream of the entry before, its next revision
 *           | (2n) name rev             name: n bytes of UTF-8
 *           | (2n + 1) category id rev  category: n bytes; id: the 16 bytes of a UUID
 *
 * Numbers are unsigned LEB128.
 */

const SAME = 0;
const UUID_BYTES = 16;
/** Of the longest number, a position: nine groups of seven. */
const NUMBER_BITS = 63n;
const LAST_POSITION = 2n ** NUMBER_BITS - 1n;
const NAME_WITH_UUID = /^([a-z]+)-(.{36})$/;

function writeNumber(value: bigint | number, out: number[]): void {
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}

function writeName(stream: string, out: number[]): void {
  const [, category = '', id = ''] = NAME_WITH_UUID.exec(stream) ?? [];
  if (isUuid(id)) {
    writeNumber(category.length * 2 + 1, out);
    out.push(...Buffer.from(category), ...Buffer.from(id.replaceAll('-', ''), 'hex'));
  } else {
    const name = Buffer.from(stream);
    writeNumber(name.length * 2, out);
    out.push(...name);
  }
}

/** The bytes of these entries, which are in the order of their positions. */
export function writeRoll(entries: readonly Entry[]): Buffer {
  const out: number[] = [];
  let before: Entry = { stream: 'none-', rev: 0, position: 0n };
  for (const entry of entries) {
    writeNumber(entry.position - before.position, out);
    if (entry.stream === before.stream && entry.rev === before.rev + 1) out.push(SAME);
    else {
      writeName(entry.stream, out);
      writeNumber(entry.rev, out);
    }
    before = entry;
  }
  return Buffer.from(out);
}

/** The bytes are no roll: they end in the middle of an entry, or nobody wrote them. */
class Torn extends Error {}

class RollReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get over(): boolean {
    return this.at >= this.bytes.length;
  }

  entry(before: Entry): Entry {
    const position = before.position + this.number();
    if (position > LAST_POSITION) throw new Torn('a position is larger than any in a log');
    const length = this.count();
    if (length === SAME) return { stream: before.stream, rev: before.rev + 1, position };
    const text = this.take(Math.floor(length / 2)).toString('utf8');
    const stream = length % 2 === 0 ? text : `${text}-${dashed(this.take(UUID_BYTES).toString('hex'))}`;
    return { stream: stream as StreamName, rev: this.count(), position };
  }

  private number(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < NUMBER_BITS; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Torn('the bytes end in a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new Torn('a number has no end');
  }

  private count(): number {
    const value = Number(this.number());
    if (!Number.isSafeInteger(value)) throw new Torn('a number is larger than any that was written');
    return value;
  }

  private take(count: number): Buffer {
    if (count > this.bytes.length - this.at) throw new Torn('more is said to follow than there is');
    return this.bytes.subarray(this.at, (this.at += count));
  }
}

const dashed = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** The entries of such bytes; null when nobody could have written them. */
export function readRoll(bytes: Uint8Array): readonly Entry[] | null {
  const reader = new RollReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const entries: Entry[] = [];
  let entry: Entry = { stream: 'none-', rev: 0, position: 0n };
  try {
    while (!reader.over) entries.push((entry = reader.entry(entry)));
  } catch (error) {
    if (error instanceof Torn) return null;
    throw error;
  }
  return entries;
}
