import type { Met } from './fact-reader.js';
import type { RangePoint } from './deadlines.js';
import { coversStream, NO_RANGES, type Ranges } from './ranges.js';

/** Where a reader of the log stands in the ranges that it holds: they may have been left at different places by others. */
export class RangeWalk {
  constructor(private points: readonly RangePoint[]) {}

  /** Where to go on; null when it holds no range. */
  get position(): bigint | null {
    return this.points.reduce<bigint | null>((least, { position }) => (least === null || position < least ? position : least), null);
  }

  /** What of these facts nobody took before, and is for this reader. */
  fresh<M extends Met>(facts: readonly M[]): readonly M[] {
    return facts.filter((fact) => this.isFresh(fact));
  }

  /** Whether nobody took this before, and it is for this reader. */
  isFresh({ stream, position }: Met): boolean {
    return this.points.some((point) => position > point.position && coversStream(point.ranges, stream));
  }

  /** Everything up to here was taken. */
  moved(position: bigint): void {
    const behind = this.points.filter((point) => point.position <= position);
    const ranges = behind.reduce<Ranges>((all, point) => all | point.ranges, NO_RANGES);
    const ahead = this.points.filter((point) => point.position > position);
    this.points = ranges === NO_RANGES ? ahead : [...ahead, { ranges, position }];
  }
}
