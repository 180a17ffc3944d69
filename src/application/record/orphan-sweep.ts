import type { BlobName, BlobStore, StoredBlob } from './blob-store.js';

/** Longer than any deposit takes, from its first byte to its event: what is younger may still be named. */
export const ORPHAN_GRACE_MS = 24 * 3_600_000;

/** What one sweep found. `seen` is the sum of the others; `deleted` counts what would be deleted when nothing is changed. */
export interface SweepCounts {
  readonly seen: number;
  /** Named by an event. */
  readonly kept: number;
  readonly deleted: number;
  /** Within the grace period, not even asked about. */
  readonly tooYoung: number;
}

export interface Sweep {
  readonly blobs: BlobStore;
  /**
   * Those of the names that an event names, whether its key is alive or not. It must have read the log up to its head of now, and throw when it cannot:
   * what it leaves out is deleted.
   */
  readonly named: (names: readonly BlobName[]) => Promise<ReadonlySet<BlobName>>;
  /** Epoch ms by the clock of the store, never by a simulated one: a demonstration that leaps ten years would sweep what is being deposited. */
  readonly now: number;
  readonly graceMs?: number;
  /** Counts, and deletes nothing. */
  readonly dryRun?: boolean;
  /** After each page, with the counts up to there. */
  readonly progress?: (counts: SweepCounts) => void;
}

/**
 * Deletes the objects that no event names and that are older than the grace period: what failed deposits, killed processes and lost answers left.
 * Doing it twice, or at the same time, does no harm. Throws StoreUnavailable, or what `named` throws: what was deleted until then were orphans.
 */
export async function sweepOrphans(sweep: Sweep): Promise<SweepCounts> {
  let counts: SweepCounts = { seen: 0, kept: 0, deleted: 0, tooYoung: 0 };
  for await (const page of sweep.blobs.list()) {
    counts = sum(counts, await swept(page, sweep));
    sweep.progress?.(counts);
  }
  return counts;
}

async function swept(
  page: readonly StoredBlob[],
  { blobs, named, now, graceMs = ORPHAN_GRACE_MS, dryRun = false }: Sweep,
): Promise<SweepCounts> {
  const old = page.filter(({ writtenAt }) => writtenAt < now - graceMs).map(({ name }) => name);
  const kept = old.length === 0 ? new Set<BlobName>() : await named(old);
  const orphans = old.filter((name) => !kept.has(name));
  if (!dryRun) for (const name of orphans) await blobs.delete(name);
  return { seen: page.length, kept: old.length - orphans.length, deleted: orphans.length, tooYoung: page.length - old.length };
}

const sum = (a: SweepCounts, b: SweepCounts): SweepCounts => ({
  seen: a.seen + b.seen,
  kept: a.kept + b.kept,
  deleted: a.deleted + b.deleted,
  tooYoung: a.tooYoung + b.tooYoung,
});
