import type { Recorded } from '../../domain/shared/fact.js';
import { Backlog } from './backlog.js';
import { eachBounded } from './bounded.js';
import type { ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { isReadable, type FactBatch, type FactReader } from './fact-reader.js';
import { LeaseLost, type Lease } from './leases.js';
import { pause } from './pause.js';
import { RefusedForNow, StoreUnavailable } from './ports.js';
import { RangeWalk } from './range-walk.js';
import { claimOf } from './ranges.js';
import { note, subjectOf, type Subject } from './standstill.js';
import { standsStill } from './wishes.js';

/** What a follower does with each fact, and how its checkpoint is called. */
export interface Following {
  readonly name: string;
  readonly categories: readonly string[];
  /** At least once per fact; the facts of one stream one after the other, several streams at a time. */
  readonly take: (fact: Recorded) => Promise<void>;
  /** Told of every failure, before it is tried again. The error may hold data of a person: show its kind, not its text. */
  readonly onTrouble: (error: unknown) => void;
  /** Told when a fact is held back because of this error, with whatever comes behind it in its space: the others go on. */
  readonly onHeldBack: (error: unknown) => void;
}

const STREAMS_AT_ONCE = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
/** Tries of a fact before it is held back: a few seconds where others are taken meanwhile; minutes where it may be that none is, and it is not this one. */
const FEW_TRIES = 4;
const MANY_TRIES = 12;

/**
 * Follows the log in the ranges it holds and does something outside of the database with each fact. A failure is tried again for ever: by all together while
 * what they work with is away, apart from the others when it is one fact that fails.
 */
export class Follower {
  private claim = claimOf([]);
  private walk = new RangeWalk([]);
  private stopping = new AbortController();
  private subscription: Subscription | null = null;
  private running: Promise<void> = Promise.resolve();
  private readonly backlog: Backlog;

  constructor(
    private readonly reader: FactReader,
    private readonly points: ProcessPoints,
    private readonly following: Following,
  ) {
    this.backlog = new Backlog({ reader, points }, { ...following, isAhead: (fact) => this.walk.isFresh(fact) });
  }

  /** Goes on with these ranges and no others; resolves when nothing of the others is under way. Without any it stands still. */
  async hold(leases: readonly Lease[]): Promise<void> {
    await this.stop();
    this.claim = claimOf(leases);
    await this.backlog.hold(this.claim);
    this.walk = new RangeWalk([]);
    if (leases.length === 0) return;
    this.stopping = new AbortController();
    this.running = this.insist(() => this.follow());
  }

  /** Ends between two facts; what was done and not yet saved is done again by whoever goes on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
    await this.running;
    const [settled] = await Promise.allSettled([this.points.settle(this.following.name)]);
    if (settled?.status === 'rejected' && !(settled.reason instanceof LeaseLost)) this.following.onTrouble(settled.reason);
  }

  /** True when everything up to this position of the log was taken, by whoever holds the ranges. */
  async reached(position: bigint): Promise<boolean> {
    if (this.claim.leases.length > 0 && (this.walk.position ?? -1n) < position) return false;
    const elsewhere = await this.points.elsewhere(this.following.name, this.claim);
    return elsewhere === null || elsewhere >= position;
  }

  /** Takes what it held back, in its ranges, of spaces that go on again; how many lines that settled. Throws StoreUnavailable, and what taking throws. */
  takeUp(signal?: AbortSignal): Promise<number> {
    return this.backlog.takeUp(signal);
  }

  /** Ends when stopped. What cannot be opened (a key that is away) is met again. */
  private async follow(): Promise<void> {
    await this.backlog.hold(this.claim);
    this.walk = new RangeWalk(await this.points.claim(this.following.name, this.claim));
    await this.backlog.learn();
    const { position } = this.walk;
    if (position === null || this.stopping.signal.aborted) return;
    this.subscription = this.reader.subscribe(position, this.following.categories, (batch) => this.takeBatch(batch));
    await this.subscription.finished;
  }

  private async takeBatch(batch: FactBatch): Promise<void> {
    const facts = this.walk.fresh(batch.facts);
    const { open, heldBack } = this.backlog.parted(facts, batch.standstill);
    await eachBounded(byStream(open.filter(isReadable)), STREAMS_AT_ONCE, (its) => this.takeStream(its, heldBack));
    if (this.stopping.signal.aborted) return;
    this.backlog.noted(heldBack);
    const { name } = this.following;
    if (facts.length === 0) this.points.passed(name, this.claim, batch);
    else await this.points.reacted(name, this.claim, batch, heldBack);
    this.walk.moved(batch.position);
  }

  /** One after the other; from the first that cannot be taken on they are held back. */
  private async takeStream(facts: readonly Recorded[], heldBack: Map<Subject, bigint>): Promise<void> {
    for (const fact of facts) if ((await this.takeOne(fact)) === false) return note(heldBack, subjectOf(fact.stream), fact.position);
  }

  /** False when its space turns out to stand still, and when it failed time after time for a reason of its own. */
  private async takeOne(fact: Recorded): Promise<boolean | undefined> {
    let tries = 0;
    return this.insist(async () => {
      try {
        await this.following.take(fact);
        return true;
      } catch (error) {
        if (standsStill(error)) return false;
        if (error instanceof StoreUnavailable || ++tries < patienceWith(error)) throw error;
        this.following.onHeldBack(error);
        return false;
      }
    });
  }

  /** Undefined when it was stopped before the work was done. */
  private async insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let wait = FIRST_WAIT_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        // What was lost is claimed again: if somebody else has it, until the keeper of the leases tells.
        if (!(error instanceof LeaseLost)) this.following.onTrouble(error);
        await pause(wait, this.stopping.signal);
      }
    }
    return undefined;
  }
}

const patienceWith = (error: unknown): number => (error instanceof RefusedForNow && error.takesOthers ? FEW_TRIES : MANY_TRIES);

/** In their order, stream by stream. */
function byStream(facts: readonly Recorded[]): readonly (readonly Recorded[])[] {
  const streams = new Map<string, Recorded[]>();
  for (const fact of facts) {
    const its = streams.get(fact.stream);
    if (its) its.push(fact);
    else streams.set(fact.stream, [fact]);
  }
  return [...streams.values()];
}
