/**
 * The same bytes in pieces of exactly `size`, then one shorter piece, empty when nothing is left: the last is known by its length alone.
 * Every piece is memory of its own; one piece is held at a time.
 */
export async function* inPieces(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const given of bytes) {
    for (let taken = 0; taken < given.length;) {
      const part = given.subarray(taken, taken + size - filled);
      piece.set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      piece = Buffer.allocUnsafe(size);
      filled = 0;
    }
  }
  yield piece.subarray(0, filled);
}
