import type { StreamName } from '../../domain/shared/fact.js';

/**
 * `altered`   — the event of this leaf has other bytes, or its header names another place than its row.
 * `deleted`   — it is not there any more, and others behind it are.
 * `truncated` — it is not there any more, and nothing behind it is.
 * `moved`     — it lies somewhere else in the log now, unaltered.
 * `inserted`  — an event lies among the sealed ones that was never sealed; the index is that of the leaf behind it.
 * `seal`      — the seal itself was altered: tiles that do not give the signed root, a roll that names another event, a head that nobody signed.
 */
export type FindingKind = 'altered' | 'deleted' | 'truncated' | 'moved' | 'inserted' | 'seal';

/** One place where the log is not what was sealed. */
export interface Finding {
  readonly kind: FindingKind;
  /** Of the leaf; null where it concerns the seal as a whole. */
  readonly index: number | null;
  readonly stream: StreamName | null;
  readonly rev: number | null;
  readonly detail: string;
}

/** As many of each kind are kept one by one; the others are counted. */
export const MOST_LISTED = 2_000;

/** What was found, in bounded memory: what there is much of does not hide what there is little of. */
export class Findings {
  private readonly kept = new Map<FindingKind, Finding[]>();
  private counted = 0;

  constructor(private readonly mostListed = MOST_LISTED) {}

  add(finding: Finding): void {
    this.counted += 1;
    const alike = this.kept.get(finding.kind) ?? [];
    if (alike.length === 0) this.kept.set(finding.kind, alike);
    if (alike.length < this.mostListed) alike.push(finding);
  }

  get count(): number {
    return this.counted;
  }

  /** By index; what concerns the whole comes first. */
  list(): readonly Finding[] {
    return [...this.kept.values()].flat().sort((a, b) => (a.index ?? -1) - (b.index ?? -1));
  }
}
