import type { StreamName } from '../../domain/shared/fact.js';
import { eachBounded } from '../shared/bounded.js';
import { streamIn, type BlobName, type BlobStore, type StoredBlob } from './blob-store.js';
import type { NamedBlobs } from './named-blobs.js';

/** Longer than any deposit takes, from its first byte to its event: what is younger may still be named. */
export const ORPHAN_GRACE_MS = 24 * 3_600_000;
/** Streams that are read at the same time: each is held whole meanwhile. */
const AT_ONCE = 8;

/** What one sweep found. `seen` is the sum of the others; `deleted` counts what would be deleted when nothing is changed. */
export interface SweepCounts {
  readonly seen: number;
  /** Named by an event. */
  readonly kept: number;
  readonly deleted: number;
  /** Within the grace period, not even asked about. */
  readonly tooYoung: number;
  /** Kept because nobody can say now whether an event names them: theirs is archived or unreadable, or their name does not say where it would lie. */
  readonly outOfReach: number;
}

export interface Sweep {
  readonly blobs: BlobStore;
  /**
   * What the events of one stream name. It must read the log itself, up to its head of now, and throw when it cannot: what it leaves out is deleted. What is
   * written after it looked is no matter: an object is put before its event, by less than the grace period, and only older ones are asked about.
   */
  readonly named: (stream: StreamName) => Promise<NamedBlobs>;
  /** Epoch ms by the clock of the store, never by a simulated one: a demonstration that leaps ten years would sweep what is being deposited. */
  readonly now: number;
  readonly graceMs?: number;
  /** Counts, and deletes nothing. */
  readonly dryRun?: boolean;
  /** After each page, with the counts up to there. */
  readonly progress?: (counts: SweepCounts) => void;
}

const NOTHING: SweepCounts = { seen: 0, kept: 0, deleted: 0, tooYoung: 0, outOfReach: 0 };

/**
 * Deletes the objects that no event names and that are older than the grace period: what failed deposits, killed processes and lost answers left.
 * Of the log it reads the streams that names of old objects say, once for each page in which they come: buckets list those of a space together.
 * Doing it twice, or at the same time, does no harm. Throws StoreUnavailable, or what `named` throws: what was deleted until then were orphans.
 */
export async function sweepOrphans(sweep: Sweep): Promise<SweepCounts> {
  let counts = NOTHING;
  for await (const page of sweep.blobs.list()) {
    counts = sum(counts, await sweptPage(page, sweep));
    sweep.progress?.(counts);
  }
  return counts;
}

async function sweptPage(page: readonly StoredBlob[], sweep: Sweep): Promise<SweepCounts> {
  const { now, graceMs = ORPHAN_GRACE_MS } = sweep;
  const old = page.filter(({ writtenAt }) => writtenAt < now - graceMs).map(({ name }) => name);
  let counts: SweepCounts = { ...NOTHING, seen: page.length, tooYoung: page.length - old.length };
  await eachBounded(byStream(old), AT_ONCE, async ([stream, names]) => {
    const found = stream === null ? { outOfReach: names.length } : await sweptStream(stream, names, sweep);
    counts = sum(counts, { ...NOTHING, ...found });
  });
  return counts;
}

/** Together what may be named in the same stream; null: nobody knows in which. */
function byStream(names: readonly BlobName[]): readonly (readonly [StreamName | null, readonly BlobName[]])[] {
  const groups = new Map<StreamName | null, BlobName[]>();
  for (const name of names) {
    const stream = streamIn(name);
    const group = groups.get(stream);
    if (group) group.push(name);
    else groups.set(stream, [name]);
  }
  return [...groups];
}

async function sweptStream(
  stream: StreamName,
  names: readonly BlobName[],
  { blobs, named, dryRun = false }: Sweep,
): Promise<Partial<SweepCounts>> {
  const known = await named(stream);
  const others = names.filter((name) => !known.names.has(name));
  const kept = names.length - others.length;
  if (!known.complete) return { kept, outOfReach: others.length };
  if (!dryRun) for (const name of others) await blobs.delete(name);
  return { kept, deleted: others.length };
}

const sum = (a: SweepCounts, b: SweepCounts): SweepCounts => ({
  seen: a.seen + b.seen,
  kept: a.kept + b.kept,
  deleted: a.deleted + b.deleted,
  tooYoung: a.tooYoung + b.tooYoung,
  outOfReach: a.outOfReach + b.outOfReach,
});
