import { isSealed, type FactBatch } from '../../../application/shared/fact-reader.js';
import { ALL_RANGES, coversStream } from '../../../application/shared/ranges.js';
import { project, readsStream, type Projection, type RowOperation } from '../../../projections/shared/projection.js';
import { landmarkOf, type Checkpoint } from './checkpoint.js';

/** What a batch means for one projection: rows to write, and where it stands afterwards. */
export interface Step {
  readonly operations: readonly RowOperation[];
  readonly point: Checkpoint;
}

/** Before the first event. */
export const beginning = ({ name, version }: Projection): Checkpoint => ({
  ...{ name, version, ranges: ALL_RANGES, fence: 0n, stopped: null },
  ...{ position: 0n, last: null, sealed: 0n },
});

/**
 * Pure: applies what of the batch lies behind the checkpoint, in its ranges. Sealed events are counted and bring no rows. Throws what the projection
 * throws.
 */
export function step(projection: Projection, from: Checkpoint, { facts, position, last }: FactBatch): Step {
  const operations: RowOperation[] = [];
  let sealed = from.sealed;
  for (const met of facts) {
    if (met.position <= from.position || !coversStream(from.ranges, met.stream)) continue;
    if (isSealed(met)) sealed += readsStream(projection, met.stream) ? 1n : 0n;
    else for (const operation of project(projection, met)) operations.push(operation);
  }
  return { operations, point: { ...from, position, sealed, last: landmarkOf(last) ?? from.last } };
}
