// Object ids of element types, the same in every PostgreSQL.
const BYTEA = 17;
const INT8 = 20;
const INT4 = 23;
const TEXT = 25;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const HIGH_HALF = 2 ** 32;

/** One-dimensional array, binary format: dimensions, has-nulls flag, element type, length, lower bound; then length and bytes of each element. */
function arrayOf(type: number, count: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + count * LENGTH_BYTES + bytes);
  [1, 0, type, count, 1].forEach((word, index) => array.writeInt32BE(word, index * 4));
  return array;
}

/**
 * `bytea[]` as the server takes it in binary. The driver writes arrays as hexadecimal text, twice the bytes and several times the work;
 * a Buffer it passes on as it is.
 */
export function byteaArray(elements: readonly Uint8Array[], type: number = BYTEA): Buffer {
  let total = 0;
  for (const element of elements) total += element.length;
  const array = arrayOf(type, elements.length, total);
  let offset = HEADER_BYTES;
  for (const element of elements) {
    offset = array.writeInt32BE(element.length, offset);
    array.set(element, offset);
    offset += element.length;
  }
  return array;
}

/** `text[]` in binary. */
export function textArray(elements: readonly string[]): Buffer {
  let total = 0;
  for (const element of elements) total += Buffer.byteLength(element, 'utf8');
  const array = arrayOf(TEXT, elements.length, total);
  let offset = HEADER_BYTES;
  for (const element of elements) {
    const length = array.write(element, offset + LENGTH_BYTES, 'utf8');
    offset = array.writeInt32BE(length, offset) + length;
  }
  return array;
}

/** `integer[]` in binary. */
export function integerArray(elements: readonly number[]): Buffer {
  const array = arrayOf(INT4, elements.length, elements.length * 4);
  let offset = HEADER_BYTES;
  for (const element of elements) offset = array.writeInt32BE(element, array.writeInt32BE(4, offset));
  return array;
}

/** `bigint[]` in binary, from safe integers. */
export function bigintArray(elements: readonly number[]): Buffer {
  const array = arrayOf(INT8, elements.length, elements.length * 8);
  let offset = HEADER_BYTES;
  for (const element of elements) {
    offset = array.writeInt32BE(Math.floor(element / HIGH_HALF), array.writeInt32BE(8, offset));
    offset = array.writeInt32BE(element | 0, offset);
  }
  return array;
}
