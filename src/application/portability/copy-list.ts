import type { CopyEnd, CopyFailure } from '../../domain/portability/copy-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import { goneIn, type CopyFact } from './copy-facts.js';

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
  /** Ids of the documents in it. */
  readonly held: readonly string[];
}

const asked = (copy: string, askedAt: string): KnownCopy => ({
  copy,
  status: 'BEING_MADE',
  askedAt,
  ...{ readyAt: null, until: null, size: null, sha256: null, documents: null, lines: null, why: null, blob: null, held: [] },
});
function after(known: KnownCopy, event: CopyFact['event'], at: string): KnownCopy {
  if (event.type === 'CopyReady') {
    const { blob, size, sha256, until, lines, documents } = event;
    return { ...known, status: 'READY', readyAt: at, until, size, sha256, documents: documents.length, lines, blob, held: documents };
  }
  if (event.type === 'CopyFailed') return { ...known, status: 'FAILED', why: event.reason };
  return event.type === 'CopyEnded' ? { ...known, status: 'ENDED', why: event.why } : known;
}
/** Its day may be over, or a document in it gone, before that was written down: in a closed space nobody can write it. */
function on(now: Instant, gone: ReadonlySet<string>, known: KnownCopy): KnownCopy {
  if (known.status !== 'READY') return known;
  if (known.held.some((document) => gone.has(document))) return { ...known, status: 'ENDED', why: 'DOCUMENT_WITHDRAWN' };
  return known.until !== null && known.until <= now ? { ...known, status: 'ENDED', why: 'EXPIRED' } : known;
}

/** The copies of one account at one moment, latest first, from the facts of the record and of what went under veils. */
export function copiesOf(facts: readonly CopyFact[], asker: string, now: Instant): readonly KnownCopy[] {
  const known = new Map<string, KnownCopy>();
  const until = facts.filter(({ at }) => at <= now);
  for (const { event, at } of until) {
    if (event.type === 'CopyRequested' && event.asker === asker) known.set(event.copy, asked(event.copy, at));
    const before = 'copy' in event ? known.get(event.copy) : undefined;
    if (before) known.set(before.copy, after(before, event, at));
  }
  const gone = goneIn(until);
  return [...known.values()].map((one) => on(now, gone, one)).reverse();
}
