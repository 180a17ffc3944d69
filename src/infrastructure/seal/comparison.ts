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

/** Streams whose events were removed under a sealed certificate. */
export interface Removed {
  readonly known: ReadonlySet<StreamName>;
  /** Those that the ledger of destructions, where there is one, does not name. */
  readonly unknown: ReadonlySet<StreamName>;
}

/** So many missing leaves, and as many strange events, wait for each other at most. */
export const MOST_WAITING = 100_000;

const named = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A leaf whose event is not where it was sealed, and an event that was not sealed where it is. */
interface Stranger {
  readonly event: StoredEvent;
  /** Index of the leaf behind it. */
  readonly before: number;
}

/** Leaf by leaf against what lies at their positions in the log; what is missing here and too much there is put together as it comes. */
export class Comparison {
  private readonly gone = new Map<string, SealedEntry>();
  private readonly strangers = new Map<string, Stranger>();
  private last = 0n;
  private purged = 0;

  constructor(
    private readonly findings: Findings,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** What lies at the position of a leaf: nothing, its event, or others. */
  leaf(entry: SealedEntry, there: readonly StoredEvent[]): void {
    if (there.length > 0) this.last = entry.position;
    const same = there.filter((event) => sameHash(leafHash(event), entry.leaf));
    const isNamed = ({ stream, rev }: StoredEvent): boolean => stream === entry.stream && rev === entry.rev;
    const own = same.find(isNamed) ?? same[0];
    const stand = own ?? there.find(isNamed);
    for (const event of there) if (event !== stand) this.stranger(event, entry.index);
    if (stand === undefined) this.missing(entry);
    else if (own === undefined) this.report('altered', entry, 'header or body have other bytes');
    else this.checkNames(entry, own);
  }

  /** An event where nothing was sealed. Of those that are too many to wait it is said at once that they were never sealed. */
  stranger(event: StoredEvent, before: number): void {
    this.last = event.position;
    const name = named(leafHash(event));
    const entry = this.gone.get(name);
    this.gone.delete(name);
    if (entry !== undefined) this.moved(entry, event);
    else if (this.strangers.size < this.mostWaiting && !this.strangers.has(name)) this.strangers.set(name, { event, before });
    else this.inserted({ event, before });
  }

  /** Streams of which leaves have no event where they were sealed. */
  get gaps(): ReadonlySet<StreamName> {
    return new Set([...this.gone.values()].map(({ stream }) => stream));
  }

  /** More leaves wait than should. */
  get isFull(): boolean {
    return this.gone.size >= this.mostWaiting;
  }

  /** Makes room: those that were removed under a certificate are counted, and if that is not enough, the others are reported. `isEnd`: nothing lies behind. */
  relieve(removed: Removed, isEnd: boolean): void {
    this.forget(removed);
    if (this.gone.size > this.mostWaiting / 2) this.giveUp(isEnd);
  }

  /** Says of what was left over what became of it; nothing of those that were removed under a certificate: it returns how many these were in all. */
  close(removed: Removed, isEnd: boolean): number {
    this.forget(removed);
    this.giveUp(isEnd);
    for (const stranger of this.strangers.values()) this.inserted(stranger);
    return this.purged;
  }

  private forget({ known, unknown }: Removed): void {
    for (const [name, entry] of this.gone) {
      if (known.has(entry.stream)) this.purged += 1;
      else if (unknown.has(entry.stream)) this.report('deleted', entry, 'under a certificate that the deletion ledger does not know');
      else continue;
      this.gone.delete(name);
    }
  }

  private giveUp(isEnd: boolean): void {
    for (const entry of this.gone.values()) {
      if (isEnd && entry.position > this.last) this.report('truncated', entry, 'the log ends before it');
      else this.report('deleted', entry, 'its event is nowhere');
    }
    this.gone.clear();
  }

  /** The bytes are right: so a name that differs was altered, in the row of the event or in the seal. */
  private checkNames(entry: SealedEntry, event: StoredEvent): void {
    if (!isInPlace(event)) this.report('altered', entry, 'its row names another stream or revision than its header');
    else if (event.stream !== entry.stream || event.rev !== entry.rev) this.report('seal', entry, 'the roll names another event');
  }

  private missing(entry: SealedEntry): void {
    const name = named(entry.leaf);
    const found = this.strangers.get(name);
    this.strangers.delete(name);
    if (found === undefined) this.gone.set(name, entry);
    else this.moved(entry, found.event);
  }

  private moved(entry: SealedEntry, event: StoredEvent): void {
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
