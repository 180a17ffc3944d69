/** Many byte strings in one piece of memory, which a thread can be given without copying it again. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Length of each, in order. */
  readonly lengths: Uint32Array<ArrayBuffer>;
}

/** Copies them one behind the other. */
export function pack(parts: readonly Uint8Array[]): Packed {
  const lengths = new Uint32Array(parts.length);
  let total = 0;
  parts.forEach((part, n) => (total += lengths[n] = part.length));
  const bytes = new Uint8Array(new ArrayBuffer(total));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { bytes, lengths };
}

/** Views on each of them; nothing is copied. */
export function unpack({ bytes, lengths }: Packed): readonly Buffer[] {
  let offset = bytes.byteOffset;
  return Array.from(lengths, (length) => {
    const part = Buffer.from(bytes.buffer, offset, length);
    offset += length;
    return part;
  });
}

/** What to hand over together with it. */
export const memoryOf = ({ bytes, lengths }: Packed): readonly ArrayBuffer[] => [bytes.buffer, lengths.buffer];
