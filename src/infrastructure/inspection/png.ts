import { crc32 } from 'node:zlib';
import { checkPixels, unfit } from './verdict.js';

const SIGNATURE_SIZE = 8;
/** Length, type and checksum around the data of a chunk. */
const AROUND = 12;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly end: number;
}

function chunkAt(bytes: Buffer, at: number): Chunk {
  if (at + AROUND > bytes.length) unfit('record/truncated');
  const end = at + AROUND + bytes.readUInt32BE(at);
  if (end > bytes.length) unfit('record/truncated');
  const checked = bytes.subarray(at + 4, end - 4);
  if (crc32(checked) !== bytes.readUInt32BE(end - 4)) unfit('record/truncated');
  return { type: checked.toString('latin1', 0, 4), data: checked.subarray(4), end };
}

function checkHeader({ type, data }: Chunk): void {
  if (type !== 'IHDR' || data.length !== 13) unfit('record/truncated');
  checkPixels(data.readUInt32BE(0), data.readUInt32BE(4));
}

/** Refuses a PNG with a wrong checksum, without its end, with anything behind its end, or with too many pixels (ISO/IEC 15948). */
export function checkPng(bytes: Buffer): void {
  let chunk = chunkAt(bytes, SIGNATURE_SIZE);
  checkHeader(chunk);
  let pixels = false;
  while (chunk.type !== 'IEND') {
    pixels ||= chunk.type === 'IDAT';
    chunk = chunkAt(bytes, chunk.end);
  }
  if (!pixels) unfit('record/truncated');
  if (chunk.end !== bytes.length) unfit('record/type-not-accepted');
}
