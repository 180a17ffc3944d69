import type { ByteRange } from '../../../application/record/record.questions.js';
import { DoorRefusal } from '../problem.js';

/**
 * The one range a `Range` header asks for, of so many bytes (RFC 9110 §14): null when the whole is to be given, because there is no header, it is malformed, of
 * another unit, or asks for several parts; `unsatisfiable` when it lies behind the end (416).
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  return first === '' ? suffix(Number(last), size) : between(Number(first), last === '' ? Infinity : Number(last), size);
}

/** The last so many bytes. */
const suffix = (length: number, size: number): ByteRange | 'unsatisfiable' =>
  length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size };

/** Both ends included; a last position before the first is no range at all (RFC 9110 §14.1.1). */
const between = (start: number, last: number, size: number): ByteRange | 'unsatisfiable' | null => {
  if (last < start) return null;
  return start < size ? { start, end: Math.min(last + 1, size) } : 'unsatisfiable';
};

/** The part that is asked for; a part that does not exist is refused (416). */
export const wantedOf =
  (header: string | undefined) =>
  (size: number): ByteRange | null => {
    const range = rangeOf(header, size);
    if (range === 'unsatisfiable') throw new DoorRefusal({ kind: 'range', code: 'record/no-such-range' });
    return range;
  };
