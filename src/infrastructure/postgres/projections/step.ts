import { isHeld, isSealed, type FactBatch, type Met } from '../../../application/shared/fact-reader.js';
import { ALL_RANGES, coversStream } from '../../../application/shared/ranges.js';
import { note, type HeldBack, type Standstill, type Subject } from '../../../application/shared/standstill.js';
import { project, readsStream, type Projection, type RowOperation } from '../../../projections/shared/projection.js';
import { landmarkOf, type Checkpoint } from './checkpoint.js';
import { categoriesOf, showsContent, turnedIn, type Turned } from './turns.js';

/** What a batch means for one projection: rows to write, and where it stands afterwards. */
export interface Step {
  readonly operations: readonly RowOperation[];
  readonly point: Checkpoint;
  /** What was passed over because its space stands still. */
  readonly heldBack: HeldBack;
  /** Spaces whose rows are to be made anew behind the operations (Turns); none where rows do not come and go with keys. */
  readonly turned: Turned;
}

const NONE: Turned = new Map();

/** Before the first event. */
export const beginning = ({ name, version }: Projection): Checkpoint => ({
  ...{ name, version, ranges: ALL_RANGES, fence: 0n, stopped: null },
  ...{ position: 0n, last: null, sealed: 0n },
});

/**
 * Pure: applies what of the batch lies behind the checkpoint, in its ranges. Sealed events are counted and bring no rows; what stands still is noted, and
 * taken up later. Throws what the projection throws.
 */
export function step(projection: Projection, from: Checkpoint, { facts, position, last, standstill }: FactBatch): Step {
  const heldBack = new Map<Subject, bigint>();
  const going = fresh(from, facts).filter((met) => !isHeldBack(projection, met, standstill, heldBack));
  const { operations, sealed, turned } = rowsOf(projection, going);
  return { operations, heldBack, turned, point: { ...from, position, sealed: from.sealed + sealed, last: landmarkOf(last) ?? from.last } };
}

/** What of these facts lies behind the checkpoint, in its ranges. */
export const fresh = ({ ranges, position }: Pick<Checkpoint, 'ranges' | 'position'>, facts: readonly Met[]): readonly Met[] =>
  facts.filter((met) => met.position > position && coversStream(ranges, met.stream));

function isHeldBack(projection: Projection, met: Met, standstill: Standstill, heldBack: Map<Subject, bigint>): boolean {
  const subject = standstill.holding(met);
  if (subject === null) return false;
  if (readsStream({ reads: categoriesOf([projection]) }, met.stream)) note(heldBack, subject, met.position);
  return true;
}

/** What these facts mean, in their order, how many are sealed, and which spaces turn, where it matters. Throws on one that cannot be read: it must not get here. */
export function rowsOf(
  projection: Projection,
  facts: readonly Met[],
): { readonly operations: readonly RowOperation[]; readonly sealed: bigint; readonly turned: Turned } {
  const operations: RowOperation[] = [];
  let sealed = 0n;
  for (const met of facts) {
    if (isHeld(met)) throw new Error('an event that cannot be read is never projected');
    if (isSealed(met)) sealed += readsStream(projection, met.stream) ? 1n : 0n;
    else for (const operation of project(projection, met)) operations.push(operation);
  }
  return { operations, sealed, turned: showsContent(projection) ? turnedIn(facts) : NONE };
}
