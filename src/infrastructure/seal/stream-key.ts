import { hash } from 'node:crypto';
import type { StreamName } from '../../domain/shared/fact.js';

export const STREAM_KEY_BYTES = 16;
const TIME_BYTES = 6;
const TIME = /-([0-9a-f]{8})-([0-9a-f]{4})-7/;

/**
 * A stream in sixteen bytes instead of its name twice (row and index): a digest, with the time of a UUIDv7 kept in front of it. All streams of a
 * space, and those of the same hour, then lie on neighbouring pages.
 */
export function streamKey(stream: StreamName): Buffer {
  const key = hash('sha256', stream, 'buffer').subarray(0, STREAM_KEY_BYTES);
  const [, high, low] = TIME.exec(stream) ?? [];
  if (high !== undefined && low !== undefined) key.write(high + low, 0, TIME_BYTES, 'hex');
  return key;
}
