import type { Recorded } from '../../domain/shared/fact.js';
import type { ProcessPoints } from './deadlines.js';
import { isHeld, isReadable, type FactReader, type Met } from './fact-reader.js';
import type { HeldLine } from './quarantine.js';
import { coversStream, type Claim } from './ranges.js';
import { streamsOf } from './standstill.js';

/** What a reader outside of the database works with. */
export interface ReaderParts {
  readonly reader: FactReader;
  readonly points: ProcessPoints;
}
/** Who held something back, and what he does with it now. */
export interface Taking {
  readonly name: string;
  readonly categories: readonly string[];
  /** Its ranges: what lies in others is taken by whoever holds them. */
  readonly claim: Claim;
  /** At least once per fact, in order: what was taken already may come again. */
  readonly take: (facts: readonly Recorded[]) => Promise<void>;
}

/**
 * Hands a reader what it held back of subjects that do not stand still any more, from the first position that it passed over. The line goes when all of it
 * was taken, so a crash in between only repeats. Returns how many lines were settled; throws the first failure after all were tried, StoreUnavailable included.
 */
export async function takenUp({ reader, points }: ReaderParts, taking: Taking): Promise<number> {
  const lines = await points.heldBack(taking.name);
  const standstill = lines.length === 0 ? null : await reader.standstill();
  const failures: unknown[] = [];
  let settled = 0;
  for (const line of lines) {
    if (standstill?.holds(line.subject) !== false || !coversStream(taking.claim.ranges, line.subject)) continue;
    try {
      if (await isSettled({ reader, points }, taking, line)) settled += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return settled;
}

/** False when one of its events still cannot be read. */
async function isSettled({ reader, points }: ReaderParts, { categories, take }: Taking, line: HeldLine): Promise<boolean> {
  const facts = await factsOf(reader, line, categories);
  if (facts === null) return false;
  await take(facts);
  await points.gaveBack(line);
  return true;
}

/** Null when one of them still cannot be read: it is in quarantine again. */
async function factsOf(
  reader: FactReader,
  { subject, from }: HeldLine,
  categories: readonly string[],
): Promise<readonly Recorded[] | null> {
  const met = (await reader.readMany(streamsOf(subject, categories))).filter(({ position }) => position >= from);
  return met.some(isHeld) ? null : met.filter(isReadable).sort(byPosition);
}

const byPosition = (a: Met, b: Met): number => (a.position < b.position ? -1 : 1);
