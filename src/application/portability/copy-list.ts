import type { CopyEvent, CopyEnd, CopyFailure } from '../../domain/portability/copy-vocabulary.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';

/** A copy as the account that asked for it sees it. */
export interface CopyView {
  readonly copy: string;
  readonly status: 'BEING_MADE' | 'READY' | 'ENDED' | 'FAILED';
  readonly askedAt: string;
  /** Of a copy that is or was ready. */
  readonly readyAt: string | null;
  /** Exclusive. */
  readonly until: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** Of the whole archive, hex. */
  readonly sha256: string | null;
  readonly documents: number | null;
  readonly lines: number | null;
  readonly why: CopyEnd | CopyFailure | null;
}
/** The same, with what is ours alone. */
export interface KnownCopy extends CopyView {
  readonly blob: string | null;
}

const asked = (copy: string, askedAt: string): KnownCopy => ({
  copy,
  status: 'BEING_MADE',
  askedAt,
  ...{ readyAt: null, until: null, size: null, sha256: null, documents: null, lines: null, why: null, blob: null },
});
function after(known: KnownCopy, event: CopyEvent, at: string): KnownCopy {
  if (event.type === 'CopyReady') {
    const { blob, size, sha256, until, lines, documents } = event;
    return { ...known, status: 'READY', readyAt: at, until, size, sha256, documents: documents.length, lines, blob };
  }
  if (event.type === 'CopyFailed') return { ...known, status: 'FAILED', why: event.reason };
  return event.type === 'CopyEnded' ? { ...known, status: 'ENDED', why: event.why } : known;
}
/** Its day may be over before that was written down. */
const on = (now: Instant, known: KnownCopy): KnownCopy =>
  known.status === 'READY' && known.until !== null && known.until <= now ? { ...known, status: 'ENDED', why: 'EXPIRED' } : known;

/** The copies of one account at one moment, latest first, from the facts of the record. */
export function copiesOf(facts: readonly Recorded<Tagged>[], asker: string, now: Instant): readonly KnownCopy[] {
  const known = new Map<string, KnownCopy>();
  for (const { event, at } of facts as readonly Recorded<CopyEvent>[]) {
    if (at > now) break;
    if (event.type === 'CopyRequested' && event.asker === asker) known.set(event.copy, asked(event.copy, at));
    const before = 'copy' in event ? known.get(event.copy) : undefined;
    if (before) known.set(before.copy, after(before, event, at));
  }
  return [...known.values()].map((one) => on(now, one)).reverse();
}
