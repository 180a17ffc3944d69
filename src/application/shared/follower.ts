import type { Recorded } from '../../domain/shared/fact.js';
import { eachBounded } from './bounded.js';
import type { ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { isSealed, type FactBatch, type FactReader } from './fact-reader.js';
import { LeaseLost, type Lease } from './leases.js';
import { pause } from './pause.js';
import { RangeWalk } from './range-walk.js';
import { claimOf } from './ranges.js';

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
    private readonly reader: FactReader,
    private readonly points: ProcessPoints,
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

  /** Ends when stopped, or when somebody else has the ranges. What cannot be opened (a key that is away, an event that cannot be read) is met again. */
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
    await eachBounded(byStream(facts), STREAMS_AT_ONCE, async (its) => {
      for (const fact of its) await this.insist(() => this.following.take(fact));
    });
    if (this.stopping.signal.aborted) return;
    const { name } = this.following;
    if (facts.length === 0) this.points.passed(name, this.claim, batch);
    else await this.points.reacted(name, this.claim, batch);
    this.walk.moved(batch.position);
  }

  private async insist(work: () => Promise<void>): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        this.following.onTrouble(error);
        await pause(wait, this.stopping.signal);
      }
    }
  }
}

/** The readable facts of a batch, in order, stream by stream. */
function byStream(facts: FactBatch['facts']): readonly (readonly Recorded[])[] {
  const streams = new Map<string, Recorded[]>();
  for (const fact of facts) {
    if (isSealed(fact)) continue;
    const its = streams.get(fact.stream);
    if (its) its.push(fact);
    else streams.set(fact.stream, [fact]);
  }
  return [...streams.values()];
}
