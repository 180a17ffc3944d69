import type { LastCheck } from './sealed-tree.js';

/** Which leaves are compared: from `from` to before `to`. */
export interface CheckRange {
  readonly from?: number;
  readonly to?: number;
}

/** What was signed of the range. Throws RangeError when it is not within what is sealed. */
export function within(signed: number, sealed: number, { from = 0, to = signed }: CheckRange): Required<CheckRange> {
  const size = Math.max(signed, sealed);
  if (from < 0 || to > size || from > to) throw new RangeError(`${size} leaves are sealed: the range is not among them`);
  return { from: Math.min(from, signed), to: Math.min(to, signed) };
}

export const isAllOf = (sealed: number, { from, to }: Required<CheckRange>): boolean => from === 0 && to === sealed;

/** The whole, or as much of it as was whole when something was found: to find nothing there clears that. */
export const isWholeAgain = ({ from, to }: Required<CheckRange>, size: number, found: LastCheck | null): boolean =>
  from === 0 && to >= Math.min(size, found?.to ?? size);
