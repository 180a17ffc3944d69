// Object ids of element types, the same in every PostgreSQL.
const BYTEA = 17;
const INT8 = 20;
const INT4 = 23;
const TEXT = 25;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/** One-dimensional array, binary format: dimensions, has-nulls flag, element type, length, lower bound; then length and bytes of each element. */
function arrayOf(type: number, count: number, bytes: number): DataView {
  const view = new DataView(Buffer.alloc(HEADER_BYTES + count * LENGTH_BYTES + bytes).buffer);
  [1, 0, type, count, 1].forEach((word, index) => view.setInt32(index * 4, word));
  return view;
}

const bufferOf = (view: DataView): Buffer => Buffer.from(view.buffer);

/**
 * `bytea[]` as the server takes it in binary. The driver writes arrays as hexadecimal text, twice the bytes and several times the work;
 * a Buffer it passes on as it is.
 */
export function byteaArray(elements: readonly Uint8Array[], type: number = BYTEA): Buffer {
  const total = elements.reduce((sum, element) => sum + element.length, 0);
  const array = Buffer.from(arrayOf(type, elements.length, total).buffer);
  let offset = HEADER_BYTES;
  for (const element of elements) {
    offset = array.writeInt32BE(element.length, offset);
    array.set(element, offset);
    offset += element.length;
  }
  return array;
}

/** `text[]` in binary. */
export const textArray = (elements: readonly string[]): Buffer =>
  byteaArray(
    elements.map((element) => Buffer.from(element, 'utf8')),
    TEXT,
  );

/** `integer[]` in binary. */
export function integerArray(elements: readonly number[]): Buffer {
  const view = arrayOf(INT4, elements.length, elements.length * 4);
  elements.forEach((element, index) => {
    view.setInt32(HEADER_BYTES + index * 8, 4);
    view.setInt32(HEADER_BYTES + index * 8 + 4, element);
  });
  return bufferOf(view);
}

/** `bigint[]` in binary, from safe integers. */
export function bigintArray(elements: readonly number[]): Buffer {
  const view = arrayOf(INT8, elements.length, elements.length * 8);
  elements.forEach((element, index) => {
    view.setInt32(HEADER_BYTES + index * 12, 8);
    view.setBigInt64(HEADER_BYTES + index * 12 + 4, BigInt(element));
  });
  return bufferOf(view);
}
