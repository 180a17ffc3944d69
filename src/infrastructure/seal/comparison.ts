import type { StoredEvent } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { leafHash } from '../eventstore/leaf.js';
import type { Finding, FindingKind, Findings } from './findings.js';
import { isInPlace } from './in-place.js';
import type { Entry } from './roll.js';
import { sameHash } from './tree/hash.js';

/** One leaf, with what it is. */
export interface SealedEntry extends Entry {
  readonly index: number;
  readonly leaf: Uint8Array;
}

/** Missing leaves and strange events that wait for each other, at most; others are reported without looking for their counterpart. */
const MOST_WAITING = 100_000;

const named = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A leaf whose event is not where it was sealed, and an event that was not sealed where it is. */
interface Stranger {
  readonly event: StoredEvent;
  /** Index of the leaf behind it. */
  readonly before: number;
}

/** Leaf by leaf against what lies at their positions in the log; what is missing here and too much there is put together at the end. */
export class Comparison {
  private readonly gone: SealedEntry[] = [];
  private readonly strangers = new Map<string, Stranger>();
  private last = 0n;

  constructor(private readonly findings: Findings) {}

  /** What lies at the position of a leaf: nothing, its event, or others. */
  leaf(entry: SealedEntry, there: readonly StoredEvent[]): void {
    if (there.length > 0) this.last = entry.position;
    const own = there.find((event) => sameHash(leafHash(event), entry.leaf));
    const stand = own ?? there.find(({ stream, rev }) => stream === entry.stream && rev === entry.rev);
    for (const event of there) if (event !== stand) this.stranger(event, entry.index);
    if (stand === undefined) this.missing(entry);
    else if (own === undefined) this.report('altered', entry, 'header or body have other bytes');
    else this.checkNames(entry, own);
  }

  /** An event where nothing was sealed. */
  stranger(event: StoredEvent, before: number): void {
    this.last = event.position;
    if (this.strangers.size < MOST_WAITING) this.strangers.set(named(leafHash(event)), { event, before });
    else this.inserted({ event, before });
  }

  /** Streams of which leaves have no event where they were sealed. */
  get gaps(): ReadonlySet<StreamName> {
    return new Set(this.gone.map(({ stream }) => stream));
  }

  /** Says of what was left over what became of it; nothing of those that were removed under a certificate, which it counts. */
  close(purged: ReadonlySet<StreamName>): number {
    const silent = this.gone.filter(({ stream }) => !purged.has(stream));
    for (const entry of silent) this.settle(entry);
    for (const stranger of this.strangers.values()) this.inserted(stranger);
    return this.gone.length - silent.length;
  }

  /** The bytes are right: so a name that differs was altered, in the row of the event or in the seal. */
  private checkNames(entry: SealedEntry, event: StoredEvent): void {
    if (!isInPlace(event)) this.report('altered', entry, 'its row names another stream or revision than its header');
    else if (event.stream !== entry.stream || event.rev !== entry.rev) this.report('seal', entry, 'the roll names another event');
  }

  private missing(entry: SealedEntry): void {
    if (this.gone.length < MOST_WAITING) this.gone.push(entry);
    else this.report('deleted', entry, 'nothing lies at its position');
  }

  private settle(entry: SealedEntry): void {
    const found = this.strangers.get(named(entry.leaf));
    if (found === undefined) {
      if (entry.position > this.last) this.report('truncated', entry, 'the log ends before it');
      else this.report('deleted', entry, 'its event is nowhere');
      return;
    }
    this.strangers.delete(named(entry.leaf));
    const { event } = found;
    if (isInPlace(event)) this.report('moved', entry, `from position ${entry.position} to ${event.position}`);
    else this.report('altered', entry, `moved to position ${event.position}, and its row names another stream or revision than its header`);
  }

  private inserted({ event, before }: Stranger): void {
    const { stream, rev, position } = event;
    this.findings.add({ kind: 'inserted', index: before, stream, rev, detail: `at position ${position}` });
  }

  private report(kind: FindingKind, { index, stream, rev }: SealedEntry, detail: string): void {
    const finding: Finding = { kind, index, stream, rev, detail };
    this.findings.add(finding);
  }
}
