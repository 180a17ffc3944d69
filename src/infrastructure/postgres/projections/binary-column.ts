import { epochOf, instant } from '../../../domain/shared/time.js';
import type { Cell, ColumnType } from '../../../projections/shared/projection.js';

/** Rows as they are written: cells in the order of the columns. */
type Rows = readonly { readonly cells: readonly (Cell | undefined)[] }[];

/** How the cells of a type lie in binary. Throws on what is none of that type. */
interface Form {
  /** Object id of the type, the same in every PostgreSQL. */
  readonly oid: number;
  /** Bytes of a cell; null where each has its own. */
  readonly width: number | null;
  /** Puts the cell at this place, where there is room for it, and returns how many bytes it took. */
  readonly put: (bytes: Buffer, at: number, cell: Exclude<Cell, null>) => number;
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** UTF-8 takes no more for a unit of UTF-16. */
const WIDEST = 3;
/** Up to here characters are written one by one, where they are ASCII: a call into what is compiled costs more. */
const SHORT = 48;

/**
 * One column of these rows as a PostgreSQL array in binary, for a parameter cast to an array of `type`. As text each cell would be quoted here and looked at
 * character by character there; the driver passes on a Buffer as it is. Throws TypeError on a cell that is none of that type, RangeError on a number that is too large for it.
 */
export function binaryColumn(type: ColumnType, rows: Rows, place: number): Buffer {
  const { oid, width, put } = FORMS[type];
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + roomFor(rows, place, width));
  let at = HEADER_BYTES;
  let nulls = 0;
  let before: Cell = null;
  for (const { cells } of rows) {
    const cell = cells[place] ?? null;
    // Times of facts that were written together are the same, and dear to write.
    if (width !== null && cell !== null && cell === before) {
      const size = LENGTH_BYTES + width;
      bytes.copyWithin(at, at - size, at);
      at += size;
      continue;
    }
    before = cell;
    if (cell === null) {
      at = bytes.writeInt32BE(-1, at);
      nulls = 1;
    } else {
      const length = put(bytes, at + LENGTH_BYTES, cell);
      at = bytes.writeInt32BE(length, at) + length;
    }
  }
  // Dimensions, whether there are nulls, type of the elements, how many, index of the first.
  [1, nulls, oid, rows.length, 1].forEach((word, index) => bytes.writeInt32BE(word, index * 4));
  return bytes.subarray(0, at);
}

function roomFor(rows: Rows, place: number, width: number | null): number {
  if (width !== null) return rows.length * (LENGTH_BYTES + width);
  let room = rows.length * (LENGTH_BYTES + 1);
  for (const { cells } of rows) {
    const text = String(cells[place] ?? '');
    room += text.length > SHORT ? Buffer.byteLength(text) : text.length * WIDEST;
  }
  return room;
}

function putText(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  const text = String(cell);
  const length = text.length;
  if (length > SHORT) return bytes.write(text, at, 'utf8');
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return bytes.write(text, at, 'utf8');
    bytes[at + i] = code;
  }
  return length;
}

/** One byte that says which form the JSON has, and its text. */
function putJson(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  bytes[at] = 1;
  return 1 + putText(bytes, at + 1, cell);
}

const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);
const UUID_BYTES = 16;
/** Where the two digits of each byte stand. */
const PAIRS: readonly number[] = Array.from({ length: 36 }, (_, i) => i)
  .filter((i) => !DASHES.has(i))
  .filter((_, i) => i % 2 === 0);
const DIGITS = new Int8Array(128).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries())
  for (const one of [digit, digit.toUpperCase()]) DIGITS[one.charCodeAt(0)] = value;

function putUuid(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  const text = String(cell);
  let sound = text.length === 36 && text[8] === '-' && text[13] === '-' && text[18] === '-' && text[23] === '-';
  for (let i = 0; i < UUID_BYTES; i++) {
    const pair = PAIRS[i] as number;
    const [high, low] = [DIGITS[text.charCodeAt(pair)] ?? -1, DIGITS[text.charCodeAt(pair + 1)] ?? -1];
    sound = sound && (high | low) >= 0;
    bytes[at + i] = (high << 4) | low;
  }
  if (!sound) throw notOf('uuid');
  return UUID_BYTES;
}

/** Epoch of PostgreSQL: 2000-01-01 00:00 UTC. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
const HIGH_HALF = 2 ** 32;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Milliseconds since that epoch, of a day or of an instant in the stored form; none where the calendar has no such day. */
function sinceEpoch(text: string, type: ColumnType): number {
  const moment = Date.parse(text);
  if (Number.isNaN(moment) || new Date(moment).getUTCDate() !== Number(text.slice(8, 10))) throw notOf(type);
  return moment - EPOCH_MS;
}

/** Facts that were written before doors put moments into the stored form say them as somebody did: with another offset, without milliseconds. */
function saidOtherwise(text: string): number {
  try {
    return epochOf(instant(text)) - EPOCH_MS;
  } catch (error) {
    throw error instanceof RangeError ? notOf('timestamptz') : error;
  }
}

/** In microseconds, which from the year 2285 on are no safe integers: the halves are multiplied one by one. */
function putInstant(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  const text = String(cell);
  const moment = INSTANT.test(text) ? sinceEpoch(text, 'timestamptz') : saidOtherwise(text);
  const high = Math.floor(moment / HIGH_HALF);
  const low = (moment - high * HIGH_HALF) * 1_000;
  return putHalves(bytes, at, high * 1_000 + Math.floor(low / HIGH_HALF), low);
}

function putDay(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  const text = String(cell);
  if (!DAY.test(text)) throw notOf('date');
  return bytes.writeInt32BE(sinceEpoch(text, 'date') / DAY_MS, at) - at;
}

/** Eight bytes; of the lower half what four of them hold. */
function putHalves(bytes: Buffer, at: number, high: number, low: number): number {
  return bytes.writeInt32BE(low | 0, bytes.writeInt32BE(high, at)) - at;
}

function putBigint(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  if (typeof cell === 'bigint') return bytes.writeBigInt64BE(cell, at) - at;
  if (!Number.isSafeInteger(cell)) throw notOf('bigint');
  return putHalves(bytes, at, Math.floor((cell as number) / HIGH_HALF), cell as number);
}

function putInteger(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  if (!Number.isInteger(cell)) throw notOf('integer');
  return bytes.writeInt32BE(cell as number, at) - at;
}

function putBoolean(bytes: Buffer, at: number, cell: Exclude<Cell, null>): number {
  if (typeof cell !== 'boolean') throw notOf('boolean');
  bytes[at] = cell ? 1 : 0;
  return 1;
}

/** Says the type alone: a cell may hold what somebody wrote. */
const notOf = (type: ColumnType): TypeError => new TypeError(`a cell holds no ${type}`);

const FORMS: Readonly<Record<ColumnType, Form>> = {
  boolean: { oid: 16, width: 1, put: putBoolean },
  bigint: { oid: 20, width: 8, put: putBigint },
  integer: { oid: 23, width: 4, put: putInteger },
  text: { oid: 25, width: null, put: putText },
  date: { oid: 1_082, width: 4, put: putDay },
  timestamptz: { oid: 1_184, width: 8, put: putInstant },
  uuid: { oid: 2_950, width: UUID_BYTES, put: putUuid },
  jsonb: { oid: 3_802, width: null, put: putJson },
};
