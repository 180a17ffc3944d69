import type { Recorded } from '../../domain/shared/fact.js';
import { eachBounded } from './bounded.js';
import type { ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { isReadable, type FactBatch, type FactReader } from './fact-reader.js';
import { takenUp } from './taken-up.js';
import { LeaseLost, type Lease } from './leases.js';
import { pause } from './pause.js';
import { RangeWalk } from './range-walk.js';
import { claimOf } from './ranges.js';
import { note, parted, subjectOf, type Subject } from './standstill.js';
import { standsStill } from './wishes.js';

/** What a follower does with each fact, and how its checkpoint is called. */
export interface Following {
  readonly name: string;
  readonly categories: readonly string[];
  /** At least once per fact; the facts of one stream one after the other, several streams at a time. */
  readonly take: (fact: Recorded) => Promise<void>;
  /** Told of every failure, before it is tried again. The error may hold data of a person: show its kind, not its text. */
  readonly onTrouble: (error: unknown) => void;
}

const STREAMS_AT_ONCE = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** Follows the log in the ranges it holds and does something outside of the database with each fact. A failure is tried again for ever. */
export class Follower {
  private claim = claimOf([]);
  private walk = new RangeWalk([]);
  private stopping = new AbortController();
  private subscription: Subscription | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    readonly reader: FactReader,
    readonly points: ProcessPoints,
    private readonly following: Following,
  ) {}

  /** Goes on with these ranges and no others; resolves when nothing of the others is under way. Without any it stands still. */
  async hold(leases: readonly Lease[]): Promise<void> {
    await this.stop();
    this.claim = claimOf(leases);
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
  takeUp(): Promise<number> {
    const { name, categories, take } = this.following;
    const takeAll = async (facts: readonly Recorded[]): Promise<void> => {
      for (const fact of facts) await take(fact);
    };
    return takenUp(this, { name, categories, claim: this.claim, take: takeAll });
  }

  /** Ends when stopped, or when somebody else has the ranges. What cannot be opened (a key that is away) is met again. */
  private async follow(): Promise<void> {
    try {
      this.walk = new RangeWalk(await this.points.claim(this.following.name, this.claim));
      const { position } = this.walk;
      if (position === null || this.stopping.signal.aborted) return;
      this.subscription = this.reader.subscribe(position, this.following.categories, (batch) => this.takeBatch(batch));
      await this.subscription.finished;
    } catch (error) {
      // Of what somebody else took the keeper of the leases will tell.
      if (!(error instanceof LeaseLost)) throw error;
    }
  }

  private async takeBatch(batch: FactBatch): Promise<void> {
    const facts = this.walk.fresh(batch.facts);
    const { open, heldBack: before } = parted(facts, batch.standstill);
    const heldBack = new Map(before);
    await eachBounded(byStream(open.filter(isReadable)), STREAMS_AT_ONCE, (its) => this.takeStream(its, heldBack));
    if (this.stopping.signal.aborted) return;
    const { name } = this.following;
    if (facts.length === 0) this.points.passed(name, this.claim, batch);
    else await this.points.reacted(name, this.claim, batch, heldBack);
    this.walk.moved(batch.position);
  }

  /** One after the other; when its space turns out to stand still, the rest is held back. */
  private async takeStream(facts: readonly Recorded[], heldBack: Map<Subject, bigint>): Promise<void> {
    for (const fact of facts) {
      const isTaken = await this.insist(() => this.takeUnlessHeld(fact));
      if (isTaken === false) return note(heldBack, subjectOf(fact.stream), fact.position);
    }
  }

  private async takeUnlessHeld(fact: Recorded): Promise<boolean> {
    try {
      await this.following.take(fact);
      return true;
    } catch (error) {
      if (!standsStill(error)) throw error;
      return false;
    }
  }

  /** Undefined when it was stopped before the work was done. */
  private async insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let wait = FIRST_WAIT_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        this.following.onTrouble(error);
        await pause(wait, this.stopping.signal);
      }
    }
    return undefined;
  }
}

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
